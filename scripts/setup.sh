#!/usr/bin/env bash
# Installs what the tests need on Debian: PHP and WordPress, Java and DynamoDB Local.
# Safe to repeat: what is there is not fetched again. Fails when something can't be had.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
need() { # command package...
	local cmd=$1; shift
	command -v "$cmd" >/dev/null && return 0
	echo "installing $*"
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

need gcc gcc libc6-dev          # the race detector
need java openjdk-17-jre-headless
need mvn maven
internal/lab/wordpress/wp-up.sh deps
internal/lab/wordpress/wp-up.sh prepare
internal/lab/dynamodb/fetch.sh
