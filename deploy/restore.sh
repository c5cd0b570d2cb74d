#!/bin/sh
# `deploy/restore.sh ARCHIVE [--yes]`: puts back what deploy/backup.sh saved. All that is there now is gone afterwards: the volumes, .env and
# secrets/. Then everything is started, and what was accepted before the backup goes on.
set -eu
cd "$(dirname "$0")/.."
archive=${1:?usage: deploy/restore.sh ARCHIVE [--yes]}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 700 "$work"
tar -C "$work" -xf "$archive"
# Before anything is removed: half an archive must not cost what is there.
(cd "$work" && sha256sum --quiet -c SHA256SUMS)
if [ "${2:-}" != --yes ]; then
  printf 'This removes all data of the installation in %s. Type yes: ' "$PWD"
  read -r answer
  [ "$answer" = yes ] || exit 1
fi
cp -p "$work/env" .env
rm -rf secrets
cp -Rp "$work/secrets" secrets
docker compose --profile '*' down --volumes --remove-orphans
project=$(docker compose config --format json | sed -n 's/^ *"name": "\([^"]*\)",$/\1/p' | head -n 1)
image=$(docker compose config --images postgres | head -n 1)
for saved in "$work"/*.tar; do
  volume=$(basename "$saved" .tar)
  # With the labels of Compose, or it takes the volume for somebody else's.
  docker volume create --label "com.docker.compose.project=$project" --label "com.docker.compose.volume=$volume" "${project}_$volume" >/dev/null
  docker run --rm -i --network none --user 0 -v "${project}_$volume:/volume" --entrypoint tar "$image" -C /volume -xpf - < "$saved"
done
docker compose up -d --no-build --wait
