#!/usr/bin/env bash
# Fetches the AWS emulator (ministack), the deployment tools (sam: SAM CLI and cfn-lint), or the
# judge of templates (checkov, Apache-2.0) into the cache and prints the folder of their programs.
# Safe to run any number of times and at once: one fetches, the others wait for it.
set -euo pipefail

case "${1:-}" in
  ministack) name=ministack-1.5.33 packages=("ministack[full]==1.5.33") ;;
  sam) name=sam-1.170.0 packages=("aws-sam-cli==1.170.0" "cfn-lint==1.58.0") ;;
  checkov) name=checkov-3.3.30 packages=("checkov==3.3.30") ;;
  *) echo "usage: fetch.sh ministack|sam|checkov" >&2; exit 2 ;;
esac
home=${XDG_CACHE_HOME:-$HOME/.cache}/igny8-lab/$name

for tool in python3 flock; do
  command -v "$tool" >/dev/null || { echo "the AWS lab needs $tool, which is not on the PATH (Debian: apt-get install python3 python3-venv util-linux)" >&2; exit 1; }
done

mkdir -p "$(dirname "$home")"
exec 9>"$home.lock"
flock -w 900 9 || { echo "another fetch holds $home.lock for too long" >&2; exit 1; }
if [ ! -e "$home/.complete" ]; then
  rm -rf "$home"
  python3 -m venv "$home" >&2 9>&-
  "$home/bin/pip" -q install --disable-pip-version-check "${packages[@]}" >&2 9>&-
  touch "$home/.complete"
fi
echo "$home/bin"
