#!/bin/sh
# The programs that test/exports reads our files with: poppler, cmark-gfm and ffmpeg from Debian, and Python readers in a folder of their own.
# Each step is skipped when its result is there already.
set -eu

"$(dirname "$0")/packages.sh" readers

"$(dirname "$0")/python-tools.sh" "$HOME/.cache/scenor/readers-2" \
  lxml==6.0.2 python-docx==1.2.0 pysrt==1.1.2 pysubs2==1.8.0 webvtt-py==0.5.1
