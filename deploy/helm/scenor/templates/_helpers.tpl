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

{{/* Of secretKeys those that the component's role opens (holders.json is made of roles.ts), as a list in JSON. */}}
{{- define "scenor.secrets" -}}
{{- $holders := .root.Files.Get "holders.json" | fromJson }}
{{- $roles := list .component }}
{{- if and (hasPrefix "worker-" .component) (eq (.root.Values.config.EVENT_BUS | default "postgres") "postgres") }}
{{- $roles = append $roles "postgres-bus" }}
{{- end }}
{{- $held := list }}
{{- range $name := .root.Values.secretKeys }}
{{- range $role := $roles }}
{{- if has $role (index $holders $name) }}
{{- $held = append $held $name }}
{{- end }}
{{- end }}
{{- end }}
{{- $held | uniq | toJson }}
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
{{- if and (has "OPENAI_API_KEY" .root.Values.secretKeys) (not (hasKey .root.Values.config "OPENAI_BASE_URL")) }}
# What it is without saying so, for the API: it does not see the key, and would take itself for a demo.
- name: OPENAI_BASE_URL
  value: https://api.openai.com/v1
{{- end }}
{{- range include "scenor.secrets" . | fromJsonArray }}
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
    {{- $name := required "existingSecret: make a Secret with the keys of secretKeys first (docs/operations.md)" .root.Values.existingSecret }}
    {{- with include "scenor.secrets" . | fromJsonArray }}
    secret:
      secretName: {{ $name }}
      defaultMode: 0440
      # Without items a volume would have all of them.
      items:
        {{- range . }}
        - { key: {{ . }}, path: {{ . }} }
        {{- end }}
    {{- else }}
    emptyDir: { medium: Memory, sizeLimit: 1Mi }
    {{- end }}
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
