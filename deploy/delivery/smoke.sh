#!/bin/sh
# `smoke.sh URL`: does what was rolled out answer? Readiness, and one script written for a person who is made for it.
set -eu
exec node "$(dirname "$0")/smoke.mjs" "${1:?usage: smoke.sh URL}"
