#!/usr/bin/env bash
# Runs a command on a kernel of its own, for tests that need from a kernel what this machine's does not give: cgroup v2 with
# memory, pids and cpu, left to the command as a container's are. The kernel is a program (Debian: user-mode-linux) and
# sees this machine's files, read-only, with an empty $TMPDIR to write to. Environment and working folder are the
# caller's; the network is the kernel's own loopback. Exits as the command does.
#
#   scripts/on-user-mode-linux.sh COMMAND [ARGUMENT…]
#
# Everything is in namespaces that end with this process, and this process ends with its parent: however that comes about, no
# process, mount or file stays behind. Needs root, or user namespaces.
set -euo pipefail

if [ $# = 0 ]; then
  sed -n '2,/^set /p' "$0" | sed -n 's/^# \{0,1\}//p'
  exit 2
fi
if ! kernel=$(command -v linux.uml) || ! command -v ip >/dev/null; then
  echo "$0: needs user-mode-linux and iproute2" >&2
  exit 127
fi
room=/dev/shm # a tmpfs of our own hides the machine's: no source tree lies below it

if [ "${1:-}" != --in-namespaces ]; then
  users=()
  if [ "$(id -u)" != 0 ]; then users=(--user --map-root-user); fi
  exec setpriv --pdeathsig KILL unshare "${users[@]}" --mount --mount-proc --pid --kill-child "$0" --in-namespaces "$@"
fi
shift

mount -t tmpfs -o mode=700,size=3g none "$room"
mkdir "$room/kernel"
{ export -p; printf 'cd %q\nset -- ' "$PWD"; printf '%q ' "$@"; } >"$room/command"

# What a process there sees of /dev, /proc and /sys is that kernel's. To whoever is not root, this machine's files belong to
# nobody there: mount, which is root's to everyone, must run as what we are.
cat >"$room/init" <<'END'
#!/usr/bin/env -S setpriv --no-new-privs bash
set -e # this process is the first one: when it ends before its time, so does the kernel
mount -t devtmpfs none /dev
exec </dev/tty0 >/dev/tty0 2>&1
stty -onlcr
ip link set lo up
mkdir /dev/shm /dev/room
mount -t tmpfs none /dev/shm
mount -t hostfs -o /dev/shm none /dev/room
mount -t proc none /proc
mount -t sysfs none /sys
mount -t cgroup2 none /sys/fs/cgroup
echo +memory +pids +cpu >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/container
(
  echo "$BASHPID" >/sys/fs/cgroup/container/cgroup.procs
  exec unshare --cgroup --mount bash -c '
    set -e
    umount /sys/fs/cgroup
    mount -t cgroup2 none /sys/fs/cgroup
    . /dev/room/command
    export TMPDIR=/dev/shm
    exec "$@"'
) </dev/null 2>&1 | cat # a program that sees a terminal speaks otherwise
status=${PIPESTATUS[0]}
stty -onlcr # waits until all that was said has been read
echo "$status" >/dev/room/status
echo o >/proc/sysrq-trigger # power off
sleep 60
END
chmod +x "$room/init"

# What the kernel itself says is of interest only where it could not run the command.
env -i TMPDIR="$room/kernel" HOME="$room/kernel" "$kernel" mem=1536M uml_dir="$room/kernel" \
  root=/dev/root rootfstype=hostfs rootflags=/ ro devtmpfs.mount=0 init="$room/init" \
  console=stderr0 con=null con0=null,fd:3 3>&1 >"$room/boot.log" 2>&1 </dev/null || true
if [ ! -e "$room/status" ]; then
  cat "$room/boot.log"
  echo "$0: the kernel ended before the command did" >&2
  exit 125
fi
exit "$(cat "$room/status")"
