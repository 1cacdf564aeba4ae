#!/usr/bin/env bash
# Installs what the tests need on Debian: PHP and WordPress, Java and DynamoDB Local, an AWS
# emulator and the deployment tools, Chromium and the web app's packages.
# Safe to repeat: what is there is not fetched again. Fails when something can't be had.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
install() { # package...
	echo "installing $*"
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
need() { # command package...
	local cmd=$1; shift
	command -v "$cmd" >/dev/null || install "$@"
}

need gcc gcc libc6-dev          # the race detector
need java openjdk-17-jre-headless
need mvn maven
internal/lab/wordpress/wp-up.sh deps
internal/lab/wordpress/wp-up.sh prepare
internal/lab/dynamodb/fetch.sh >/dev/null
need python3 python3 python3-venv
python3 -c 'import ensurepip' 2>/dev/null || install python3-venv
need openssl openssl
scripts/schemathesis.sh >/dev/null
need curl curl
internal/lab/aws/fetch.sh ministack >/dev/null
internal/lab/aws/fetch.sh sam >/dev/null
internal/lab/aws/fetch.sh checkov >/dev/null
need node nodejs npm
node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' || { echo "the web app needs Node 20.19 or newer; this is $(node -v)" >&2; exit 1; }
need chromium chromium
[ web/node_modules/.package-lock.json -nt web/package-lock.json ] || (cd web && npm ci --silent)
