#!/usr/bin/env bash
# A Docker engine of its own for a drill. `engine.sh build FOLDER COMMAND…`: one without any network of its own, whose builds use the machine's.
# `engine.sh run FOLDER COMMAND…`: one in a network namespace of its own, where COMMAND runs too, so that interfaces, addresses, firewall and
# net.* settings of the machine stay as they are. Both keep their images in FOLDER, and end when COMMAND has; what the engine mounts is in a
# namespace of its own that ends with it. Needs root.
set -euo pipefail
mode=$1 folder=$2
shift 2

if [ -z "${IN_NAMESPACE:-}" ]; then
  own=(--mount)
  [ "$mode" = build ] || own+=(--net)
  exec unshare "${own[@]}" env IN_NAMESPACE=1 "$0" "$mode" "$folder" "$@"
fi
mkdir -p "$folder"
network=(--bridge none --iptables=false --ip-forward=false --ip-masq=false)
if [ "$mode" = run ]; then
  ip link set lo up
  network=(--bip 172.31.43.1/24 --default-address-pool 'base=172.31.44.0/22,size=26')
fi
export DOCKER_HOST="unix://$folder/docker.sock"
# Not more files than the machine allows this process, or no container starts.
dockerd --data-root "$folder/data" --exec-root "$folder/exec" -H "$DOCKER_HOST" --pidfile "$folder/pid" \
  --default-ulimit "nofile=16384:16384" "${network[@]}" > "$folder/log" 2>&1 < /dev/null &
engine=$!
end() {
  kill "$engine" 2>/dev/null || true
  wait "$engine" 2>/dev/null || true
  # Empty ones; those of an engine of the machine's own that has containers stay.
  rmdir /sys/fs/cgroup/*/docker /sys/fs/cgroup/docker 2>/dev/null || true
}
trap end EXIT
trap 'exit 130' INT TERM
for _ in $(seq 240); do
  docker version >/dev/null 2>&1 && break
  kill -0 "$engine" 2>/dev/null || { echo "the engine did not start: $(tail -n 3 "$folder/log")" >&2; exit 1; }
  sleep 0.25
done
"$@"
