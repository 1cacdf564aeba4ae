#!/usr/bin/env bash
# Fetches DynamoDB Local into the cache and prints the folder that holds its jars.
# Safe to run any number of times and at once: one fetches, the others wait for it.
set -euo pipefail

version=3.1.0
home=${XDG_CACHE_HOME:-$HOME/.cache}/igny8-lab/dynamodb-$version

for tool in java mvn flock; do
  command -v "$tool" >/dev/null || {
    echo "DynamoDB Local needs $tool, which is not on the PATH (Debian: apt-get install default-jre-headless maven util-linux)" >&2
    exit 1
  }
done

mkdir -p "$(dirname "$home")"
exec 9>"$home.lock"
flock -w 570 9 || { echo "another fetch of DynamoDB Local holds $home.lock for too long" >&2; exit 1; }

if [ ! -e "$home/.complete" ]; then
  rm -rf "$home"
  mkdir -p "$home"
  cat >"$home/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>igny8.lab</groupId><artifactId>dynamodb</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>software.amazon.dynamodb</groupId><artifactId>DynamoDBLocal</artifactId><version>$version</version></dependency>
  </dependencies>
</project>
POM
  # The runtime scope also brings the native sqlite files.
  mvn -q -B -f "$home/pom.xml" dependency:copy-dependencies -DoutputDirectory="$home/lib" -DincludeScope=runtime >&2
  [ -e "$home/lib/DynamoDBLocal-$version.jar" ] || { echo "Maven brought no DynamoDBLocal-$version.jar into $home/lib" >&2; exit 1; }
  touch "$home/.complete"
fi
echo "$home/lib"
