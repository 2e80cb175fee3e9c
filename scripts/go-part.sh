# Sourced by the scripts that build a program of the tests from the Go module proxy. It is kept in the user's cache folder.
#
#   print_part NAME RESULT BUILD "$@"   prints the path of RESULT there. Where it is missing, BUILD makes it in an empty folder, under
#                                       the name `result`; with --path as the first of "$@" it exits with 1 instead.
# Needs go 1.25 or newer, and flock.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mcp-oauth-gateway

print_part() {
  local name=$1 result=$cache/$2 build=$3 work
  if [ -e "$result" ]; then echo "$result"; return; fi
  if [ "${4:-}" = --path ]; then exit 1; fi
  if ! command -v go >/dev/null; then echo "$0: go 1.25 or newer is needed to build $name: https://go.dev/dl" >&2; exit 1; fi
  mkdir -p "$cache"
  exec 9>"$cache/${2%%-*}.lock"
  flock 9 # one build at a time; who waited finds the result
  if [ -e "$result" ]; then echo "$result"; return; fi
  work=$(mktemp -d "$cache/${2%%-*}-build.XXXXXX")
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$work'" EXIT
  echo "building $name into $result" >&2
  (cd "$work" && "$build") >&2
  mv "$work/result" "$result"
  echo "$result"
}
