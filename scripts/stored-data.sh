#!/usr/bin/env bash
# Keeps what this version of the gateway stores, for the tests that later versions still read it: a gateway and a proxy are used for
# a while, and their folders, their Redis and a backup go into test/fixtures/stored-data/VERSION of services/auth and services/proxy.
# Said once for each version, when it is released; what is there is not changed any more. All values in it are made up there
# and then: nobody's. Needs redis-server.
#
#   scripts/stored-data.sh VERSION
set -euo pipefail
cd "$(dirname "$0")/.."

version=${1:-}
if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then sed -n '2,/^set /p' "$0" | sed -n 's/^# \{0,1\}//p' >&2; exit 2; fi
STORED_DATA_VERSION=$version npm test --silent -- services/auth/test/stored-data services/proxy/test/stored-data
