#!/bin/sh
# The Docker engine that the drills run on where none answers, and what images are made with, from Debian. Nothing is started.
set -eu

policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' > $policy
  chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io tini mmdebstrap iproute2 openssl >/dev/null
