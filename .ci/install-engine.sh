#!/bin/sh
# The Docker engine that the drills run on where none answers, and what images are made with, from Debian. Nothing is started.
set -eu

"$(dirname "$0")/packages.sh" engine
