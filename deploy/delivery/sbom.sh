#!/bin/sh
# `sbom.sh IMAGE`: prints a CycloneDX bill of materials of the image: Node itself, and each package that is in it with its version and licence.
# The image is asked, not the lockfile: what deploy/image/left-out.json takes out is not in the bill.
set -eu
docker run --rm --network none --read-only --user 1000:1000 -i "${1:?usage: sbom.sh IMAGE}" node --input-type=module - < "$(dirname "$0")/sbom.mjs"
