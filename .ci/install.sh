#!/bin/bash
# All that the tests need of a machine beside Node and the lockfile: Debian's packages by one call of apt, then what is downloaded, beside
# each other. Each step is skipped when its result is there already.
set -euo pipefail
cd "$(dirname "$0")"

./packages.sh servers brokers jars readers gateway kube-tools clients
pids=()
for one in brokers readers monitoring kube-tools gateway clients; do
  "./install-$one.sh" &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
