# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's policy on this host: relaying, names, blocklists, rates."""

from __future__ import annotations

from ..model import Advice

POLICY: tuple[Advice, ...] = (
    # Whom the server trusts.
    Advice(
        "relay-for-address",
        "Let the server relay for this host's address, as the server sees it (behind NAT the public"
        " one): Postfix `mynetworks`, Exim `relay_from_hosts`, Sendmail relay-domains, an Exchange"
        " receive connector.",
        "postconf(5) mynetworks",
        cause="This client's address is not allowed to relay.",
    ),
    Advice(
        "address-translated",
        "Allow the address that the server sees, not the one that this host has: a router between"
        " them translates addresses (NAT). In Postfix add it to `mynetworks`, in Exim to"
        " `relay_from_hosts`, in Exchange to the connector.",
        "postconf(5) mynetworks; RFC 3022 section 2",
        cause="A router changes this client's address to one that the server does not allow.",
    ),
    Advice(
        "local-domains",
        "Check that the recipient's domain is one that the server takes mail for: Postfix"
        " `mydestination`, `relay_domains` and `virtual_mailbox_domains`, Exim `local_domains` and"
        " `relay_to_domains`, Exchange accepted domains.",
        "postconf(5) relay_domains",
        cause="The server does not take mail for the recipient's domain.",
    ),
    Advice(
        "open-relay",
        "Treat it as an open relay, and close that first, where neither this host nor the"
        " recipient's domain is one for the server to serve.",
        "RFC 2505 section 2.1",
        cause="The server relays for everybody.",
    ),
    Advice(
        "why-accepted",
        "Check why the server takes what it was expected to refuse: this host may be trusted, the"
        " domain local, or the change not loaded (`postconf -n`, `postfix reload`).",
        "postconf(1)",
        cause="The server accepts what it was expected to refuse.",
    ),
    Advice(
        "closed-on-purpose",
        "Check that this server is meant to take mail, and is not closed on purpose.",
        "RFC 7504 section 3",
        cause="This server takes no mail on purpose.",
    ),
    Advice(
        "client-denied",
        "Look for a rule that denies this host's address or network: Postfix `check_client_access`"
        " and `postscreen_access_list`, Exim `acl_smtp_connect` and `host_reject_connection`, the"
        " address ranges of an Exchange connector, fail2ban.",
        "postconf(5) check_client_access",
        cause="A rule of the server denies this client's address or network.",
    ),
    # The name and the reputation of an address.
    Advice(
        "helo-name",
        "Send a HELO name (option `helo`) that is fully qualified and resolves to this host, not"
        " `localhost`, a bare host name or an address without brackets: Postfix asks for that with"
        " `reject_non_fqdn_helo_hostname` and `reject_unknown_helo_hostname`.",
        "RFC 5321 section 4.1.1.1; postconf(5) reject_unknown_helo_hostname",
        cause="The server does not accept the HELO name.",
    ),
    Advice(
        "reverse-dns",
        "Give the source address a PTR record whose name resolves back to it (`dig -x ADDRESS`,"
        " then `dig NAME`), in the DNS that the server asks: Postfix wants both with"
        " `reject_unknown_client_hostname`.",
        "postconf(5) reject_unknown_client_hostname",
        cause="This client's address has no PTR record whose name resolves back to it.",
    ),
    Advice(
        "address-in-blocklist",
        "Look the source address (behind NAT the public one) up in DNS blocklists. Let the server"
        " accept its own segments before it asks such a list: Postfix `permit_mynetworks` before"
        " `reject_rbl_client`, `postscreen_access_list` for postscreen.",
        "postconf(5) reject_rbl_client",
        cause="This client's address is on a blocklist.",
    ),
    Advice(
        "blocklist-refused-query",
        "Have the server ask this blocklist by a resolver of its own: the list has refused the"
        " query (by a public or shared resolver, or too many), and has listed nobody. On the"
        " server, `dig 2.0.0.127.LIST` shows it.",
        "https://www.spamhaus.org/returnc/vol/",
        cause="A blocklist refuses the queries of the server's resolver.",
    ),
    Advice(
        "blocklist-answers",
        "Let the server take a list's real answers alone for a listing, never 127.255.255.x:"
        " Postfix `reject_rbl_client zen.spamhaus.org=127.0.0.[2..11]`, Exim `dnslists ="
        " zen.spamhaus.org=127.0.0.2,127.0.0.3`.",
        "https://www.spamhaus.org/news/article/788/; postconf(5) reject_rbl_client",
        cause="The server takes an error answer of a blocklist for a listing.",
    ),
    Advice(
        "blocklist-ended",
        "Take this blocklist out of the server's configuration: it has ended, and such a list may"
        " call every address listed (`dig 1.0.0.127.LIST` must find nothing, RFC 5782 section 5).",
        "RFC 5782 section 5",
        cause="The server asks a blocklist that no longer exists.",
    ),
    Advice(
        "domain-reputation",
        "Check the sender's domain, and not the address: blocklists of domains (dbl.spamhaus.org),"
        " Google Postmaster Tools, and whether SPF, DKIM and DMARC vouch for it.",
        "https://www.spamhaus.org/faqs/dnsbl-usage/",
        cause="The sender's domain has a bad reputation.",
    ),
    Advice(
        "ipv4-only",
        "Set `address_family: ipv4`: this receiver takes no mail over IPv6, or only from an address"
        " with a PTR record and with SPF or DKIM for the sender.",
        "https://support.google.com/mail/answer/81126",
        cause="The receiver does not take this mail over IPv6.",
    ),
    # Rates.
    Advice(
        "fleet-behind-one-address",
        "Count all connections that come from this address: a fleet behind one NAT is one client to"
        " the server. Probe from fewer hosts at once, and try again some minutes later.",
        "anvil(8)",
        cause="More connections come from this client's address than the server allows.",
    ),
    Advice(
        "limits-for-one-client",
        "Compare with the server's limits for one client: Postfix"
        " `smtpd_client_connection_rate_limit` and `smtpd_client_connection_count_limit` (kept by"
        " anvil; exempt hosts in `smtpd_client_event_limit_exceptions`), Exim"
        " `smtp_accept_max_per_host`, Exchange `MaxInboundConnectionPerSource`.",
        "postconf(5) smtpd_client_connection_rate_limit",
        cause="A limit of the server for one client is reached.",
    ),
    Advice(
        "past-errors",
        "Wait until the server has forgotten this address, and send only to recipients that exist:"
        " it counts the errors of earlier sessions from here, those of a whole fleet behind one"
        " NAT.",
        "https://www.exim.org/exim-html-current/doc/html/spec_html/ch-access_control_lists.html",
        cause="The server counts errors of earlier sessions from this address.",
    ),
    Advice(
        "first-refusal",
        "Mend the first refusal of this dialogue: the server only counts how many there were.",
        "postconf(5) smtpd_hard_error_limit",
        cause="This dialogue had more errors than the server allows.",
    ),
    Advice(
        "greylist",
        "Try again from the same address, with the same sender and recipient, when the greylist's"
        " delay is over (`retries`, `retry_delay`; Postgrey waits 300 s), or exempt this host.",
        "RFC 6647 section 5; postgrey(8)",
        cause="The server greylists a client that it does not know yet.",
    ),
    Advice(
        "postscreen-tests",
        "Try again at once from the same address (`retries: 1`): postscreen refuses whom it sees"
        " for the first time, and knows it afterwards.",
        "https://www.postfix.org/POSTSCREEN_README.html",
        cause="Postscreen sees this client for the first time and tests it.",
    ),
)
