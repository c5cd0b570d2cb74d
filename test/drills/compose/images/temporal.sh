#!/bin/sh
# As the image `temporalio/server`: a server that listens on all addresses must say which one the others find it at.
[ "${BIND_ON_IP:-}" != 0.0.0.0 ] || TEMPORAL_BROADCAST_ADDRESS=$(hostname -i | cut -d' ' -f1)
export TEMPORAL_BROADCAST_ADDRESS
exec "$@"
