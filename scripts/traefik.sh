#!/usr/bin/env bash
# Builds the Traefik that the end-to-end tests run against, from the Go module proxy (about 6 minutes the first time),
# keeps it in the user's cache folder, and prints its path. Needs go 1.25 or newer, and flock.
#
#   scripts/traefik.sh          build if it is not there, print the path
#   scripts/traefik.sh --path   print the path only; exit 1 if it is not there
set -euo pipefail
. "$(dirname "$0")/go-part.sh"

version=v3.6.12
module=github.com/traefik/traefik/v3

build() {
  local download their_mod
  download=$(GOFLAGS=-mod=mod go mod download -json "$module@$version")
  their_mod=$(sed -n 's/^\t"GoMod": "\(.*\)",*$/\1/p' <<<"$download")

  # Traefik requires a module that is a folder of its own tree, which the module proxy does not serve: an empty one does.
  mkdir ext
  printf 'module github.com/traefik/traefik/dynamic/ext\n\ngo 1.23\n' >ext/go.mod
  printf 'package ext\n\n// HTTP is empty here.\ntype HTTP struct{}\n\n// Router is empty here.\ntype Router struct{}\n' >ext/ext.go

  # A module that only requires Traefik; its replaces and excludes count in the main module alone, so they are repeated,
  # less those that point into its tree.
  {
    printf 'module gateway.example/traefik\n\n'
    grep '^go ' "$their_mod"
    printf 'require %s %s\nreplace github.com/traefik/traefik/dynamic/ext => ./ext\n' "$module" "$version"
    awk '/^(replace|exclude) \(/ { block = 1 } (block || /^(replace|exclude) /) && !/=> \./ { print } /^\)/ { block = 0 }' "$their_mod"
  } >go.mod

  CGO_ENABLED=0 GOFLAGS='-buildvcs=false -mod=mod' go build -trimpath \
    -ldflags "-s -w -X $module/pkg/version.Version=${version#v}" -o result "$module/cmd/traefik"
}
print_part "Traefik $version" "traefik-$version" build "$@"
