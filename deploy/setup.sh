#!/bin/sh
# `deploy/setup.sh`: makes this machine ready for `docker compose up --build --wait`. Checks Docker, memory, disk and ports; builds the image;
# makes `.env` and a file for each secret in `secrets/`. Safe to run again: what is there is never changed, what is missing is added.
# --check: the checks alone. --no-build: the image is there already (a registry's, by SCENOR_IMAGE).
set -eu
cd "$(dirname "$0")/.."

MEMORY_MB=3500
DISK_MB=5000
wrong=0
good() { printf '  ok     %s\n' "$1"; }
bad() { printf '  WRONG  %s\n' "$1" >&2; wrong=1; }
warn() { printf '  look   %s\n' "$1"; }
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; } # version, wanted

# What a line of .env says, unless the environment does.
setting() { # name, default
  eval "given=\${$1:-}"
  [ -n "$given" ] || { [ -f .env ] && given=$(sed -n "s/^$1=//p" .env | tail -n 1 | tr -d "'\""); }
  printf '%s' "${given:-$2}"
}

echo 'This machine:'
if ! command -v docker >/dev/null; then bad 'there is no docker: https://docs.docker.com/engine/install/'
elif ! engine=$(docker version --format '{{.Server.Version}}' 2>/dev/null); then bad 'the Docker engine does not answer: is it running, may you use it?'
else
  if at_least "$engine" 20.10; then good "Docker engine $engine"; else bad "Docker engine $engine: 20.10 or newer is needed"; fi
  if ! compose=$(docker compose version --short 2>/dev/null); then bad 'there is no docker compose (the plugin, not docker-compose)'
  elif at_least "${compose#v}" 2.20; then good "Docker Compose $compose"; else bad "Docker Compose $compose: 2.20 or newer is needed"; fi
fi
if [ -r /proc/meminfo ]; then
  memory=$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
  if [ "$memory" -ge $MEMORY_MB ]; then good "$memory MB of memory free"; else bad "$memory MB of memory free: $MEMORY_MB are needed"; fi
fi
disk=$(df -Pm . | awk 'NR == 2 { print $4 }')
if [ "$disk" -ge $DISK_MB ]; then good "$disk MB of disk free"; else bad "$disk MB of disk free: $DISK_MB are needed"; fi
running=$(docker compose ls -q 2>/dev/null | grep -cx scenor || true)
if [ "$running" = 0 ] && command -v ss >/dev/null; then
  for port in "$(setting HTTP_PORT 8080)" "$(setting HTTPS_PORT 8443)" "$(setting CODEC_PORT 3001)" "$(setting TEMPORAL_UI_PORT 8233)"; do
    if [ -z "$(ss -Hltn "sport = :$port")" ]; then good "port $port is free"; else bad "port $port is taken: choose another in .env"; fi
  done
fi
[ $wrong = 0 ] || { echo 'Nothing was made.' >&2; exit 1; }
[ "${1:-}" != --check ] || exit 0

image=$(setting SCENOR_IMAGE scenor:local)
if [ "${1:-}" != --no-build ] && ! docker image inspect "$image" >/dev/null 2>&1; then
  echo "Building $image …"
  docker build --quiet -t "$image" --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" . >/dev/null
fi

# The folder keeps others on this machine out. The files may be read by all: in a container each belongs to a user that has no name here.
umask 077
mkdir -p secrets/tls
chmod 711 secrets secrets/tls
put() { # name, value
  [ -s "secrets/$1" ] || { printf '%s' "$2" > "secrets/$1.part"; chmod 444 "secrets/$1.part"; mv -f "secrets/$1.part" "secrets/$1"; }
}
touch .env
# Roles of the services are made with the volume of Postgres; one of before goes on with the role that owns everything.
own_roles=yes
{ [ ! -s secrets/scenor_db_password ] && [ -z "$(setting SCENOR_DB_PASSWORD '')" ]; } || own_roles=no
fresh=$(docker run --rm --network none --read-only --tmpfs /tmp "$image" node cli/new-secrets.ts)
printf '%s\n' "$fresh" | while IFS= read -r line; do
  name=${line%%=*}
  # One that .env of an earlier version holds is the one that the data was made with.
  value=$(setting "$name" '')
  [ -n "$value" ] || value=$(printf '%s' "${line#*=}" | sed "s/^'//; s/'\$//")
  put "$(printf '%s' "$name" | tr '[:upper:]' '[:lower:]')" "$value"
done
owner="postgres://scenor:$(cat secrets/scenor_db_password)@postgres:5432/postgres"
if [ $own_roles = yes ]; then
  put migrate_database_url "$owner"
  for service in auth users scenarios ai notifications; do
    put "${service}_database_url" "postgres://scenor_$service:$(cat "secrets/${service}_db_password")@postgres:5432/$service"
  done
elif [ ! -s secrets/auth_database_url ]; then
  put database_url "$owner"
fi
put redis_url "redis://:$(cat secrets/redis_password)@redis:6379"
# Those that you may fill: an empty one is an unset one.
sed -n 's|^ *file: ./secrets/||p' docker-compose.yml | while IFS= read -r name; do
  [ -e "secrets/$name" ] || { : > "secrets/$name"; chmod 444 "secrets/$name"; }
done
if ! grep -q '^TEMPORAL_DB_PASSWORD=' .env; then printf "TEMPORAL_DB_PASSWORD='%s'\n" "$(cat secrets/temporal_db_password)" >> .env; fi
chmod 600 .env

if [ ! -s secrets/tls/gateway.pem ]; then
  host=$(setting GATEWAY_HOST localhost)
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj "/CN=$host" \
    -addext "subjectAltName=DNS:$host,DNS:localhost,IP:127.0.0.1" \
    -keyout secrets/tls/gateway.key -out secrets/tls/gateway.pem 2>/dev/null
  chmod 444 secrets/tls/gateway.key secrets/tls/gateway.pem
  warn 'secrets/tls/gateway.pem is signed by itself: put your own there before others use this'
fi
echo 'Ready: docker compose up --build --wait. Keep .env and secrets/ safe and never in git: without them the data cannot be read.'
