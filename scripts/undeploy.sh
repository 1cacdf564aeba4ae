#!/usr/bin/env bash
# Deletes a stack with all that is in it, and its secrets; for local the emulator as well. Safe to repeat.
#   undeploy.sh [ENV=local|small|staging|production]
# Staging and production ask for UNDEPLOY=<name of the stack>; production's table is protected beside, so a deploy with
# DEPLOY_PARAMETERS=DeletionProtection=false has to come first. STACK gives another stack's name.
set -euo pipefail
cd "$(dirname "$0")/.."

env=${ENV:-local}
case ${1:-} in ENV=*) env=${1#ENV=} ;; "") ;; *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;; esac
case $env in local | small | staging | production) ;; *) echo "ENV is local, small, staging or production, not $env" >&2; exit 2 ;; esac
stack=${STACK:-igny8-$env}
if [ "$env" != local ] && [ "${UNDEPLOY:-}" != "$stack" ]; then
	echo "this deletes everything that $stack holds, for good: say UNDEPLOY=$stack" >&2
	exit 2
fi

own=
if [ "$env" = local ] && [ -z "${AWS_ENDPOINT_URL:-}" ]; then
	own=yes
	exports=$(scripts/emulator.sh up)
	eval "$exports"
fi
export SAM_CLI_TELEMETRY=0
if [ -n "${AWS_REGION:-}" ]; then export AWS_DEFAULT_REGION=$AWS_REGION; fi # Python's SDK reads the second alone
if [ "$env" = local ]; then export AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-us-east-1}"; fi
tools=$(internal/lab/aws/fetch.sh sam)
helper() { PYTHONDONTWRITEBYTECODE=1 "$tools/python" scripts/stack.py "$@"; }
helper empty "$stack"
if [ -n "${AWS_ENDPOINT_URL:-}" ]; then
	helper delete "$stack"
else
	"$tools/sam" delete --config-env "$env" --stack-name "$stack" --no-prompts
fi
helper forget "$stack"
echo "$stack is gone" >&2
if [ -n "$own" ]; then scripts/emulator.sh down; fi
