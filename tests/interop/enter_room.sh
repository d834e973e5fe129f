# shellcheck shell=sh
# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Run a command in a root of its own: enter_room.sh ROOM SHARED COMMAND...
#
# ROOM has what that root has more than this machine's; SHARED is a folder that is the same in both.
# Runs as the first process of new mount and PID namespaces: when it ends, so does all in the room.
# It ends with its command, or when its standard input does, which is when the tests are gone.
set -eu

room=$1 shared=$2
shift 2
root=$room/root

mount -t overlay overlay -o "lowerdir=/,upperdir=$room/upper,workdir=$room/work,index=off" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
resolver=$(readlink -f /etc/resolv.conf)
case $resolver in
/run/*) # where systemd has it
  mkdir -p "$root${resolver%/*}"
  cp "$resolver" "$root$resolver"
  ;;
esac
mount --rbind /dev "$root/dev"
mkdir -p "$root$shared"
mount --bind "$shared" "$root$shared"

exec 3<&0
(cat <&3 >/dev/null; kill -s KILL -- -1) &
chroot "$root" "$@" </dev/null
