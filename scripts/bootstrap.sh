#!/usr/bin/env bash
# Installs and compiles what is not up to date; quick when all is. With --all also what only tests and checks need;
# with --force what is compiled is compiled again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

command -v node >/dev/null || fail "Node.js 20.12 or newer is needed: https://nodejs.org"
command -v npx >/dev/null || fail "npx is needed; it comes with Node.js: https://nodejs.org"
version=$(node --version)
IFS=. read -r major minor _ <<<"${version#v}"
((major > 20 || (major == 20 && minor >= 12))) || fail "Node.js 20.12 or newer is needed; this is $version: https://nodejs.org"

scope=run
[[ ${1-} == --all ]] && scope=all
force=
[[ ${1-} == --force ]] && force=--force

# What was installed last: the scope, and the sum of everything that decides the result.
stamp=node_modules/.gateway-installed
wanted=$(cat pnpm-lock.yaml pnpm-workspace.yaml package.json packages/*/package.json services/*/package.json e2e/package.json bench/package.json | cksum)
installed=$(cat "$stamp" 2>/dev/null || true)

if [[ $installed != "all $wanted" && $installed != "$scope $wanted" ]]; then
  echo "Installing what the workspace needs, then compiling: a minute or two, and only when something has changed …" >&2
  [[ -w . ]] || fail "$PWD cannot be written by $(id -un): clone the project into a folder of yours, or install as who owns it."
  filter=()
  [[ $scope == all ]] || filter=(--filter . --filter './packages/*' --filter './services/*')
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  npx -y pnpm@12.21.0 install --frozen-lockfile "${filter[@]}" >"$log" 2>&1 ||
    fail "$(cat "$log")"$'\n\nInstalling failed, as it says above: usually because the npm registry was not reached. Then try the same command again.'
  # The lock file has just for Linux x64 alone (decision 164). While there is one here npx takes no other, be it without its program.
  node_modules/.bin/rust-just --version >/dev/null 2>&1 || rm -rf node_modules/rust-just node_modules/.bin/rust-just node_modules/.bin/just
  echo "$scope $wanted" >"$stamp"
fi

if [[ $scope == all ]]; then
  node_modules/.bin/tsc -b
else
  node_modules/.bin/tsc -b ${force:+"$force"} services/auth services/proxy services/edge services/supervisor services/docker-socket services/mcp-echo \
    services/mcp-fetchs
fi
