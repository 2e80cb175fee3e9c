#!/usr/bin/env bash
# Builds Pebble, a certificate authority for tests that speaks ACME as Let's Encrypt does, and the DNS server beside it, from the Go
# module proxy (about a minute the first time), keeps both in the user's cache folder, and prints that folder. Needs go 1.25
# or newer, and flock.
#
#   scripts/pebble.sh          build if it is not there, print the folder with pebble and pebble-challtestsrv
#   scripts/pebble.sh --path   print the folder only; exit 1 if it is not there
set -euo pipefail

version=v2.10.3
module=github.com/letsencrypt/pebble/v2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mcp-oauth-gateway
folder=$cache/pebble-$version

if [ -d "$folder" ]; then echo "$folder"; exit 0; fi
if [ "${1:-}" = --path ]; then exit 1; fi
if ! command -v go >/dev/null; then echo "scripts/pebble.sh: go 1.25 or newer is needed to build Pebble $version: https://go.dev/dl" >&2; exit 1; fi

mkdir -p "$cache"
exec 9>"$cache/pebble.lock"
flock 9 # one build at a time; who waited finds the result
if [ -d "$folder" ]; then echo "$folder"; exit 0; fi

work=$(mktemp -d "$cache/pebble-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "building Pebble $version into $folder" >&2
(cd / && GOBIN=$work CGO_ENABLED=0 GOFLAGS=-mod=mod go install -trimpath -ldflags '-s -w' \
  "$module/cmd/pebble@$version" "$module/cmd/pebble-challtestsrv@$version" >&2)
chmod 755 "$work" # mktemp's is 0700
mv "$work" "$folder"
echo "$folder"
