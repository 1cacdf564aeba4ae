#!/usr/bin/env bash
# An AWS on this machine for `make deploy`: MiniStack, with DynamoDB Local as the functions' table
# store. Both are in memory: what was deployed is gone after "down".
#   emulator.sh up     start both unless they run, wait until they answer, print the exports to use them
#   emulator.sh down   end what "up" started, and nothing else
# EMULATOR_PORT (4566) and DYNAMODB_PORT (8000) set the ports, EMULATOR_RUN the folder of process ids and logs.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${EMULATOR_PORT:-4566} table_port=${DYNAMODB_PORT:-8000}
mkdir -p "${EMULATOR_RUN:=.igny8-aws}"
run=$(cd "$EMULATOR_RUN" && pwd)

say() { echo "$*" >&2; }

# began PID: when the process began, in ticks since the machine did.
began() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# alive NAME: the process that we started is there still. Its id may have been given to another
# program meanwhile, so the file says beside it when ours began.
alive() {
	local pid when
	[ -s "$run/$1.pid" ] || return 1
	read -r pid when <"$run/$1.pid"
	[ "$(began "$pid")" = "$when" ]
}

# start NAME PORT COMMAND…: in a process group of its own, its log in the folder.
start() {
	local name=$1 port=$2 pid
	shift 2
	alive "$name" && return 0
	if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
		say "port $port is taken by another program: set EMULATOR_PORT or DYNAMODB_PORT"
		return 1
	fi
	setsid "$@" >"$run/$name.log" 2>&1 </dev/null &
	pid=$!
	echo "$pid $(began "$pid")" >"$run/$name.pid"
}

# wait_for NAME COMMAND…: until the command succeeds.
wait_for() {
	local name=$1
	shift
	for _ in $(seq 300); do
		"$@" >/dev/null 2>&1 && return 0
		alive "$name" || break
		sleep 0.2
	done
	say "$name does not answer; the end of its log:"
	tail -20 "$run/$name.log" >&2
	return 1
}

stop() {
	local pid
	if alive "$1"; then
		read -r pid _ <"$run/$1.pid"
		kill -TERM -- "-$pid" 2>/dev/null || true
		for _ in $(seq 50); do
			alive "$1" || break
			sleep 0.1
		done
		kill -KILL -- "-$pid" 2>/dev/null || true # functions that are left, too
	fi
	rm -f "$run/$1.pid"
}

table_answers() { curl -s "http://127.0.0.1:$table_port/" | grep -q MissingAuthenticationToken; }

up() {
	local bin lib tool
	for tool in curl setsid; do
		command -v "$tool" >/dev/null || { say "the emulator needs $tool, which is not on the PATH (Debian: apt-get install curl util-linux)"; return 1; }
	done
	bin=$(internal/lab/aws/fetch.sh ministack)
	lib=$(internal/lab/dynamodb/fetch.sh)
	mkdir -p "$run/tmp"
	start dynamodb "$table_port" java -Xmx512m -XX:+UseSerialGC -Dsqlite4java.library.path="$lib" -cp "$lib/*" \
		software.amazon.dynamodb.services.local.main.ServerRunner -port "$table_port" -inMemory -sharedDb -disableTelemetry
	# Functions inherit the emulator's environment: it holds what a function may have, and none of
	# ours, so that a variable which the template forgets is missed here too.
	start ministack "$port" env -i PATH="$PATH" HOME="$HOME" LANG="${LANG:-C.UTF-8}" TMPDIR="$run/tmp" \
		GATEWAY_PORT="$port" BIND_HOST=127.0.0.1 LOG_LEVEL=WARNING SFTP_ENABLED=0 IOT_MTLS_ENABLED=0 \
		AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 \
		AWS_ENDPOINT_URL="http://127.0.0.1:$port" AWS_ENDPOINT_URL_DYNAMODB="http://127.0.0.1:$table_port" "$bin/python3" internal/lab/aws/emulator.py
	wait_for dynamodb table_answers
	wait_for ministack curl -sf "http://127.0.0.1:$port/_ministack/health"
	cat <<-EXPORTS
		export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:$table_port
		export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 AWS_REGION=us-east-1
		unset AWS_PROFILE AWS_SESSION_TOKEN
	EXPORTS
}

case "${1:-}" in
up) up ;;
down)
	stop ministack
	stop dynamodb
	rm -rf "$run/tmp"
	;;
*)
	sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
