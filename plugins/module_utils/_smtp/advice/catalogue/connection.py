# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection: firewalls, routes, ports, silence, and services that do not speak SMTP."""

from __future__ import annotations

from ..model import Advice

CONNECTION: tuple[Advice, ...] = (
    # No answer, or a refused connection.
    Advice(
        "service-listens",
        "Check on the server that the mail service runs and listens on this address, not only on"
        " loopback (`ss -ltnp`): Postfix `inet_interfaces` and master.cf, Exim `local_interfaces`.",
        "postconf(5) inet_interfaces; ss(8)",
        cause="No service listens on this address and port.",
    ),
    Advice(
        "port-of-service",
        "Check the port: 25 is SMTP between servers, 587 submission, 465 submission over TLS.",
        "RFC 8314 section 3.3",
        cause="The mail service listens on another port.",
    ),
    Advice(
        "firewall-resets",
        "Look for a firewall that rejects with a reset or port-unreachable (`nft list ruleset`),"
        " and for a load balancer with no healthy server behind it.",
        "nft(8)",
        cause="A firewall or load balancer rejects the connection.",
    ),
    Advice(
        "route-both-ways",
        "Check the route from here (`ip route get ADDRESS`) and the one back from the server:"
        " gateway, VLAN, VPN, and whether the server is up.",
        "ip-route(8)",
        cause="There is no route between this host and the server.",
    ),
    Advice(
        "firewall-prohibits",
        "Look for a firewall that rejects as prohibited (the default of firewalld): to this host"
        " that looks like a missing route.",
        "firewalld.zones(5)",
        cause="A firewall rejects the connection as prohibited.",
    ),
    Advice(
        "firewall-prohibits-ipv6",
        "Over IPv6, look for a firewall on the way that rejects as prohibited, too.",
        "RFC 4443 section 3.1",
        cause="A firewall rejects the connection over IPv6 as prohibited.",
    ),
    Advice(
        "firewall-drops",
        "Look for a firewall or security group that drops what this segment sends to the server's"
        " port; try other ports and other hosts (`nc -vz ADDRESS PORT`).",
        "nft(8)",
        cause="A firewall drops the packets to this port.",
    ),
    Advice(
        "outgoing-port-25",
        "Check whether outgoing port 25 is filtered, as many cloud and access providers do by"
        " default. Have it opened, or use a relay on port 587 or 465.",
        "https://cloud.google.com/compute/docs/tutorials/sending-mail",
        cause="The network of this host filters outgoing port 25.",
    ),
    Advice(
        "capture-on-server",
        "Capture on the server (`tcpdump -ni any tcp port PORT`): without a SYN the way there is"
        " blocked, with one the way back.",
        "tcpdump(8)",
        cause="Packets are lost on the way to the server, or on the way back.",
    ),
    Advice(
        "stale-address",
        "Check that the address is right and the server up: stale DNS, a moved virtual address.",
        "dig(1)",
        cause="The server is down, or no longer has this address.",
    ),
    Advice(
        "lost-packets",
        "Look for lost packets (`mtr ADDRESS`) and for addresses of the name that are dead.",
        "mtr(8)",
        cause="Packets get lost on the way.",
    ),
    Advice(
        "reason-of-system",
        "Read the system's reason in the transcript, and try by hand: `nc -vz ADDRESS PORT`.",
        "connect(2)",
        cause="The connection failed for the reason that this host's system gives.",
    ),
    Advice(
        "raise-timeout",
        "Raise the time-out once (`connect_timeout`, `timeout`, `deadline`), to learn whether the"
        " answer comes late or never.",
        "smtp_handshake timeout; RFC 5321 section 4.5.3.2",
        cause="The server answers later than the time-out, or never.",
    ),
    # What experiments find on the path.
    Advice(
        "path-ends",
        "Ask for the last router that answers, and the one behind it: packets to the server end"
        " there, whatever their port. A route may be missing there, or a firewall drops them all"
        " (`traceroute -T -p PORT ADDRESS`).",
        "traceroute(8)",
        cause="Packets to the server end on the way, whatever their port.",
    ),
    Advice(
        "routing-loop",
        "Correct the routes of the two routers that send the packets to each other (`traceroute"
        " ADDRESS` shows them over and over).",
        "RFC 1812 section 5.3.1; traceroute(8)",
        cause="Packets to the server go round in a circle between routers.",
    ),
    Advice(
        "dead-address",
        "Look at the address of the server that does not answer, as another one does: restart the"
        " service there, or take the address out of the DNS.",
        "RFC 5321 section 5.1",
        cause="One of the server's addresses is dead, and another one works.",
    ),
    Advice(
        "accept-queue-full",
        "Look on the server for a listener whose queue is full (`ss -ltn`: Recv-Q above Send-Q):"
        " the service is stopped or hangs, or has as many processes as it may (`maxproc` in"
        " Postfix's master.cf, Exim `smtp_accept_max`).",
        "listen(2); ss(8)",
        cause="The service does not take new connections from its queue.",
    ),
    # Silence, and closed connections.
    Advice(
        "tls-port",
        "Check the port: on 465 the server waits for a TLS handshake and understands no plain text."
        " SMTP that begins in plain text is spoken on 25 and 587.",
        "RFC 8314 section 3.3",
        cause="The port speaks TLS from the first byte, and the dialogue began in plain text.",
    ),
    Advice(
        "proxy-header-wanted",
        "Check whether this listener waits for a PROXY header: Postfix"
        " `smtpd_upstream_proxy_protocol` and `postscreen_upstream_proxy_protocol`, Exim"
        " `hosts_proxy`, Dovecot `haproxy`, Haraka `haproxy_hosts`. If so, send one (`proxy`), or"
        " probe by way of the load balancer.",
        "https://www.haproxy.org/download/1.8/doc/proxy-protocol.txt",
        cause="The listener waits for a PROXY header that this host did not send.",
    ),
    Advice(
        "slow-greeting",
        "Look for what delays the greeting: reverse DNS of this host's address, DNS blocklists, a"
        " postscreen or tarpit pause (`postscreen_greet_wait`), no free server process (`maxproc`"
        " in Postfix's master.cf).",
        "postconf(5) postscreen_greet_wait",
        cause="The server delays its greeting.",
    ),
    Advice(
        "slow-helo",
        "Check the server's DNS: many look up the HELO name and this host's reverse name now.",
        "RFC 5321 section 4.1.4",
        cause="The server looks up names in DNS before it replies, and DNS is slow.",
    ),
    Advice(
        "slow-envelope",
        "Look for what the server asks at this stage: DNS of the sender's domain, blocklists, a"
        " callout that verifies an address, a greylisting or policy service, a tarpit. Its log"
        " shows the gap.",
        "https://www.postfix.org/ADDRESS_VERIFICATION_README.html",
        cause="Something that the server asks at this stage is slow.",
    ),
    Advice(
        "large-packets",
        "Check the path for large packets (`ping -M do -s 1472 ADDRESS`): where those get lost and"
        " small ones do not, a tunnel or filtered ICMP swallows messages, and certificates too.",
        "RFC 2923 section 2.1",
        cause="Large packets get lost on the way.",
    ),
    Advice(
        "what-listens",
        "Check what listens there: a load balancer with no healthy server, a TCP wrapper, or a"
        " service that crashes takes a connection and closes it like this.",
        "hosts_access(5)",
        cause="The service on the port closes connections at once.",
    ),
    Advice(
        "log-of-hang-up",
        "Read the server's log of this moment: a crash, a `drop` rule, too many errors or fail2ban"
        " end a session without a reply.",
        "postconf(5) smtpd_hard_error_limit",
        cause="The server ended the session without a reply.",
    ),
    Advice(
        "where-time-went",
        "Find where the time went, as the server waited for this host: a gap in the transcript,"
        " lost packets, or a proxy that holds data back.",
        "RFC 5321 section 4.5.3.2.7",
        cause="The server waited for this host longer than it is willing to.",
    ),
    # Another protocol, or SMTP that was changed on the way.
    Advice(
        "other-protocol",
        "Correct the port or the address: what answers is no mail server but speaks SSH, HTTP, POP3"
        " or IMAP, or is a captive portal.",
        "RFC 5321 section 3.1",
        cause="Another service than a mail server answers on this port.",
    ),
    Advice(
        "other-protocol-greets",
        "Check that it is a mail server: FTP and others greet with 220 too.",
        "RFC 959 section 5.4",
        cause="The service that greets with 220 is not a mail server, or is a very old one.",
    ),
    Advice(
        "endless-reply",
        "Look at what comes (`nc ADDRESS PORT`): no mail server answers at such length, so another"
        " service listens there, or one that floods its clients.",
        "RFC 5321 section 4.5.3.1.5",
        cause="The service sends without end, as no mail server does.",
    ),
    Advice(
        "replies-out-of-step",
        "Capture the replies (`tcpdump -X`): one reply has one code on all its lines (RFC 5321"
        " section 4.2.1), one command one reply. A proxy or a filter has lost count.",
        "RFC 5321 section 4.2.1",
        cause="A proxy or filter has lost count of its replies.",
    ),
    Advice(
        "first-line-out-of-place",
        "Read the transcript from the greeting on: the first line that is out of place tells"
        " whether it is the wrong service, a proxy, or a broken server.",
        "RFC 5321 section 4.2",
        cause="A line of the server is not what SMTP has at this place.",
    ),
    Advice(
        "proxy-header-unwanted",
        "Leave `proxy` out at a listener that takes no PROXY header, as it reads the header for a"
        " command. One that takes it wants it from hosts that it knows: Exim `hosts_proxy`, Dovecot"
        " `haproxy_trusted_networks`, Haraka `haproxy_hosts`.",
        "https://www.haproxy.org/download/1.8/doc/proxy-protocol.txt",
        cause="The listener does not expect the PROXY header that this host sent.",
    ),
    Advice(
        "middlebox",
        "Look for a firewall that rewrites SMTP on the way (Cisco `inspect esmtp` and others):"
        " asterisks in the greeting or XXXX in the EHLO reply give it away. Compare with a dialogue"
        " held on the server itself.",
        "https://www.cisco.com/c/en/us/td/docs/security/asa/asa912/configuration/firewall/asa-912-"
        "firewall-config/inspect-basic.html",
        cause="A device on the way changes the SMTP dialogue.",
    ),
    Advice(
        "speaks-too-early",
        "Find out who speaks too early: postscreen and Exim refuse a client that does not wait for"
        " the greeting or a reply, and a middlebox can join commands that were sent apart.",
        "RFC 5321 section 4.3.1; postscreen(8)",
        cause="Commands reach the server before it is their turn.",
    ),
    Advice(
        "lmtp-unwanted",
        "Use `protocol: esmtp`: this listener speaks SMTP and does not know LHLO. LMTP has a socket"
        " or a port of its own, often 24 (Dovecot `service lmtp`, Cyrus `lmtp`).",
        "RFC 2033 section 4.1",
        cause="The listener speaks SMTP, and the dialogue was held in LMTP.",
    ),
    Advice(
        "lmtp-wanted",
        "Use `protocol: lmtp`: this listener delivers to mailboxes by LMTP, and does not know EHLO."
        " SMTP is spoken on 25, 587 and 465.",
        "RFC 2033 section 4.1",
        cause="The listener speaks LMTP, and the dialogue was held in SMTP.",
    ),
    Advice(
        "device-resets",
        "Look for a firewall or an intrusion prevention on the way that resets connections: this"
        " reset came sooner than the server can answer. Compare with a dialogue from the server's"
        " own segment.",
        "RFC 3360 section 2",
        cause="A device between this host and the server resets the connection.",
    ),
    # A path that was expected to be closed.
    Advice(
        "block-in-force",
        "Check that the block is in force on this path: the rule is loaded and counts (`nft list"
        " ruleset`, `iptables -nvL`), none before it accepts, and it covers IPv6.",
        "nft(8)",
        cause="The block that was expected is not in force on this path.",
    ),
    Advice(
        "block-for-this-host",
        "Check that the block is meant for this host, by its source address and segment.",
        "nft(8)",
        cause="The block does not cover this host.",
    ),
)
