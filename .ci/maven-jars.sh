#!/bin/sh
# Jars of Maven coordinates (group:artifact:version) and of all that they need, once into a folder: .ci/maven-jars.sh FOLDER COORDINATE...
set -eu

libs=$1
shift
[ ! -d "$libs" ] || exit 0
"$(dirname "$0")/packages.sh" jars
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dependencies=$(printf '%s\n' "$@" | awk -F: '{
  print "<dependency><groupId>" $1 "</groupId><artifactId>" $2 "</artifactId><version>" $3 "</version></dependency>"
}')
cat >"$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ru.scenor</groupId><artifactId>jars</artifactId><version>1</version>
  <dependencies>
$dependencies
  </dependencies>
</project>
POM
# Into a folder beside it first: a download that breaks off must not look complete.
mkdir -p "$(dirname "$libs")"
rm -rf "$libs.part"
mvn -q -B -f "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$libs.part"
mv "$libs.part" "$libs"
