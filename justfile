# The front door: every verb a person uses. Without `just` installed: npx -y rust-just VERB
set positional-arguments

[private]
default:
    @"{{ just_executable() }}" --list --unsorted --justfile "{{ justfile() }}"

# Start the gateway and every server of gateway.json; Ctrl-C ends it
[no-exit-message]
up *ARGS: _ready
    @exec node services/supervisor/dist/main.js up "$@"

# End the running gateway
[no-exit-message]
down *ARGS: _ready
    @exec node services/supervisor/dist/main.js down "$@"

# Show what runs, and in which state (--json for programs)
[no-exit-message]
status *ARGS: _ready
    @exec node services/supervisor/dist/main.js status "$@"

# List the declared servers (--json for programs)
[no-exit-message]
list *ARGS: _ready
    @exec node services/supervisor/dist/main.js list "$@"

# Declare a server: NAME of the catalogue (--list), NAME COMMAND [ARGUMENT…], or NAME URL
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

# Install and compile everything
build: _everything

# Check types, lint, import rules, dead code, and gateway.json with the environment
[no-exit-message]
check: _everything
    node_modules/.bin/biome check
    node_modules/.bin/knip
    node services/supervisor/dist/main.js check

# Run the tests; arguments narrow them: just test packages/store
[no-exit-message]
test *ARGS: _everything
    @npm test --silent -- "$@"

# Measure against named contenders, as ratios: just bench verify, just bench proxy
[no-exit-message]
bench *ARGS: _everything
    @exec node bench/dist/main.js "$@"

# Renew what is made from the schemas: gateway.schema.json and the tables of docs/configuration.md
render: _everything
    node packages/config/dist/main.js

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
