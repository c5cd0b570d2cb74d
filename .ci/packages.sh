#!/bin/bash
# `packages.sh GROUP…`: the Debian packages of these groups that the machine lacks, by one call of apt. Says nothing when all are there.
# Their own services stay off: what needs a server starts it.
set -euo pipefail

# What is looked for (a program, or its path), and the package that has it.
group() {
  case $1 in
    servers)    echo redis-server:redis-server pgbouncer:pgbouncer chromium:chromium ;;
    brokers)    echo /usr/lib/rabbitmq/bin/rabbitmq-server:rabbitmq-server ;;
    jars)       echo java:default-jre-headless mvn:maven ;;
    readers)    echo pdftotext:poppler-utils cmark-gfm:cmark-gfm ffmpeg:ffmpeg ensurepip:python3-venv ;;
    gateway)    echo nginx:nginx-light ensurepip:python3-venv ;;
    kube-tools) echo unzip:unzip ;;
    clients)    echo ensurepip:python3-venv ;;
    engine)     echo /usr/sbin/dockerd:docker.io tini:tini mmdebstrap:mmdebstrap ip:iproute2 openssl:openssl ;;
    node)       echo /usr/lib/cni/bridge:containernetworking-plugins nft:nftables iptables:iptables conntrack:conntrack catatonit:catatonit curl:curl ;;
    logs)       echo /usr/sbin/rsyslogd:rsyslog-elasticsearch ;;
    *) echo "packages.sh: unknown group $1" >&2; return 2 ;;
  esac
}
# Debian's Python comes without what makes a venv.
is_there() { if [ "$1" = ensurepip ]; then python3 -c 'import ensurepip' 2>/dev/null; else command -v "$1" >/dev/null; fi; }

missing=()
for name in "$@"; do
  pairs=$(group "$name")
  for pair in $pairs; do is_there "${pair%%:*}" || missing+=("${pair#*:}"); done
done
[ ${#missing[@]} -gt 0 ] || exit 0

policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" >/dev/null
