#!/usr/bin/env bash
# `images.sh FILE`: the product's image and those of the servers (see ../compose/images.sh), two releases more, and all of it in one archive:
# `next` has another label alone, `broken` a migration that fails.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/../compose/images.sh" postgres redis temporal
export DOCKER_BUILDKIT=0
printf 'FROM scenor:local\nLABEL release=next\nENV RELEASE_NAME=next\n' | docker build -q -t scenor:next - >/dev/null
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf 'process.stderr.write("this migration fails\\n")\nprocess.exit(1)\n' > "$folder/migrate.ts"
printf 'FROM scenor:local\nCOPY migrate.ts db/migrate.ts\n' > "$folder/Dockerfile"
docker build -q -t scenor:broken "$folder" >/dev/null
# What a node starts each pod with: its main process, which waits.
if ! docker image inspect registry.k8s.io/pause:3.10 >/dev/null 2>&1; then
  cp /usr/bin/catatonit "$folder/pause"
  printf 'FROM scratch\nCOPY pause /pause\nENTRYPOINT ["/pause", "-P"]\n' > "$folder/Dockerfile"
  docker build -q -t registry.k8s.io/pause:3.10 "$folder" >/dev/null
fi
images=(scenor:local scenor:next scenor:broken postgres:18-bookworm redis:7.4-bookworm temporalio/server:1.32.2 temporalio/admin-tools:1.32.2 registry.k8s.io/pause:3.10)
ids=$(docker image inspect --format '{{.Id}}' "${images[@]}")
if [ ! -e "$1" ] || [ "$ids" != "$(cat "$1.ids" 2>/dev/null)" ]; then
  docker save -o "$1" "${images[@]}"
  echo "$ids" > "$1.ids"
fi
