#!/bin/sh
# The real brokers that test/events runs against: RabbitMQ from Debian, Kafka (one KRaft node) from its Maven jars.
# Each step is skipped when its result is there already.
set -eu

"$(dirname "$0")/packages.sh" brokers

# 4.3.1 is the newest release whose tools (which format the log folder) are published with it.
version=4.3.1
"$(dirname "$0")/maven-jars.sh" "$HOME/.cache/scenor/kafka-$version/libs" \
  "org.apache.kafka:kafka_2.13:$version" "org.apache.kafka:kafka-tools:$version"
