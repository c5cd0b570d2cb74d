#!/bin/sh
# Writes the package scenor_api from the API's document: examples/python/generate.sh [FOLDER], default this one. A warning is a failure.
#   python3 -m venv .venv && .venv/bin/pip install openapi-python-client==0.29.1 && PATH=$PWD/.venv/bin:$PATH examples/python/generate.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here}
python3 -m openapi_python_client generate --overwrite --fail-on-warning --meta none --config "$here/generator.yaml" \
  --path "$here/../../docs/openapi.json" --output-path "$folder/scenor_api"
