#!/usr/bin/env bash
# Installs schemathesis (MIT), which calls an API with whatever its description allows and
# forbids, into a folder of its own, and prints where its command is. Safe to repeat.
set -euo pipefail
version=4.32.5
dir="${XDG_CACHE_HOME:-$HOME/.cache}/igny8-tools/schemathesis-$version"
if [ ! -x "$dir/bin/schemathesis" ]; then
	rm -rf "$dir.new" "$dir"
	python3 -m venv "$dir.new" >&2
	"$dir.new/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version" >&2
	mv "$dir.new" "$dir"
	# Commands of a venv name its folder; it was another one when they were written.
	"$dir/bin/python3" -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "schemathesis==$version" >&2
fi
echo "$dir/bin/schemathesis"
