#!/bin/sh
# `burn-rate.sh PROMETHEUS_URL`: ends with 1 while an objective burns its month fast: the alerts of severity `page` that are firing. For the
# gate before production, and again after it.
set -eu
firing=$(curl -fsS --max-time 20 --get "${1:?usage: burn-rate.sh PROMETHEUS_URL}/api/v1/query" \
  --data-urlencode 'query=ALERTS{alertstate="firing",severity="page"}' | grep -o '"alertname":"[^"]*"' | sort -u || true)
[ -z "$firing" ] || { printf 'not now, these are firing:\n%s\n' "$firing" >&2; exit 1; }
