#!/bin/bash
# As the image `apache/kafka`: each KAFKA_A_B becomes the property a.b; the folder is formatted once.
set -eu
env | sed -n '/^KAFKA_HEAP_OPTS=/d; s/^KAFKA_//p' | while IFS='=' read -r name value; do
  printf '%s=%s\n' "$(printf '%s' "$name" | tr '[:upper:]_' '[:lower:].')" "$value"
done > /tmp/server.properties
# shellcheck disable=SC2086 # several words
run() { java ${KAFKA_HEAP_OPTS:-} -XX:TieredStopAtLevel=1 -cp '/opt/kafka/*' "$@"; }
[ -e "$KAFKA_LOG_DIRS/meta.properties" ] || run kafka.tools.StorageTool format -t 4L6g3nShT-eMCtK--X86sw -c /tmp/server.properties
# shellcheck disable=SC2086
exec java ${KAFKA_HEAP_OPTS:-} -XX:TieredStopAtLevel=1 -cp '/opt/kafka/*' kafka.Kafka /tmp/server.properties
