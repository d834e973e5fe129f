# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures that no refusal decided, by kind and stage.

They are of the network, of this host, of services that do not speak SMTP, of expectations, and of
extensions that are not offered.
"""

from __future__ import annotations

from ..model import Rule

# fmt: off
NO_REPLY: tuple[Rule, ...] = (  # noqa: E128 - a table
    # getaddrinfo() says the same of SERVFAIL, which comes at once, and of silence.
    Rule(kind="resolve", text="temporary failure|try again", where="took:instant",
        then="resolver-servfail"),
    Rule(kind="resolve", text="no answer|temporary failure|try again", then="resolver-answers"),
    Rule(kind="resolve", text="not known|no address", where="recipient:host",
        then="mail-domain-as-host"),
    Rule(kind="resolve", then="look-name-up-here address-of-family"),

    # What this host lacks or forbids, and exceptions that the code did not foresee.
    Rule(kind="local", text=r"^[0-9a-f]{0,4}:[0-9a-f:.]{1,40}\S{0,20} port \d{1,5}: .{0,20}"
        "(unreachable|no route|assign)|family not supported", then="no-ipv6-here"),
    Rule(kind="local", text="unreachable|no route|network is down", then="route-from-here"),
    Rule(kind="local", text="^source_address: |assign|address not available",
        then="source-address"),
    Rule(kind="local", text="permi(tted|ssion)|prohibited|invalid argument", then="forbidden-here"),
    Rule(kind="local", text="open files|files? table", then="open-files"),
    Rule(kind="local", text="new thread|memory|buffer space|temporarily unavailable",
        then="memory-and-processes"),
    Rule(kind="local", text="the library|no module named|cannot import", then="missing-library"),
    Rule(kind="local", text="^tls|ssl module|prepare TLS", then="tls-of-this-host"),
    Rule(kind="local", text="passphrase", then="key-without-passphrase"),
    Rule(kind="local", text=r"^(ca_path|client_cert|client_key|message\.src): ",
        then="file-on-this-host"),
    Rule(kind="local", text="^/.{0,300}: (no such file|not a (directory|socket)|file name)",
        then="path-of-socket"),
    Rule(kind="local", text="look up", then="resolver-limits"),
    Rule(kind="local", then="mend-this-host"),
    Rule(kind="internal", then="report-to-maintainers run-once-more"),

    # A mail domain given as a host: its own address is mostly that of a web server.
    Rule(stage="connect", kind="connect timeout", where="recipient:host mx:no",
        then="mail-domain-as-host"),
    # An "unreachable" after a second or more is no refusal: no neighbour has the address.
    Rule(kind="connect", where="errno:EHOSTUNREACH took:seconds,long", then="stale-address"),
    Rule(kind="connect", where="errno:ENETUNREACH,EHOSTUNREACH server:ipv6",
        then="ipv4-without-ipv6"),
    # firewalld rejects with the ICMP code host-prohibited, which is EHOSTUNREACH here.
    Rule(kind="connect", where="errno:EHOSTUNREACH took:instant", then="firewall-prohibits"),
    Rule(kind="connect", text="refused", then="service-listens port-of-service firewall-resets"),
    Rule(kind="connect", text="unreachable|no route|host is down",
        then="route-both-ways firewall-prohibits ipv4-without-ipv6"),
    # A firewall that rejects as prohibited causes EACCES over IPv6, and EHOSTUNREACH over IPv4.
    Rule(kind="connect", text="permi(tted|ssion)|prohibited|invalid argument",
        then="forbidden-here firewall-prohibits-ipv6"),
    Rule(kind="connect", text="assign|address not available", then="source-address"),

    Rule(stage="connect", kind="timeout", text="^(?!no answer to the TLS)", where="server:ipv6",
        then="ipv4-without-ipv6"),
    Rule(stage="connect", kind="timeout", text="^(?!no answer to the TLS)",
        where="port:25 server:public", then="outgoing-port-25"),
    Rule(stage="connect", kind="timeout", text="^(?!no answer to the TLS)", then="firewall-drops"),
    Rule(stage="connect", kind="timeout", text=r"port 25\b", then="outgoing-port-25"),
    Rule(stage="connect", kind="timeout", text="^(?!no answer to the TLS)",
        then="capture-on-server stale-address"),
    # A device that resets answers sooner than the server can.
    Rule(kind="disconnect", where="errno:ECONNRESET took:early", then="device-resets"),
    Rule(stage="connect", kind="disconnect", then="firewall-resets"),

    # What was sent has not arrived: the path has lost it, and not the server.
    Rule(stage="message", kind="timeout", where="unacknowledged:yes", then="large-packets"),
    Rule(stage="greeting helo auth mail_from rcpt_to data", kind="timeout",
        where="unacknowledged:yes", then="lost-packets"),

    Rule(stage="greeting", kind="timeout disconnect protocol", where="sent:proxy",
        then="proxy-header-unwanted"),
    Rule(stage="greeting", kind="timeout disconnect", where="port:465 tls!implicit",
        then="tls-port"),
    # Servers that wait for a PROXY header do so for three to five seconds.
    Rule(stage="greeting", kind="timeout", where="encrypted:yes", then="slow-greeting"),
    Rule(stage="greeting", kind="timeout", where="port!465 took:long", then="slow-greeting"),
    Rule(stage="greeting", kind="disconnect", where="sent!proxy took:seconds",
        then="proxy-header-wanted"),
    # The ports for plain text are hardly ever set to TLS.
    Rule(stage="greeting", kind="timeout", where="port:24,25,587",
        then="slow-greeting proxy-header-wanted"),
    Rule(stage="greeting", kind="timeout", then="tls-port proxy-header-wanted slow-greeting"),
    Rule(stage="helo", kind="timeout", then="slow-helo middlebox"),
    Rule(stage="mail_from rcpt_to data", kind="timeout", then="slow-envelope"),
    Rule(stage="message", kind="timeout", where="unacknowledged:no",
        then="slow-scanner delivered-twice"),
    Rule(stage="message", kind="disconnect", where="took:instant,seconds,long",
        then="hang-up-in-message delivered-twice"),
    Rule(stage="message", kind="timeout", then="delivered-twice slow-scanner large-packets"),

    # Without the PROXY header that it expects, Postfix before 3.5 closes without a reply.
    Rule(stage="greeting", kind="disconnect",
        then="what-listens client-denied proxy-header-wanted tls-port"),
    Rule(stage="message", kind="disconnect",
        then="delivered-twice hang-up-in-message message-size large-packets"),
    # In TLS 1.3 a server refuses a client without a certificate after the handshake, and the alert
    # may get lost when it closes the connection.
    Rule(stage="helo", kind="disconnect", where="encrypted:yes", then="client-certificate"),
    Rule(kind="disconnect", then="log-of-hang-up middlebox"),

    # An answer that is not SMTP, or not the one that was due.
    Rule(stage="helo", kind="protocol", where="sent:proxy", then="proxy-header-unwanted"),
    Rule(kind="protocol", text=r"\\x1[4567]\\x03", then="tls-port"),
    Rule(kind="protocol", text=r"\bSSH-\d|\bHTTP/\d|<html|\+OK|\* OK",
        then="other-protocol port-of-service"),
    Rule(kind="protocol", text="differing|more than one", then="replies-out-of-step"),
    Rule(stage="greeting helo", kind="protocol", text="differing|more than one",
        then="proxy-header-unwanted"),
    Rule(kind="protocol", text=r"more than \d", then="endless-reply"),
    Rule(stage="data", kind="protocol", then="data-without-354"),
    Rule(kind="protocol", then="first-line-out-of-place middlebox"),

    Rule(stage="connect", kind="expectation", text="^(connected|$)",
        then="block-in-force block-for-this-host"),
    Rule(stage="connect", kind="expectation", text="max_seconds", then="lost-packets"),
    Rule(stage="greeting helo", kind="expectation", text="max_seconds", then="slow-greeting"),
    Rule(stage="mail_from rcpt_to data", kind="expectation", text="max_seconds",
        then="slow-envelope"),
    Rule(stage="message", kind="expectation", text="max_seconds", then="slow-scanner"),
    Rule(kind="expectation", text="does not offer .{0,99}STARTTLS", where="masked:yes",
        then="starttls-stripped"),
    Rule(kind="expectation unsupported", text="does not offer", where="masked:yes",
        then="middlebox"),
    Rule(kind="expectation", text="does not offer", then="compare-extensions"),
    Rule(kind="expectation", text="does not offer .{0,99}STARTTLS",
        then="starttls-on starttls-stripped"),
    Rule(kind="expectation", text="forbidden", then="capability-off"),
    Rule(kind="expectation", text="ended before", then="reach-stage"),
    # RFC 5321 section 3.4: accepted, and forwarded to another address.
    Rule(kind="expectation", code="251", then="forwarded-recipient"),
    Rule(stage="mail_from rcpt_to", kind="expectation", code="250 251 252",
        then="why-accepted open-relay"),

    Rule(stage="xclient", kind="unsupported", then="xclient-hosts"),
    Rule(stage="mail_from rcpt_to", kind="unsupported", where="protocol:smtp",
        then="extensions-after-ehlo"),
    Rule(kind="unsupported", text="accepts at most", then="message-size"),
    Rule(kind="unsupported", text="smtputf8", then="smtputf8-on"),
    Rule(kind="unsupported", text=r"\b(DSN|8BITMIME|SIZE)\b", then="extension-on"),
    Rule(kind="unsupported", then="compare-extensions extensions-after-ehlo without-extension"),
)
# fmt: on
