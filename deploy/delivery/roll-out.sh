#!/bin/sh
# `roll-out.sh IMAGE@DIGEST`: brings the release (RELEASE, NAMESPACE) to that image. The chart's jobs go first: a migration that fails stops
# here and what runs goes on. VALUES: more files of values, parted by spaces. ATTESTED=owner/repository: refuses an image whose attestation
# is not of that repository.
set -eu
cd "$(dirname "$0")/../.."
image=${1:?usage: roll-out.sh IMAGE@DIGEST}
release=${RELEASE:-scenor} namespace=${NAMESPACE:-scenor}
if [ -n "${ATTESTED:-}" ]; then gh attestation verify "oci://$image" --repo "$ATTESTED"; fi

set --
for file in ${VALUES:-}; do set -- "$@" -f "$file"; done
# Executions that are at work must go through with the new code as well.
if [ -n "${REPLAY:-}" ]; then npm run --silent replay -- run --open; fi
helm upgrade --install "$release" deploy/helm/scenor --namespace "$namespace" "$@" --set "image.repository=${image%@*}" --set "image.digest=${image#*@}" \
  --wait --wait-for-jobs --timeout "${TIMEOUT:-10m}"
