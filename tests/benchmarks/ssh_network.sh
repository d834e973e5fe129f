# shellcheck shell=sh
# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A network of one segment, in namespaces: ssh_network.sh FOLDER HOSTS.
#
# This very namespace is where Ansible and the mail servers run: it is 10.78.0.1, and all of
# 10.78.1.0/24. The hosts are 10.78.2.1, 10.78.2.2 and so on, each with an OpenSSH server of its own
# and keys that are made here. In FOLDER, login is the key that opens them all, and known_hosts has
# the hosts' own keys. Each host has a folder /run/ansible/NAME for temporary files. The file `ready`
# comes last.
set -eu
folder=$1 hosts=$2

# host NUMBER: a host, with sshd.
host() {
  name=host$1 address=10.78.2.$1
  ip netns add "$name"
  ip link add "$name" type veth peer name eth0 netns "$name"
  ip link set "$name" master segment up
  ip -n "$name" link set lo up
  ip -n "$name" address add "$address/16" dev eth0
  ip -n "$name" link set eth0 up
  mkdir -p "/run/ansible/$name"
  ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$folder/$name.key"
  cat >"$folder/$name.conf" <<END
HostKey $folder/$name.key
AuthorizedKeysFile $folder/login.pub
StrictModes no
AuthenticationMethods publickey
PermitRootLogin prohibit-password
UsePAM no
PidFile none
SetEnv TMPDIR=/run/ansible/$name
Subsystem sftp /usr/lib/openssh/sftp-server
END
  echo "$address $(cut -d ' ' -f 1,2 "$folder/$name.key.pub")" >>"$folder/known_hosts"
  ip netns exec "$name" /usr/sbin/sshd -E "$folder/$name.log" -f "$folder/$name.conf"
}

usermod -p '*' root # in this room only: on some machines root is locked, and sshd would not let it in
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -C login -f "$folder/login"

ip link set lo up
ip link add segment type bridge
ip address add 10.78.0.1/16 dev segment
ip link set segment up
ip route add local 10.78.1.0/24 dev lo
for number in $(seq "$hosts"); do
  host "$number"
done

touch "$folder/ready"
exec sleep infinity
