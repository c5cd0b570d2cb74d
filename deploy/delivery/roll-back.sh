#!/bin/sh
# `roll-back.sh [REVISION]`: the release (RELEASE, NAMESPACE) as it was, by default before its last change, one that failed too. Workers
# first: the new ones may have begun executions that only they know the code of, and they go before the API stops making such. Migrations
# stay: each is made so that the release before runs with it.
set -eu
release=${RELEASE:-scenor} namespace=${NAMESPACE:-scenor}
revision=${1:-}
kube() { kubectl --namespace "$namespace" "$@"; }
# Those that the release had in that revision, for the workers alone.
if [ -z "$revision" ]; then
  revision=$(helm history "$release" --namespace "$namespace" -o json | sed 's/},{/}\n{/g' | sed -n 's/.*"revision":\([0-9]*\).*"status":"\([a-z-]*\)".*/\1 \2/p' \
    | sed '$d' | grep -E ' (deployed|superseded)$' | tail -n 1 | cut -d' ' -f1)
fi
[ -n "$revision" ] || { echo 'there is no revision to go back to' >&2; exit 1; }
helm get manifest "$release" --namespace "$namespace" --revision "$revision" \
  | kube apply --server-side --force-conflicts --field-manager helm -l 'scenor.ru/role=worker' -f - >/dev/null
kube rollout status deployment -l 'scenor.ru/role=worker' --timeout 120s
helm rollback "$release" "$revision" --namespace "$namespace" --wait --timeout 120s
