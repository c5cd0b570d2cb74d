#!/bin/sh
# `image.sh NAME`: builds the image with its labels, refuses one that is too large, writes what is in it to sbom.cdx.json (CycloneDX), and pushes
# it as NAME:REVISION where PUSH=1. Prints the digest of what was pushed, else the id.
set -eu
cd "$(dirname "$0")/../.."
name=${1:?usage: image.sh NAME}
MAX_MB=350

revision=$(git rev-parse HEAD)
docker build --quiet -t "$name:$revision" --build-arg REVISION="$revision" --build-arg CREATED="$(git show -s --format=%cI HEAD)" \
  --build-arg VERSION="$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)" . >&2
size=$(docker image inspect "$name:$revision" --format '{{.Size}}')
echo "$((size / 1000000)) MB" >&2
[ "$size" -le $((MAX_MB * 1000000)) ] || { echo "more than $MAX_MB MB: see deploy/image/left-out.json" >&2; exit 1; }
deploy/delivery/sbom.sh "$name:$revision" > sbom.cdx.json
if [ "${PUSH:-}" = 1 ]; then
  docker push --quiet "$name:$revision" >&2
  docker image inspect "$name:$revision" --format '{{index .RepoDigests 0}}'
else
  docker image inspect "$name:$revision" --format '{{.Id}}'
fi
