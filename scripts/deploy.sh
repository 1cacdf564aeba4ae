#!/usr/bin/env bash
# Builds the functions, deploys template.yaml and tries what was deployed (stack.py, smoke); what does not pass is rolled
# back to what was there before. Safe to repeat.
#   deploy.sh [ENV=local|small|staging|production] [--json FILE]
# local starts an emulator on this machine, unless AWS_ENDPOINT_URL names one. --json writes the
# stack's outputs, the API's address and the new login for programs. Settings in the environment:
#   STACK               another name than samconfig.toml's
#   DEPLOY_PARAMETERS   "Key=Value …" over samconfig.toml's
#   OPENAI_API_KEY      kept on the first deploy, as ANTHROPIC_API_KEY and STABILITY_API_KEY are;
#                       a local stack without any has the demo models
#   LDFLAGS             more for the linker of the functions
#   KEEP=FILE           keep there what was deployed before, for rollback.sh
#   LOGIN=no            do not make a login in a local stack
#   SMOKE_PATIENCE=40   seconds in which what was deployed has to answer
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/.."

env=${ENV:-local} json=
while [ $# -gt 0 ]; do
	case $1 in
	ENV=*) env=${1#ENV=} ;;
	--json)
		json=$2
		shift
		;;
	*)
		sed -n '2,14s/^# \{0,1\}//p' "$0" >&2
		exit 2
		;;
	esac
	shift
done
case $env in local | small | staging | production) ;; *) echo "ENV is local, small, staging or production, not $env" >&2; exit 2 ;; esac
case $json in "" | /*) ;; *) json=$called_from/$json ;; esac
stack=${STACK:-igny8-$env}

for tool in go openssl flock; do
	command -v "$tool" >/dev/null || { echo "deploying needs $tool, which is not on the PATH" >&2; exit 1; }
done
if [ "$env" = local ] && [ -z "${AWS_ENDPOINT_URL:-}" ]; then
	exports=$(scripts/emulator.sh up)
	eval "$exports"
fi
export SAM_CLI_TELEMETRY=0
if [ -n "${AWS_REGION:-}" ]; then export AWS_DEFAULT_REGION=$AWS_REGION; fi # Python's SDK reads the second alone
if [ "$env" = local ]; then export AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-us-east-1}"; fi
tools=$(internal/lab/aws/fetch.sh sam)
helper() { PYTHONDONTWRITEBYTECODE=1 "$tools/python" scripts/stack.py "$@"; }
# The file of parameters holds the edge's secret: it is our own, and gone in any case.
work=$(mktemp -d)
template=template.yaml canary=template.canary.$$.yaml # beside it, since SAM looks for dist/ from there
trap 'rm -rf "$work" "$canary"' EXIT

# build GOARCH: each folder of functions/ becomes dist/<name>/bootstrap, and nothing else is there. All are linked by
# one command, side by side, and not at all when nothing changed.
build() {
	local folder name
	for folder in dist/*/; do
		name=$(basename "$folder")
		if [ ! -e "functions/$name/main.go" ]; then rm -rf "dist/$name"; fi
	done
	mkdir -p "dist/.built/$1"
	CGO_ENABLED=0 GOOS=linux GOARCH=$1 go build -tags lambda.norpc -trimpath -ldflags "-s -w ${LDFLAGS:-}" -o "dist/.built/$1/" ./functions/...
	for folder in functions/*/; do
		name=$(basename "$folder")
		mkdir -p "dist/$name"
		cmp -s "dist/.built/$1/$name" "dist/$name/bootstrap" || cp "dist/.built/$1/$name" "dist/$name/bootstrap"
	done
}

# -t: without it SAM takes what an earlier sam build left. A local deploy's hundreds of lines
# are shown when it fails.
deploy() {
	set -- "$tools/sam" deploy -t "$template" --config-env "$env" --stack-name "$stack" --parameter-overrides "file://$work/parameters.yaml"
	if [ "$env" != local ]; then
		"$@" >&2
	elif ! "$@" >"$work/sam.log" 2>&1; then
		cat "$work/sam.log" >&2
		return 1
	fi
}

mkdir -p dist
exec 9<dist # of two deploys the second waits: both write to dist/
flock 9

helper secrets "$stack" "$env"
before=$(helper keep "$stack" "$work/before.json")
for round in 1 2; do
	plan=$(helper parameters "$stack" "$env" "$work/parameters.yaml")
	read -r arch origin shifts <<<"$plan"
	if [ "$shifts" = yes ]; then
		helper canary "$canary"
		template=$canary
	fi
	if [ "$round" = 1 ]; then build "$arch"; fi
	deploy
	# Only the stack can tell CloudFront's name, which the bucket of files needs: then once more.
	if [ "$origin" = known ]; then break; fi
done
if [ -n "${AWS_ENDPOINT_URL:-}" ]; then helper mend "$stack"; fi
if [ "$env" != local ]; then
	make --no-print-directory web
	helper web "$stack" internal/webapp/dist
fi
if ! helper smoke "$stack" "$work/parameters.yaml"; then
	if [ "$before" = nothing ]; then
		echo "$stack was deployed and does not pass; there is nothing to roll back to" >&2
	else
		helper back "$stack" "$work/before.json"
		if [ -n "${AWS_ENDPOINT_URL:-}" ]; then helper mend "$stack"; fi
		echo "$stack is rolled back to what was there before" >&2
	fi
	exit 1
fi
if [ -n "${KEEP:-}" ] && [ "$before" != nothing ]; then cp "$work/before.json" "$KEEP"; fi
helper result "$stack" "$env" ${json:+"$json"}
