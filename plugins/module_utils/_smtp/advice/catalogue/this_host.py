# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""This host: what it lacks, forbids, or cannot look up. The server is not to blame."""

from __future__ import annotations

from ..model import Advice

THIS_HOST: tuple[Advice, ...] = (
    # Names.
    Advice(
        "resolver-answers",
        "Check that this host's resolver answers at all (`resolvectl query NAME`, `dig NAME`): the"
        " name servers in /etc/resolv.conf, and the way to their port 53, UDP and TCP.",
        "resolv.conf(5)",
        cause="The resolver of this host does not answer.",
    ),
    Advice(
        "resolver-of-this-host",
        "Check this host's resolver: /etc/resolv.conf, and whether it answers at all.",
        "resolv.conf(5)",
        cause="The resolver of this host does not answer, or not in time.",
    ),
    Advice(
        "resolver-limits",
        "Check this host's resolver and its limits: /etc/resolv.conf, /etc/nsswitch.conf, open"
        " files (`ulimit -n`). The look-up could not begin.",
        "resolv.conf(5); nsswitch.conf(5)",
        cause="This host could not begin to look up the name.",
    ),
    Advice(
        "look-name-up-here",
        "Look the name up on this very host (`getent ahosts NAME`) and on one that works: spelling,"
        " search domains, /etc/hosts and split-horizon DNS make the difference.",
        "getent(1); nsswitch.conf(5)",
        cause="This host does not find the server's name.",
    ),
    Advice(
        "address-of-family",
        "Check that the name has an address of the family asked for (option `address_family`).",
        "smtp_handshake address_family",
        cause="The name has no address of the family that was asked for.",
    ),
    Advice(
        "resolver-servfail",
        "Ask the resolver of this host what is wrong (`dig NAME`, `dig +cd NAME`, `delv NAME`): it"
        " answers, but cannot look the name up, as it does not reach the zone's name servers, or"
        " the zone's DNSSEC is broken.",
        "RFC 8914 section 4; delv(1)",
        cause="The resolver of this host answers that it cannot look the name up.",
    ),
    Advice(
        "mail-domain-as-host",
        "Name the domain in `mx`, or one of its mail exchangers (`dig MX DOMAIN`) in `host`: mail"
        " for a domain goes to the hosts in its MX records, and not to the domain's own address.",
        "RFC 5321 section 5.1; smtp_handshake mx",
        cause="The host is a mail domain, and not one of its mail exchangers.",
    ),
    Advice(
        "split-horizon",
        "Have all name servers of this host answer alike (`dig @ADDRESS NAME` for each in"
        " /etc/resolv.conf): one has an internal zone, or an old copy, that others lack.",
        "resolv.conf(5); dig(1)",
        cause="The name servers of this host give different answers.",
    ),
    Advice(
        "hosts-file-entry",
        "Correct or remove the line in /etc/hosts that has the server's name: it comes before the"
        " DNS, which has another address (`getent ahosts NAME`).",
        "hosts(5); nsswitch.conf(5)",
        cause="The file /etc/hosts has another address for the server than the DNS.",
    ),
    # The way out.
    Advice(
        "route-from-here",
        "Check the route from here (`ip route get ADDRESS`): it is this host that has none to the"
        " server, so that nothing was sent. Gateway, VLAN, VPN, the interface itself (`ip"
        " address`).",
        "ip-route(8)",
        cause="This host has no route to the server.",
    ),
    Advice(
        "no-ipv6-here",
        "Set `address_family: ipv4` where this host has no IPv6 (`ip -6 address`,"
        " `net.ipv6.conf.all.disable_ipv6`), or ask an address of a family that it has.",
        "https://docs.kernel.org/networking/ip-sysctl.html",
        cause="This host has no IPv6, and the address is an IPv6 address.",
    ),
    Advice(
        "ipv4-without-ipv6",
        "Set `address_family: ipv4` where the name has an IPv6 address and this host no IPv6.",
        "smtp_handshake address_family",
        cause="The server's IPv6 address cannot be reached from this host.",
    ),
    Advice(
        "source-address",
        "Check that `source_address` is an address of this host (`ip address`).",
        "smtp_handshake source_address; ip-address(8)",
        cause="`source_address` is not an address of this host.",
    ),
    Advice(
        "forbidden-here",
        "Look for what forbids it on this host: outgoing rules (`nft list ruleset`), a prohibit or"
        " blackhole route (`ip route get ADDRESS`), SELinux (`ausearch -m avc`).",
        "connect(2); ip-route(8)",
        cause="A rule of this host forbids the connection.",
    ),
    # Files, libraries, limits, and faults of the module.
    Advice(
        "open-files",
        "Raise the limit of open files on this host (`ulimit -n`, `LimitNOFILE`), or probe fewer"
        " servers at once (`concurrency`).",
        "getrlimit(2)",
        cause="This host has reached its limit of open files.",
    ),
    Advice(
        "memory-and-processes",
        "Free memory and processes on this host (`free`, `ulimit -u`, `pids.max` of a container),"
        " or probe fewer servers at once (`concurrency`).",
        "pthread_create(3); getrlimit(2)",
        cause="This host is short of memory, or at its limit of processes.",
    ),
    Advice(
        "missing-library",
        "Install the library that is named (dnspython for `mx` and `dane`) on this very host, for"
        " the Python that runs the module there (`ansible_python_interpreter`).",
        "smtp_handshake mx; smtp_handshake dane",
        cause="A Python library is missing on this host.",
    ),
    Advice(
        "tls-of-this-host",
        "Look at what TLS can do on this host: `python3 -c 'import ssl;"
        " print(ssl.OPENSSL_VERSION)'`, openssl.cnf, FIPS (`update-crypto-policies --show`).",
        "https://docs.python.org/3/library/ssl.html; config(5)",
        cause="The TLS library of this host cannot do what was asked for.",
    ),
    Advice(
        "key-without-passphrase",
        "Give the module a key without a passphrase, as nobody can be asked for one: `openssl pkey"
        " -in KEY -out FILE`, readable by the user of the probe alone.",
        "openssl-pkey(1)",
        cause="The key of the client certificate has a passphrase.",
    ),
    Advice(
        "file-on-this-host",
        "Put the file that the option names on this very host, in PEM where it is a certificate or"
        " a key, and readable by the user that Ansible becomes there.",
        "smtp_handshake ca_path; smtp_handshake client_cert",
        cause="A file that an option names cannot be read on this host.",
    ),
    Advice(
        "path-of-socket",
        "Check the path of `socket` on this host (`ss -xl`): no socket is there. The service may"
        " not run, or a chroot has another root (Postfix's is `queue_directory`).",
        "smtp_handshake socket; postconf(5) queue_directory",
        cause="There is no socket at this path on this host.",
    ),
    Advice(
        "mend-this-host",
        "Mend it on this host, or probe from another one: the reason given is this host's own, and"
        " says nothing about the server.",
        "smtp_handshake failure",
        cause="Something on this host fails before the server is asked.",
    ),
    Advice(
        "report-to-maintainers",
        "Report it to the maintainers of the collection mailops.smtp, with this text and the"
        " transcript (secrets are masked in it): the module failed, and not the server.",
        "smtp_handshake failure",
        cause="The module failed, not the server.",
    ),
    Advice(
        "run-once-more",
        "Run this dialogue once more, alone and with `-vvv`, to see whether it fails in the same"
        " way. What it says of the server so far stands in the transcript.",
        "smtp_handshake transcript",
        cause="The module failed once, and may not fail again.",
    ),
)
