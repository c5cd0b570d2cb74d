#!/bin/sh
# `python-tools.sh FOLDER PACKAGE…`: packages of PyPI in a Python environment of their own. Nothing is done where FOLDER is there.
set -eu
folder=$1
shift
[ ! -d "$folder" ] || exit 0
mkdir -p "${folder%/*}"
# Into a folder beside it first: an installation that breaks off must not look complete.
rm -rf "$folder.part"
python3 -m venv --copies "$folder.part"
"$folder.part/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
mv "$folder.part" "$folder"
