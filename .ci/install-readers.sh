#!/bin/sh
# The programs that test/exports reads our files with: poppler, cmark-gfm and ffmpeg from Debian, and Python readers in a folder of their own.
# Each step is skipped when its result is there already.
set -eu

"$(dirname "$0")/packages.sh" readers

readers="$HOME/.cache/scenor/readers-2"
if [ ! -x "$readers/bin/python" ]; then
  # Into a folder beside it first: an installation that breaks off must not look complete.
  rm -rf "$readers.part"
  python3 -m venv --copies "$readers.part"
  "$readers.part/bin/python" -m pip install --quiet --disable-pip-version-check \
    lxml==6.0.2 python-docx==1.2.0 pysrt==1.1.2 pysubs2==1.8.0 webvtt-py==0.5.1
  mv "$readers.part" "$readers"
fi
