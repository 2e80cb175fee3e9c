# The front door: every verb a person uses. Without `just` installed: npx -y rust-just VERB
# docs/verbs.md says more of each; `just VERB --help` as well.
set positional-arguments

[private]
default:
    @"{{ just_executable() }}" --list --unsorted --justfile "{{ justfile() }}"

# Start the gateway and every server of gateway.json: here, or in Docker where BASE_DOMAIN is set (--docker, --local)
[group('gateway'), no-exit-message]
up *ARGS: _ready
    @exec node services/supervisor/dist/main.js up "$@"

# End the running gateway (Docker: --volumes deletes its data too)
[group('gateway'), no-exit-message]
down *ARGS: _ready
    @exec node services/supervisor/dist/main.js down "$@"

# Start one process anew, or all: just restart mcp-time
[group('gateway'), no-exit-message]
restart *ARGS: _ready
    @exec node services/supervisor/dist/main.js restart "$@"

# Show what runs, and in which state (--json for programs)
[group('gateway'), no-exit-message]
status *ARGS: _ready
    @exec node services/supervisor/dist/main.js status "$@"

# Show a process's log, or all (--follow goes on)
[group('gateway'), no-exit-message]
logs *ARGS: _ready
    @exec node services/supervisor/dist/main.js logs "$@"

# Compile everything anew (Docker: build the images from nothing), and start what runs anew
[group('gateway'), no-exit-message]
rebuild *ARGS: _ready
    @exec node services/supervisor/dist/main.js rebuild "$@"

# List the declared servers (--json for programs)
[group('servers'), no-exit-message]
list *ARGS: _ready
    @exec node services/supervisor/dist/main.js list "$@"

# Declare a server: NAME of the catalogue (--list), NAME COMMAND [ARGUMENT…], or NAME URL
[group('servers'), no-exit-message]
add *ARGS: _ready
    @exec node services/supervisor/dist/main.js add "$@"

# Take a server out of gateway.json
[group('servers'), no-exit-message]
remove *ARGS: _ready
    @exec node services/supervisor/dist/main.js remove "$@"

# Tell a client of a server: just connect cursor mcp-time [--write]
[group('servers'), no-exit-message]
connect *ARGS: _ready
    @exec node services/supervisor/dist/main.js connect "$@"

# Ask for what the gateway needs, make secrets, write .env
[group('settings and health'), no-exit-message]
setup *ARGS: _ready
    @exec node services/supervisor/dist/main.js setup "$@"

# Make secrets and write them into .env, unseen: just secrets all
[group('settings and health'), no-exit-message]
secrets *ARGS: _ready
    @exec node services/supervisor/dist/main.js secrets "$@"

# Look at everything that has to work, and say what to do
[group('settings and health'), no-exit-message]
doctor *ARGS: _ready
    @exec node services/supervisor/dist/main.js doctor "$@"

# Change the key that signs tokens; nobody is signed out (--now, --compromised)
[group('settings and health'), no-exit-message]
rotate-keys *ARGS: _ready
    @exec node services/supervisor/dist/main.js rotate-keys "$@"

# List, show or delete registered clients
[group('clients and tokens'), no-exit-message]
clients *ARGS: _ready
    @exec node services/supervisor/dist/main.js clients "$@"

# List, show or revoke what people gave to clients
[group('clients and tokens'), no-exit-message]
tokens *ARGS: _ready
    @exec node services/supervisor/dist/main.js tokens "$@"

# List who has tokens, by which provider, with how many clients
[group('clients and tokens'), no-exit-message]
users *ARGS: _ready
    @exec node services/supervisor/dist/main.js users "$@"

# Count clients, tokens and users
[group('clients and tokens'), no-exit-message]
stats *ARGS: _ready
    @exec node services/supervisor/dist/main.js stats "$@"

# Drop what has expired (--dry-run only counts)
[group('clients and tokens'), no-exit-message]
purge *ARGS: _ready
    @exec node services/supervisor/dist/main.js purge "$@"

# Write clients and grants to a file (--encrypt)
[group('clients and tokens'), no-exit-message]
backup *ARGS: _ready
    @exec node services/supervisor/dist/main.js backup "$@"

# List the backups, or see what is in one
[group('clients and tokens'), no-exit-message]
backups *ARGS: _ready
    @exec node services/supervisor/dist/main.js backups "$@"

# Put back what the gateway lost (--dry-run, --clear)
[group('clients and tokens'), no-exit-message]
restore *ARGS: _ready
    @exec node services/supervisor/dist/main.js restore "$@"

# Install and compile everything; where BASE_DOMAIN is set, also the images of the Docker stack
[group('development'), no-exit-message]
build *ARGS: _everything
    @exec node services/supervisor/dist/main.js build "$@"

# Check types, lint, import rules, dead code, and gateway.json with the environment
[group('development'), no-exit-message]
check: _everything
    node_modules/.bin/biome check
    node_modules/.bin/knip
    node services/supervisor/dist/main.js check
    node services/supervisor/dist/main.js render --check

# Run the tests; arguments narrow them: just test packages/store
[group('development'), no-exit-message]
test *ARGS: _everything
    @npm test --silent -- "$@"

# Run the official MCP conformance tool, and print its counts: just conformance [server | authorization] (--help)
[group('development'), no-exit-message]
conformance *ARGS: _everything
    @exec scripts/conformance.sh "$@"

# Measure against named contenders, as ratios: just bench verify, just bench proxy, just bench eras; just bench soak: mixed load for half an hour
[group('development'), no-exit-message]
bench *ARGS: _everything
    @exec node bench/dist/main.js "$@"

# Renew what is rendered: compose/servers.yml from gateway.json; gateway.schema.json and tables of docs/ from the schemas
[group('development'), no-exit-message]
render: _everything
    @node packages/config/dist/main.js
    @exec node services/supervisor/dist/main.js render

# Lint
[group('development'), no-exit-message]
lint: _everything
    node_modules/.bin/biome check

# Format, and fix what can be fixed safely
[group('development'), no-exit-message]
format: _everything
    node_modules/.bin/biome check --write

alias u := up
alias d := down
alias b := build
alias r := rebuild
alias t := test

import 'scripts/original-names.just'

_ready:
    @scripts/bootstrap.sh

_everything:
    @scripts/bootstrap.sh --all
