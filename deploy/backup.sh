#!/bin/sh
# `deploy/backup.sh [FOLDER]`: everything that cannot be made again, as one archive: the volumes of Postgres (Scenor and Temporal) and Kafka,
# .env and secrets/. Redis holds caches alone. What writes is stopped meanwhile, so that all parts are of one moment; it starts again also when
# the backup fails. For no downtime at all back up Postgres by itself (docs/operations.md). The archive opens everything: keep it encrypted.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-backups}
umask 077
mkdir -p "$folder"
file=$(cd "$folder" && pwd)/scenor-$(date -u +%Y%m%dT%H%M%SZ).tar
project=$(docker compose config --format json | sed -n 's/^ *"name": "\([^"]*\)",$/\1/p' | head -n 1)
image=$(docker compose config --images postgres | head -n 1)
work=$(mktemp -d)

# Those that write, the ones that are asked last: nobody waits for a server that is away.
writers=$(docker compose ps --services --status running | grep -vE '^(prometheus|alertmanager|consul)$' || true)
finish() {
  status=$?
  rm -rf "$work" "$file.part"
  # shellcheck disable=SC2086 # several services
  [ -z "$writers" ] || docker compose up -d --no-build --no-recreate --wait $writers >/dev/null 2>&1 || { echo 'not everything came up again: docker compose ps' >&2; status=1; }
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM
# shellcheck disable=SC2086
[ -z "$writers" ] || docker compose stop $writers 2>/dev/null
for volume in postgres kafka; do
  docker volume inspect "${project}_$volume" >/dev/null 2>&1 || continue
  docker run --rm --network none --user 0 -v "${project}_$volume:/volume:ro" --entrypoint tar "$image" -C /volume -cf - . > "$work/$volume.tar"
done
cp -p .env "$work/env"
cp -Rp secrets "$work/secrets"
(cd "$work" && sha256sum ./*.tar env > SHA256SUMS)
tar -C "$work" -cf "$file.part" .
mv "$file.part" "$file"
echo "$file"
mark=$(sed -n 's/^BACKUP_MARK_ON_HOST=//p' .env | tail -n 1)
[ -z "$mark" ] || touch "$mark"
