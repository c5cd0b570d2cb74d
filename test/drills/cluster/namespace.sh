#!/usr/bin/env bash
# `namespace.sh COMMAND…`: runs it where a node of a cluster can be: with a network of its own and the address NODE (interfaces, routes, firewall
# and net.* settings of the machine stay as they are), processes of its own, which all end with it, own /run, /var/lib and /var/log. A kubelet
# sets memory and panic settings of the whole machine; here it finds them as it wants them, in files that lie over the kernel's. Needs root.
set -euo pipefail
: "${NODE:?the address of the node}"
if [ -z "${IN_NAMESPACE:-}" ]; then exec unshare --mount --net --pid --fork --kill-child --mount-proc env IN_NAMESPACE=1 "$0" "$@"; fi
# The first process of its own namespace, or what is ended below would be the machine's.
[ $$ = 1 ] || { echo 'IN_NAMESPACE is set by this script alone' >&2; exit 2; }

ip link set lo up
# A pair, so that it has a carrier.
ip link add node0 type veth peer name node0-peer
ip address add "$NODE/32" dev node0
ip link set node0 up
ip link set node0-peer up
# Addresses of services are in no network; what is sent to one must have a way until it is turned round.
ip route add default dev node0
echo 1 > /proc/sys/net/ipv4/ip_forward

for folder in /run /var/lib /var/log; do mount -t tmpfs tmpfs $folder; done
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=/run/settings/${setting%=*}
  mkdir -p "${file%/*}"
  echo "${setting#*=}" > "$file"
  mount --bind "$file" "/proc/sys/${setting%=*}"
done

# Not this shell's place: what it starts must end before the rest is put away.
"$@" &
command=$!
trap 'kill $command 2>/dev/null || true' INT TERM
wait $command || status=$?
# Containers that are left, and the empty groups that a kubelet leaves.
kill -9 -1 2>/dev/null || true
for _ in $(seq 50); do
  # This one, and the two of the look itself.
  [ "$(find /proc -maxdepth 1 -name '[0-9]*' 2>/dev/null | wc -l)" -gt 2 ] || break
  sleep 0.1
done
find /sys/fs/cgroup -depth -type d \( -path '*/kubepods*' -o -path '*/k8s.io*' \) -exec rmdir {} + 2>/dev/null || true
exit "${status:-0}"
