#!/usr/bin/env bash
# Installs the real parts that the tests run against: Redis, Chromium, uv (for Python servers and the Python SDK), Traefik and Pebble (an authority for certificates) and, where
# no cgroup v2 was left to us, a kernel that has them and runs as a program (user-mode-linux). On Debian as root only;
# elsewhere it says so and changes nothing, and the tests that need a missing part say by name that they were skipped.
# What is there is left as it is: a second run takes a moment.
#
#   scripts/test-parts.sh [--without-go]    --without-go: not what is built with go, Traefik and Pebble
set -euo pipefail
cd "$(dirname "$0")"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/mcp-oauth-gateway
# The versions that e2e/src/servers.ts and e2e/src/parts.ts name.
python_parts=(mcp-server-time@2026.10.19 mcp-server-git@2026.10.19 mcp@1.30.0 mcp@2.3.0)

if [ ! -e /etc/debian_version ] || [ "$(id -u)" != 0 ]; then
  echo "scripts/test-parts.sh: installs on Debian as root only; install redis-server, chromium, uv, traefik and pebble yourself" \
    "to run the tests that need them"
  exit 0
fi

install_packages() {
  exec 8>"$cache/apt.lock"
  flock 8 # scripts/docker-lab.sh may be at it
  # A machine without an init cannot start what a package wants to start, and the tests start their own.
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e "$policy" ]; then printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod +x "$policy"; made=1; fi
  export DEBIAN_FRONTEND=noninteractive
  local status=0
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$cache/apt.log" 2>&1 || status=$?
  if [ -n "$made" ]; then rm -f "$policy"; fi
  if [ "$status" != 0 ]; then tail -n 20 "$cache/apt.log" >&2; fi
  return "$status"
}

# Whether the tests can make groups where they are: as packages/subprocess/src/delegation.ts asks, but for a unit of systemd
# that has Delegate=yes. One kernel too many does no harm.
has_cgroups() {
  grep -qxE '0::/(gateway)?' /proc/self/cgroup || return 1
  local folder
  folder=$(findmnt --noheadings --first-only --types cgroup2 --output TARGET) || return 1
  [ -w "$folder/cgroup.procs" ] || return 1
  local controllers controller
  controllers=" $(cat "$folder/cgroup.controllers") "
  for controller in memory pids cpu; do [[ $controllers == *" $controller "* ]] || return 1; done
}

mkdir -p "$cache"
packages=()
command -v redis-server >/dev/null || packages+=(redis-server)
command -v chromium >/dev/null || packages+=(chromium)
command -v curl >/dev/null || packages+=(curl)
[ -x "$cache/uv/bin/uvx" ] || command -v uvx >/dev/null || python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
if ! has_cgroups && [ "$(dpkg --print-architecture)" = amd64 ]; then # of no other is there such a kernel
  command -v linux.uml >/dev/null || packages+=(user-mode-linux)
  command -v ip >/dev/null || packages+=(iproute2)
fi
if [ ${#packages[@]} != 0 ]; then
  echo "installing ${packages[*]}"
  install_packages "${packages[@]}"
fi

# A folder of its own: Debian's Python refuses packages from elsewhere, and nothing else is touched.
if ! command -v uvx >/dev/null && [ ! -x "$cache/uv/bin/uvx" ]; then
  echo "installing uv into $cache/uv"
  python3 -m venv "$cache/uv"
  "$cache/uv/bin/pip" install --quiet uv==0.13.9
fi
# The SDK as an environment of its own, compiled: tests start it often. A server as uvx finds it without a network.
fetch() {
  if [ "${1%@*}" = mcp ]; then
    uv venv --quiet --clear "$2"
    uv pip install --quiet --compile-bytecode --python "$2" "${1/@/==}"
  else uvx --quiet "$1" --help >/dev/null; fi
}

for part in "${python_parts[@]}"; do
  folder=$cache/uv-cache
  if [ "${part%@*}" = mcp ]; then folder=$cache/python-$part; fi
  fetched=$folder/.fetched-$part
  if [ ! -e "$fetched" ]; then
    echo "fetching $part"
    (export PATH=$PATH:$cache/uv/bin UV_CACHE_DIR=$cache/uv-cache && fetch "$part" "$folder")
    touch "$fetched"
  fi
done

if [ "${1:-}" != --without-go ]; then
  ./pebble.sh >/dev/null
  ./traefik.sh >/dev/null
fi
