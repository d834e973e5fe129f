# shellcheck shell=sh
# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A network of three segments and a router, in namespaces: network.sh FOLDER.
#
# This very namespace is the server room: 10.77.0.10 is where Ansible runs, 10.77.0.25 is Postfix,
# 10.77.0.26 is Exim. Each host of the segments has an OpenSSH server with keys of its own, made
# here. In FOLDER, NAME.login is the key that opens NAME, and known_hosts has the hosts' own keys.
set -eu
folder=$1

# segment NAME PREFIX: its bridge stands in the router, which is .1 in it.
segment() {
  ip -n router link add "$1" type bridge
  ip -n router address add "$2.1/24" dev "$1"
  ip -n router link set "$1" up
}

# host NAME SEGMENT ADDRESS PORT: a host, with sshd on the port.
host() {
  ip netns add "$1"
  ip -n router link add "$1" type veth peer name eth0 netns "$1"
  ip -n router link set "$1" master "$2" up
  ip -n "$1" link set lo up
  ip -n "$1" address add "$3/24" dev eth0
  ip -n "$1" link set eth0 up
  ip -n "$1" route add default via "${3%.*}.1"
  for key in host login; do
    ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$folder/$1.$key"
  done
  cat >"$folder/$1.conf" <<END
Port $4
HostKey $folder/$1.host
AuthorizedKeysFile $folder/$1.login.pub
StrictModes no
AuthenticationMethods publickey
PermitRootLogin prohibit-password
UsePAM no
PidFile none
END
  echo "[$3]:$4 $(cut -d ' ' -f 1,2 "$folder/$1.host.pub")" >>"$folder/known_hosts"
  ip netns exec "$1" /usr/sbin/sshd -E "$folder/$1.log" -f "$folder/$1.conf"
}

usermod -p '*' root # in this room only: on some machines root is locked, and sshd would not let it in
mkdir -p /run/sshd

ip netns add router
ip link set lo up
ip link add mail type veth peer name mail netns router
for number in 10 25 26; do
  ip address add "10.77.0.$number/24" dev mail
done
ip link set mail up
ip route add 10.77.0.0/16 via 10.77.0.1
ip -n router link set lo up
ip -n router address add 10.77.0.1/24 dev mail
ip -n router link set mail up
ip netns exec router sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'

segment trusted 10.77.1
segment partner 10.77.2
segment filtered 10.77.3
ip -n router rule add from 10.77.3.0/24 to 10.77.0.0/24 ipproto tcp dport 25 blackhole

host web1 trusted 10.77.1.11 2201
host web2 trusted 10.77.1.12 2202
host app1 partner 10.77.2.11 2203
host lab1 filtered 10.77.3.11 2204

touch "$folder/ready"
exec sleep infinity
