{{- define "scenor.labels" -}}
app.kubernetes.io/name: scenor
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "scenor.allLabels" -}}
{{ include "scenor.labels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "scenor.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* What a worker is: its own values over those of all. */}}
{{- define "scenor.worker" -}}
{{ mergeOverwrite (deepCopy .root.Values.workerDefaults) (deepCopy (index .root.Values.workers .service)) | toJson }}
{{- end }}

{{/* Environment: variables by value, secrets by the names of their files. */}}
{{- define "scenor.env" -}}
{{- range $name, $value := .root.Values.config }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
- name: INTERNAL_URL
  value: http://{{ .root.Release.Name }}-api-internal:3001
- name: INTERNAL_HOST
  value: 0.0.0.0
- name: METRICS_HOST
  value: 0.0.0.0
{{- range .root.Values.secretKeys }}
- name: {{ . }}_FILE
  value: /run/secrets/scenor/{{ . }}
{{- end }}
{{- end }}

{{/* What every pod has; passes Pod Security Admission `restricted`. */}}
{{- define "scenor.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
volumes:
  - name: tmp
    emptyDir: { medium: Memory, sizeLimit: 64Mi }
  - name: secrets
    secret: { secretName: {{ required "existingSecret: make a Secret with the keys of secretKeys first (docs/operations.md)" .root.Values.existingSecret }}, defaultMode: 0440 }
{{- end }}

{{- define "scenor.container" -}}
image: {{ include "scenor.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
volumeMounts:
  - { name: tmp, mountPath: /tmp }
  - { name: secrets, mountPath: /run/secrets/scenor, readOnly: true }
{{- end }}

{{/* Rather apart than together. Not DoNotSchedule: beside a disruption budget it left a drain of two nodes unable to end. */}}
{{- define "scenor.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: { matchLabels: {{ include "scenor.labels" . | fromYaml | toJson }} }
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: { matchLabels: {{ include "scenor.labels" . | fromYaml | toJson }} }
{{- end }}
