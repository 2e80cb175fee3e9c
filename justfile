# The front door: every verb a person uses. Without `just` installed: npx -y rust-just VERB
set positional-arguments

[private]
default:
    @"{{ just_executable() }}" --list --unsorted --justfile "{{ justfile() }}"

# Start the gateway and every server of gateway.json: here, or in Docker where BASE_DOMAIN is set (--docker, --local)
[no-exit-message]
up *ARGS: _ready
    @exec node services/supervisor/dist/main.js up "$@"

# End the running gateway (Docker: --volumes deletes its data too)
[no-exit-message]
down *ARGS: _ready
    @exec node services/supervisor/dist/main.js down "$@"

# Show what runs, and in which state (--json for programs)
[no-exit-message]
status *ARGS: _ready
    @exec node services/supervisor/dist/main.js status "$@"

# Start a container of the Docker stack anew, or all of them: just restart mcp-time
[no-exit-message]
restart *ARGS: _ready
    @exec node services/supervisor/dist/main.js restart "$@"

# Show what the containers of the Docker stack print (--follow)
[no-exit-message]
logs *ARGS: _ready
    @exec node services/supervisor/dist/main.js logs "$@"

# Build the images of the Docker stack from nothing, and start what runs on them anew
[no-exit-message]
rebuild *ARGS: _ready
    @exec node services/supervisor/dist/main.js rebuild "$@"

# List the declared servers (--json for programs)
[no-exit-message]
list *ARGS: _ready
    @exec node services/supervisor/dist/main.js list "$@"

# Declare a server: NAME COMMAND [ARGUMENT…], or NAME URL
[no-exit-message]
add *ARGS: _ready
    @exec node services/supervisor/dist/main.js add "$@"

# Take a server out of gateway.json
[no-exit-message]
remove *ARGS: _ready
    @exec node services/supervisor/dist/main.js remove "$@"

# Change the key that signs tokens; nobody is signed out (--now, --compromised)
[no-exit-message]
rotate-keys *ARGS: _ready
    @exec node services/supervisor/dist/main.js rotate-keys "$@"

# Install and compile everything; where BASE_DOMAIN is set, also the images of the Docker stack
[no-exit-message]
build *ARGS: _everything
    @exec node services/supervisor/dist/main.js build "$@"

# Check types, lint, import rules, dead code, and gateway.json with the environment
[no-exit-message]
check: _everything
    node_modules/.bin/biome check
    node_modules/.bin/knip
    node services/supervisor/dist/main.js check
    node services/supervisor/dist/main.js render --check

# Run the tests; arguments narrow them: just test packages/store
[no-exit-message]
test *ARGS: _everything
    @npm test --silent -- "$@"

# Run the official MCP conformance tool, and print its counts: just conformance [server | authorization] (--help)
[no-exit-message]
conformance *ARGS: _everything
    @exec scripts/conformance.sh "$@"

# Measure against named contenders, as ratios: just bench verify, just bench proxy
[no-exit-message]
bench *ARGS: _everything
    @exec node bench/dist/main.js "$@"

# Renew what is rendered: compose/servers.yml from gateway.json; gateway.schema.json and tables of docs/ from the schemas
[no-exit-message]
render: _everything
    @node packages/config/dist/main.js
    @exec node services/supervisor/dist/main.js render

# Lint
[no-exit-message]
lint: _everything
    node_modules/.bin/biome check

# Format, and fix what can be fixed safely
[no-exit-message]
format: _everything
    node_modules/.bin/biome check --write

_ready:
    @scripts/bootstrap.sh

_everything:
    @scripts/bootstrap.sh --all
