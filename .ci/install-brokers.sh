#!/bin/sh
# The real brokers that test/events runs against: RabbitMQ from Debian, Kafka (one KRaft node) from its Maven jars.
# Each step is skipped when its result is there already.
set -eu

if [ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rabbitmq-server
fi

# 4.3.1 is the newest release whose tools (which format the log folder) are published with it.
version=4.3.1
libs="$HOME/.cache/scenor/kafka-$version/libs"
if [ ! -d "$libs" ]; then
  for tool in java mvn; do
    command -v "$tool" >/dev/null || {
      apt-get update
      DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends default-jre-headless maven
      break
    }
  done
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cat >"$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ru.scenor</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>$version</version></dependency>
  </dependencies>
</project>
POM
  # Into a folder beside it first: a download that breaks off must not look complete.
  mvn -q -B -f "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$libs.part"
  mv "$libs.part" "$libs"
fi
