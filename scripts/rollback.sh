#!/usr/bin/env bash
# Deploys again what deploy.sh kept (KEEP=FILE) before it deployed: code, templates and parameters as they were. Data stays.
#   rollback.sh [ENV=local|small|staging|production] FILE
# STACK gives another stack's name. Safe to repeat.
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/.."

env=${ENV:-local}
case ${1:-} in ENV=*)
	env=${1#ENV=}
	shift
	;;
esac
case $env in local | small | staging | production) ;; *) echo "ENV is local, small, staging or production, not $env" >&2; exit 2 ;; esac
file=${1:-}
if [ -z "$file" ]; then
	sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
	exit 2
fi
case $file in /*) ;; *) file=$called_from/$file ;; esac
stack=${STACK:-igny8-$env}
if [ -n "${AWS_REGION:-}" ]; then export AWS_DEFAULT_REGION=$AWS_REGION; fi # Python's SDK reads the second alone
tools=$(internal/lab/aws/fetch.sh sam)
helper() { PYTHONDONTWRITEBYTECODE=1 "$tools/python" scripts/stack.py "$@"; }
helper back "$stack" "$file"
if [ -n "${AWS_ENDPOINT_URL:-}" ]; then helper mend "$stack"; fi
helper smoke "$stack"
echo "$stack is rolled back" >&2
