# shellcheck shell=sh
# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Lay a network of a client, three routers and a server: routers.sh FOLDER
#
# Each is a network namespace, and the first hop has the number 1:
#
#   client 10.0.1.2 -- 10.0.1.1 r1 10.0.2.1 -- 10.0.2.2 r2 10.0.3.1 -- 10.0.3.2 r3 10.0.4.1 -- server
#
# The server has 10.0.4.2 and all of 10.0.5.0/24; IPv6 has fd00:1::2 and so on. FOLDER has a file of
# nft for each of them, and `commands`, a shell script that is run last. FOLDER/laid says the end.
# The network lasts as long as the process.
set -eu
folder=$1

for node in client r1 r2 r3 server; do
  ip netns add $node
  ip -n $node link set lo up
  ip netns exec $node sh -c 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad'  # which takes time
done
for node in r1 r2 r3; do
  # shellcheck disable=SC2016
  ip netns exec $node sh -c '
    echo 1 >/proc/sys/net/ipv4/ip_forward
    echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
    # Many paths are measured side by side, so none waits for the reports of another.
    echo 0 >/proc/sys/net/ipv4/icmp_ratelimit
    echo 0 >/proc/sys/net/ipv6/icmp/ratelimit
    for limit in icmp_msgs_per_sec icmp_msgs_burst; do
      echo 100000 >/proc/sys/net/ipv4/$limit || true  # each namespace has its own since Linux 6.13
    done'
done

# link NUMBER LEFT RIGHT: the network 10.0.NUMBER.0/24 between two nodes
link() {
  ip -n "$2" link add "to-$3" type veth peer name "to-$2" netns "$3"
  for side in "$2 to-$3 $4" "$3 to-$2 $5"; do
    # shellcheck disable=SC2086
    set -- "$1" $side
    ip -n "$2" address add "10.0.$1.$4/24" dev "$3"
    ip -n "$2" address add "fd00:$1::$4/64" dev "$3" nodad
    ip -n "$2" link set "$3" up
  done
}
link 1 client r1 2 1
link 2 r1 r2 1 2
link 3 r2 r3 1 2
link 4 r3 server 1 2

route() {
  ip -n "$1" route add "$2" via "$3"
  ip -n "$1" -6 route add "$4" via "$5"
}
route client default 10.0.1.1 default fd00:1::1
route r1 default 10.0.2.2 default fd00:2::2
route r2 10.0.1.0/24 10.0.2.1 fd00:1::/64 fd00:2::1
route r2 default 10.0.3.2 default fd00:3::2
route r3 default 10.0.3.1 default fd00:3::1
route r3 10.0.5.0/24 10.0.4.2 fd00:5::/64 fd00:4::2
route server default 10.0.4.1 default fd00:4::1
ip -n server route add local 10.0.5.0/24 dev lo
ip -n server -6 route add local fd00:5::/64 dev lo

for node in client r1 r2 r3 server; do
  if [ -s "$folder/$node.nft" ]; then
    ip netns exec $node nft -f "$folder/$node.nft"
  fi
done
sh -eu "$folder/commands"
touch "$folder/laid"
exec sleep infinity
