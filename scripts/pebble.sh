#!/usr/bin/env bash
# Builds Pebble, a certificate authority for tests that speaks ACME as Let's Encrypt does, and the DNS server beside it, from the Go
# module proxy (about a minute the first time), keeps both in the user's cache folder, and prints the folder that they are in.
# Needs go 1.25 or newer, and flock.
#
#   scripts/pebble.sh          build if it is not there, print the folder with pebble and pebble-challtestsrv
#   scripts/pebble.sh --path   print the folder only; exit 1 if it is not there
set -euo pipefail
. "$(dirname "$0")/go-part.sh"

version=v2.10.3
module=github.com/letsencrypt/pebble/v2

build() {
  mkdir result
  GOBIN=$PWD/result CGO_ENABLED=0 GOFLAGS=-mod=mod go install -trimpath -ldflags '-s -w' \
    "$module/cmd/pebble@$version" "$module/cmd/pebble-challtestsrv@$version"
}
print_part "Pebble $version" "pebble-$version" build "$@"
