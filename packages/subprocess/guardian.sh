#!/bin/sh
# The guardian of one process's children. It reads on standard input
#   + GROUP          a process group to end when the owner is gone
#   - GROUP CHILD    that group has ended: forget it, and kill what escaped from it but carries the child's mark
# and at end of file, which also comes when the owner is killed -9, it ends what is left: SIGTERM, GRACE tenths of a
# second, SIGKILL. What left its group (setsid, double fork) is found by GATEWAY_CHILD in its environment where /proc is.
# usage: guardian.sh OWNER GRACE
owner=$1
grace=$2
groups=' '
trap '' HUP INT QUIT TERM

marked() {
  [ -d /proc/self ] || return 0
  grep -lsF "GATEWAY_CHILD=$1" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do echo "$pid"; done
}

forget() {
  case $groups in
    *" $1 "*) groups="${groups%% "$1" *} ${groups#* "$1" }" ;;
  esac
}

signal_all() {
  for group in $groups; do kill -s "$1" -- "-$group" 2>/dev/null; done
  for pid in $(marked "$owner/"); do kill -s "$1" "$pid" 2>/dev/null; done
}

# Where /proc tells, zombies do not count: a container's init may never reap them.
is_anything_left() {
  if [ -d /proc/self ]; then [ -n "$(marked "$owner/")" ]; return; fi
  for group in $groups; do kill -s 0 -- "-$group" 2>/dev/null && return; done
  return 1
}

while read -r verb group child; do
  case $verb in
    +) groups="$groups$group " ;;
    -)
      forget "$group"
      for pid in $(marked "$owner/$child/"); do kill -s KILL "$pid" 2>/dev/null; done
      ;;
  esac
done

[ "$groups" != ' ' ] || is_anything_left || exit 0
signal_all TERM
while [ "$grace" -gt 0 ] && is_anything_left; do
  sleep 0.1
  grace=$((grace - 1))
done
# More than once: a process may fork between the look and the kill.
rounds=20
signal_all KILL
while [ "$rounds" -gt 0 ] && is_anything_left; do
  sleep 0.1
  signal_all KILL
  rounds=$((rounds - 1))
done
