# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to check next after a failure: a table, read from the top. No I/O.

Every row that holds gives its advice, in the order of the table. What was said is not said again,
and after MOST pieces there is no more. So the order of the rows is the order of likelihood:

1. TLS and login, in tables of their own, replies included;
2. what no reply decided, by kind and stage;
3. what the text says, which is asked only where the codes leave the cause open (VAGUE);
4. enhanced codes that name a cause of their own;
5. reply codes, at the stage where they came;
6. the subject of the enhanced code, and last the kind: true of every failure of that sort.

A text is only a hint, as servers can be told to say anything: no row asks for a text alone, and
without a text the other rows are sound advice still. Server text never gets into the advice.

Reply codes are those of RFC 5321 section 4.2 and RFC 7504, enhanced codes those of RFC 3463,
RFC 5248 and the IANA registry; 5.7.30, 5.7.54, 5.7.57, 5.7.60, 5.7.64, 5.7.139 and all from X.7.500
on are Microsoft's. A code whose detail no row knows says as much as its subject (RFC 3463 section
2), so that it counts as X.SUBJECT.0, "other or undefined", and the text is asked.

The words of a failed handshake are OpenSSL's, and so are those on a certificate. An `alert` is what
the server said of us; what has no alert in it is what this host said of the server.
"""

from __future__ import annotations

import re
import typing as t

MOST = 5

# A hint is looked for in the beginning of a text: a hostile server may send a very long one.
_SEARCHED_CHARACTERS = 2000


class Row(t.NamedTuple):
    """When all of this holds, then that is the advice; a column that is left out always holds.

    Each column but `text` is a list of words of which one must be true. An enhanced code is
    written as in the registry, with an X for its class ("X.7.1"), or by its subject ("X.7"), or as
    "-" for none. `text` is a regular expression, found anywhere, in upper or lower case.
    """

    then: tuple[str, ...]
    stage: str = ""
    kind: str = ""
    code: str = ""
    enhanced: str = ""
    text: str = ""


# Codes that say no more than "refused". X.7.0 and X.7.1 stand for any policy at all (RFC 3463
# section 3.8), and X.0.0, X.1.0 and X.5.0 are what servers say that keep no finer books.
VAGUE = "- X.0.0 X.1.0 X.5.0 X.7.0 X.7.1"
# And all that leave room for a text to say more: of every subject what is "other or undefined".
OPEN = VAGUE + " X.2.0 X.3.0 X.4.0 X.6.0"
REFUSED = "transient permanent"


def _microsoft(*ranges: tuple[int, int]) -> str:
    """Return the codes X.7.FIRST to X.7.LAST, for each range."""
    return " ".join(f"X.7.{detail}" for one, last in ranges for detail in range(one, last + 1))


# https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online
# A family says who refuses and roughly why, but names no cause: its text does, or may.
MICROSOFT = _microsoft((500, 999))
MICROSOFT_DEFERS = _microsoft((500, 699), (850, 899))
MICROSOFT_BANNED = _microsoft((606, 649))
MICROSOFT_TENANT = _microsoft((700, 702), (704, 749))
FAMILIES = (MICROSOFT, MICROSOFT_DEFERS)

# Where a server that wants TLS or a login first says so. To STARTTLS and AUTH the same words mean
# something else.
NOT_YET = "greeting helo xclient mail_from rcpt_to data message quit"

# Plain text that came where TLS was to come, in the words of OpenSSL 1.1.1, and from 3.2 on.
PLAIN = "wrong (ssl )?version|record layer failure|packet length too long|unknown protocol"


# Advice that more than one row gives.

RELAY = (
    "Let the server relay for this host's address, as the server sees it (behind NAT the public"
    " one): Postfix `mynetworks`, Exim `relay_from_hosts`, Sendmail relay-domains, an Exchange"
    " receive connector."
)
LOG_IN = (
    "Log in (SMTP AUTH) on the submission port, 587 or 465, where the server trusts users instead"
    " of addresses."
)
LOCAL_DOMAINS = (
    "Check that the recipient's domain is one that the server takes mail for: Postfix"
    " `mydestination`, `relay_domains` and `virtual_mailbox_domains`, Exim `local_domains` and"
    " `relay_to_domains`, Exchange accepted domains."
)
USE_TLS = (
    "Speak TLS to this server (STARTTLS, or port 465): it takes nothing in plain text where"
    " Postfix has `smtpd_tls_security_level = encrypt`, or a connector requires TLS."
)
TLS_PORT = (
    "Check the port: on 465 the server waits for a TLS handshake and understands no plain text."
    " SMTP that begins in plain text is spoken on 25 and 587."
)
PORT = "Check the port: 25 is SMTP between servers, 587 submission, 465 submission over TLS."
PROXY = (
    "Check whether this listener waits for a PROXY header: Postfix `smtpd_upstream_proxy_protocol`"
    " and `postscreen_upstream_proxy_protocol`, Exim `hosts_proxy`, Dovecot `haproxy`, Haraka"
    " `haproxy_hosts`. If so, send one (`proxy`), or probe by way of the load balancer."
)
PROXY_SENT = (
    "Leave `proxy` out at a listener that takes no PROXY header, as it reads the header for a"
    " command. One that takes it wants it from hosts that it knows: Exim `hosts_proxy`, Dovecot"
    " `haproxy_trusted_networks`, Haraka `haproxy_hosts`."
)
HELO = (
    "Send a HELO name (option `helo`) that is fully qualified and resolves to this host, not"
    " `localhost`, a bare host name or an address without brackets: Postfix asks for that with"
    " `reject_non_fqdn_helo_hostname` and `reject_unknown_helo_hostname`."
)
REVERSE_DNS = (
    "Give the source address a PTR record whose name resolves back to it (`dig -x ADDRESS`, then"
    " `dig NAME`), in the DNS that the server asks: Postfix wants both with"
    " `reject_unknown_client_hostname`."
)
SENDER_DOMAIN = (
    "Use a sender whose domain has an MX or address record where the server looks (`dig MX DOMAIN`"
    " on the server); `localdomain` and the like fail Postfix's `reject_unknown_sender_domain`."
)
SENDER_RIGHTS = (
    "Check that this host or user may send as this sender: Postfix `smtpd_sender_login_maps` and"
    " `check_sender_access`, Exchange `Send As`, or whatever binds senders to clients."
)
CLIENT_DENIED = (
    "Look for a rule that denies this host's address or network: Postfix `check_client_access` and"
    " `postscreen_access_list`, Exim `acl_smtp_connect` and `host_reject_connection`, the address"
    " ranges of an Exchange connector, fail2ban."
)
BLOCKLIST = (
    "Look the source address (behind NAT the public one) up in DNS blocklists. Let the server"
    " accept its own segments before it asks such a list: Postfix `permit_mynetworks` before"
    " `reject_rbl_client`, `postscreen_access_list` for postscreen."
)
LIST_REFUSED = (
    "Have the server ask this blocklist by a resolver of its own: the list has refused the query"
    " (by a public or shared resolver, or too many), and has listed nobody. On the server, `dig"
    " 2.0.0.127.LIST` shows it."
)
LIST_ANSWERS = (
    "Let the server take a list's real answers alone for a listing, never 127.255.255.x: Postfix"
    " `reject_rbl_client zen.spamhaus.org=127.0.0.[2..11]`, Exim `dnslists ="
    " zen.spamhaus.org=127.0.0.2,127.0.0.3`."
)
LIST_ENDED = (
    "Take this blocklist out of the server's configuration: it has ended, and such a list may call"
    " every address listed (`dig 1.0.0.127.LIST` must find nothing, RFC 5782 section 5)."
)
POSTMASTER = (
    "Write to the provider's postmaster, at the page or address that the reply names, with the"
    " source address and this reply: a list of the provider's own is in no public blocklist."
)
DELIST = (
    "Ask Microsoft to take the address off its list: https://sender.office.com for Microsoft 365,"
    " the sender support form of Outlook.com for its own domains, delist@microsoft.com for 5.7.511."
)
DOMAIN_REPUTATION = (
    "Check the sender's domain, and not the address: blocklists of domains (dbl.spamhaus.org),"
    " Google Postmaster Tools, and whether SPF, DKIM and DMARC vouch for it."
)
PAST_ERRORS = (
    "Wait until the server has forgotten this address, and send only to recipients that exist: it"
    " counts the errors of earlier sessions from here, those of a whole fleet behind one NAT."
)
RECIPIENT_POLICY = (
    "Ask the recipient's administrator for the rule that refuses this sender or host (blocked"
    " senders, anti-spoofing, countries, a transport rule): it is the recipient's own, and its log"
    " names it."
)
OWN_DOMAIN = (
    "Use a sender outside the recipient's own domain, or have this host allowed to use it: from"
    " outside, a sender of one's own domain looks like a forgery."
)
IPV4_ONLY = (
    "Set `address_family: ipv4`: this receiver takes no mail over IPv6, or only from an address"
    " with a PTR record and with SPF or DKIM for the sender."
)
ACCOUNT_QUOTA = (
    "Compare what this account or tenant sends, from all hosts, with the provider's limit for it (a"
    " rate, a quota each day). Send less, wait until the quota is new, or have it raised."
)
ACCOUNT_BANNED = (
    "Find out why the provider has stopped this account or tenant (mostly spam by a stolen"
    " password): secure it, then have the provider's support restore it. No other host will do."
)
VERIFIED_SENDER = (
    "Verify the sender's address or domain with the provider (Amazon SES identities, SendGrid"
    " sender authentication, Mailgun domains); in a sandbox or trial, the recipient's too."
)
REGISTERED_DOMAIN = (
    "Add the sender's domain to the tenant's accepted domains and verify it: Microsoft 365 stops"
    " tenants that send from domains it does not know."
)
RECIPIENT_RATE = (
    "Send less to this recipient, or probe with another one: its mailbox gets more than the"
    " provider allows in an hour, from all senders or from this one."
)
HEADERS = (
    "Give the message the usual headers, each once (`message.headers`): a From with one valid"
    " address, Date, Message-ID (RFC 5322 section 3.6)."
)
FLEET = (
    "Count all connections that come from this address: a fleet behind one NAT is one client to"
    " the server. Probe from fewer hosts at once, and try again some minutes later."
)
LIMITS = (
    "Compare with the server's limits for one client: Postfix `smtpd_client_connection_rate_limit`"
    " and `smtpd_client_connection_count_limit` (kept by anvil; exempt hosts in"
    " `smtpd_client_event_limit_exceptions`), Exim `smtp_accept_max_per_host`, Exchange"
    " `MaxInboundConnectionPerSource`."
)
HEALTH = (  # RFC 5321 section 3.8: a server that has to shut down may answer any command with 421
    "Check the server's health: whether the mail service is stopping, overloaded or short of disk"
    " (`df -h`, `df -i`, `uptime`), and what its own log complains of."
)
CLIENT_CERTIFICATE = (
    "Show a certificate that the server trusts (`client_cert`, `client_key`): it refused ours, or"
    " the lack of one. Postfix `smtpd_tls_req_ccert` and `smtpd_tls_CAfile`, Exim"
    " `tls_verify_hosts` and `tls_verify_certificates`."
)
RENEW = (
    "Renew the server's certificate and reload the service: `openssl s_client -starttls smtp"
    " -connect HOST:PORT` shows the one that is still served."
)
AUTHORITY = (
    "Name the authority that issued the certificate in `ca_path`, where it is one of your own."
    " `issuer` in the result says which it is."
)
BUNDLE = (
    "Update the authorities that this host trusts (the package `ca-certificates`), and look whether"
    " an appliance that inspects TLS has issued what comes here."
)
INTERMEDIATES = (
    "Let the server send its intermediate certificates right after its own (`chain` in the result"
    " is what it sends): Postfix `smtpd_tls_chain_files`, Exim `tls_certificate`, Dovecot"
    " `ssl_cert`."
)
VERSIONS = (
    "Compare `tls_min_version` with what the server takes (`openssl s_client -tls1_2`, `-tls1_3`):"
    " Postfix `smtpd_tls_protocols` and `smtpd_tls_mandatory_protocols`, Exim `openssl_options`."
)
OLD_TLS = (
    "Update a server that knows no TLS 1.2. Until then `tls_min_version: TLSv1` together with"
    " `tls_ciphers: [DEFAULT:@SECLEVEL=0]` may do, if this host's OpenSSL still can."
)
CIPHERS = (
    "Compare `tls_ciphers` with what the server takes (`openssl s_client -cipher NAME`): Postfix"
    " `smtpd_tls_mandatory_ciphers` and `smtpd_tls_exclude_ciphers`, Exim `tls_require_ciphers`. An"
    " ECDSA key goes with ECDSA ciphers only."
)
TLS_LOG = (
    "Read the server's log of this handshake: whether it can read its key and certificate, and"
    " which version, cipher or client it refused."
)
STARTTLS_ON = (
    "Switch STARTTLS on for this listener: Postfix `smtpd_tls_security_level = may` and a"
    " certificate in `smtpd_tls_chain_files`, Exim `tls_advertise_hosts` and `tls_certificate`."
)
STRIPPED = (
    "Look for what takes STARTTLS out on the way: a firewall (Cisco `inspect esmtp` leaves"
    " `250-XXXXXXXA` and a greeting of asterisks), a virus scanner, a provider that answers port 25"
    " itself. Compare with port 587, and with a dialogue held on the server itself."
)
LOG_IN_OVER_TLS = (
    "Log in over TLS (`tls: required`, port 587, or `tls: implicit`, port 465): most servers offer"
    " AUTH there alone. `allow_plaintext_auth` shows the secret to the network."
)
AUTH_ON = (
    "Switch AUTH on for this listener (Postfix `smtpd_sasl_auth_enable`, Exim"
    " `auth_advertise_hosts` and an authenticator), or log in on the submission port, 587 or 465."
)
MECHANISM = (
    "Choose an `auth_mechanism` that the server names in its EHLO reply, on the submission port,"
    " 587 or 465; port 25 often offers no AUTH."
)
PASSWORD = (
    "Check user and password by hand (`doveadm auth test USER`), whether the user name is the whole"
    " address, and whether the account may log in by SMTP."
)
HASHED = (
    "Try `auth_mechanism: PLAIN` over TLS: a server that keeps another hash of the password refuses"
    " the right one in CRAM-MD5 and SCRAM, which `auto` prefers."
)
OTHER_MECHANISM = (
    "Choose `auth_mechanism: PLAIN` over TLS, or another one that the server names: this one"
    " cannot be had between this host and that server."
)
APP_PASSWORD = (
    "Make an app password for this (2-Step Verification must be on), or use a token"
    " (`auth_mechanism: XOAUTH2`): Google, Yahoo and iCloud take no everyday password."
)
GOOGLE_RELAY = (
    "For smtp-relay.gmail.com, register this host's public address and the sender's domain in"
    " the Google Admin console, and send a HELO name of that domain, never `localhost`."
)
TOKEN = (
    "Log in with a token for the password (`auth_mechanism: XOAUTH2`): Microsoft 365 takes no"
    " passwords where basic authentication is switched off."
)
LOCKED = (
    "Wait until the lock on this user, or on this host's address, is over (fail2ban, the provider's"
    " own): too many logins failed, and a fleet with one wrong password fails often."
)
ENABLED = (
    "Have the account enabled, or its login by SMTP (Dovecot `nologin` in the user's passdb): the"
    " server knows the user, and lets nobody in."
)
AUTH_SERVICE = (
    "Check the server's authentication service: Dovecot's auth socket (Postfix `smtpd_sasl_path`),"
    " saslauthd, LDAP, SQL."
)
ANONYMOUS = (
    "Let the Exchange receive connector take mail without a login (`PermissionGroups"
    " AnonymousUsers`), where this host is meant to need none."
)
GREYLIST = (
    "Try again from the same address, with the same sender and recipient, when the greylist's delay"
    " is over (`retries`, `retry_delay`; Postgrey waits 300 s), or exempt this host."
)
LOOK_UPS = (
    "Check the look-ups that the server itself makes: its DNS resolver (`dig` on the server), and"
    " the LDAP, SQL and policy services behind its tables (`postmap -q`)."
)
USER = (
    "Check the recipient's spelling, and that the server knows it: Postfix `postmap -q ADDRESS"
    " TABLE` with `local_recipient_maps`, `relay_recipient_maps` or `virtual_mailbox_maps`, Exim"
    " `exim -bt ADDRESS`."
)
MAILBOX = "Check on the final server that the recipient's mailbox is enabled and not throttled."
FULL = (
    "Make room in the recipient's mailbox or raise its quota (Dovecot `doveadm quota get -u USER`),"
    " or probe with another recipient."
)
SIZE = (
    "Compare the message's size, encoding included, with SIZE in the EHLO reply and the server's"
    " limit: Postfix and Exim `message_size_limit`, Exchange `MaxMessageSize` of the connector."
)
STORAGE = (
    "Free space in the server's queue file system (`df -h`, `df -i`): Postfix wants `queue_minfree`"
    " and 1.5 times `message_size_limit`, Exim `check_spool_space`, and Exchange calls it back"
    " pressure."
)
RECIPIENTS = (
    "Send to fewer recipients at once: Postfix `smtpd_recipient_limit`, Exim `recipients_max`,"
    " Exchange `MaxRecipientsPerMessage` of the connector."
)
ADDRESS_SYNTAX = (
    "Correct the address: one `@`, a fully qualified domain, no display name, and blanks or other"
    " special characters only in quotes (RFC 5321 section 4.1.2)."
)
PARAMETERS = (
    "Leave out `mail_parameters` and `rcpt_parameters`, then add them one by one: the server knows"
    " only those of the extensions in its EHLO reply (RFC 5321 section 2.2.1)."
)
NO_MAIL_DOMAIN = (
    "Choose a domain that accepts mail: this one publishes a null MX (RFC 7505), or its mail is"
    " switched off. If it ought to accept mail, correct its MX record."
)
SENT_FROM = (
    "Add the address that the receiver sees to the SPF record of the sender's domain (`dig TXT"
    " DOMAIN`), or send by way of a relay that is in it."
)
LOOP = (
    "Look for a loop in the Received headers: the message has passed too many servers, by forwards"
    " and aliases, or by MX records of a server that does not know the domain for its own."
)
ALIGNED = (
    "Sign with DKIM for the domain in the From header, or pass SPF with a sender of that domain:"
    " DMARC wants one of the two (`dig TXT _dmarc.DOMAIN`)."
)
CONTENT = (
    "Ask the content filter's log why (rspamd, Amavis, a milter, Exim `acl_smtp_data`), by time or"
    " Message-ID. Send a short plain message with all usual headers to compare."
)
EARLY = (
    "Find out who speaks too early: postscreen and Exim refuse a client that does not wait for the"
    " greeting or a reply, and a middlebox can join commands that were sent apart."
)
MIDDLEBOX = (
    "Look for a firewall that rewrites SMTP on the way (Cisco `inspect esmtp` and others):"
    " asterisks in the greeting or XXXX in the EHLO reply give it away. Compare with a dialogue"
    " held on the server itself."
)
TWICE = (
    "Look for the Message-ID in the server's log and in the mailbox before you run this again: the"
    " server may have the message, and would deliver it twice (RFC 5321 section 4.5.3.2.6)."
)
SLOW_GREETING = (
    "Look for what delays the greeting: reverse DNS of this host's address, DNS blocklists, a"
    " postscreen or tarpit pause (`postscreen_greet_wait`), no free server process (`maxproc` in"
    " Postfix's master.cf)."
)
SLOW_CHECKS = (
    "Look for what the server asks at this stage: DNS of the sender's domain, blocklists, a callout"
    " that verifies an address, a greylisting or policy service, a tarpit. Its log shows the gap."
)
SLOW_SCAN = (
    "Look for a content scanner that is slow or down (a milter, Amavis, ClamAV, rspamd). A server"
    " may think for 10 minutes here (RFC 5321 section 4.5.3.2.6): a longer `timeout` may do."
)
MTU = (
    "Check the path for large packets (`ping -M do -s 1472 ADDRESS`): where those get lost and"
    " small ones do not, a tunnel or filtered ICMP swallows messages, and certificates too."
)
ROUTE = (
    "Check the route from here (`ip route get ADDRESS`): it is this host that has none to the"
    " server, so that nothing was sent. Gateway, VLAN, VPN, the interface itself (`ip address`)."
)
NO_IPV6 = (
    "Set `address_family: ipv4` where this host has no IPv6 (`ip -6 address`,"
    " `net.ipv6.conf.all.disable_ipv6`), or ask an address of a family that it has."
)
FORBIDDEN_HERE = (
    "Look for what forbids it on this host: outgoing rules (`nft list ruleset`), a prohibit or"
    " blackhole route (`ip route get ADDRESS`), SELinux (`ausearch -m avc`)."
)
SOURCE = "Check that `source_address` is an address of this host (`ip address`)."
EXTENSIONS = (
    "Compare the EHLO reply with one from the server itself or another port: keywords can be off"
    " for some clients (Postfix `smtpd_discard_ehlo_keyword_address_maps`, Exim"
    " `..._advertise_hosts`), offered only after STARTTLS, or masked by a firewall."
)

# One row a line where it fits; the formatter would give each column a line of its own.
# fmt: off

# What can go wrong with TLS, and with STARTTLS before it.
TLS: tuple[Row, ...] = (
    Row(stage="starttls", kind="unsupported", then=(STARTTLS_ON, STRIPPED)),
    # RFC 3207 section 4.
    Row(stage="starttls", code="454", then=(
        ("Read the server's log for why TLS is not there: mostly its key or certificate file, or"
         " postscreen's `tlsproxy` that does not run."),)),
    Row(stage="starttls", kind="permanent", then=(
        ("Find out who offers STARTTLS and then refuses it: a proxy that mixes two servers' EHLO"
         " replies, or a listener whose TLS is half configured."), TLS_LOG, MIDDLEBOX)),
    Row(kind="protocol", text="injected", then=(
        ("Take the path to this server for hostile, or its STARTTLS for broken (CVE-2011-0411):"
         " update the server and whatever stands before it, and compare from another segment."),)),

    # The handshake does not come about.
    Row(stage="connect", kind="timeout", text="TLS handshake", then=(
        ("Check that the port speaks TLS from the first byte, as 465 does (`openssl s_client"
         " -connect HOST:PORT`): a listener that waits for something else is silent now."), PROXY)),
    Row(stage="connect starttls", kind="timeout", text="TLS handshake", then=(MTU, TLS_LOG)),
    # A Postfix that waits for a PROXY header answers a handshake with 421 in plain text.
    Row(stage="connect", kind="tls", text=PLAIN, then=(
        ("Speak plain text first on this port, and TLS after STARTTLS: `tls: required`, not"
         " `tls: implicit`, which is for port 465."), PROXY)),
    Row(stage="starttls", kind="tls", text=PLAIN, then=(
        ("Find out who said yes to STARTTLS and went on in plain text: a proxy or filter before the"
         " server that does not know the command, or a server whose TLS fails to start."),
        TLS_LOG)),
    Row(stage="connect", kind="tls", text=r"\beof\b|reset by peer|broken pipe", then=(
        ("Check that the port speaks TLS from the first byte (465), and that a load balancer before"
         " it has a healthy server: it took the connection and hung up in the handshake."),
        TLS_LOG, PROXY, CLIENT_DENIED)),
    Row(stage="starttls", kind="tls", text=r"\beof\b|reset by peer|broken pipe", then=(
        TLS_LOG, MIDDLEBOX)),

    # It ends with an alert, or this host ends it.
    Row(kind="tls", text="alert certificate (expired|revoked)", then=(
        "Renew the certificate in `client_cert`: the server says that ours is no longer valid.",)),
    Row(kind="tls", text="alert (certificate (required|unknown|expired|revoked)|unknown ca"
        "|(bad|unsupported) certificate|access denied|decrypt error)", then=(CLIENT_CERTIFICATE,)),
    Row(kind="tls", text="no protocols available", then=(
        ("Look at what this host's OpenSSL allows: nothing is left between `tls_min_version` and"
         " MaxProtocol and MinProtocol of openssl.cnf (`update-crypto-policies --show`)."),)),
    Row(kind="tls", text="protocol version|(no|unsupported) protocol|version too (low|high)"
        "|inappropriate fallback", then=(VERSIONS,)),
    # OpenSSL 3 says the last of TLS 1.0 and 1.1, which sign with SHA-1.
    Row(kind="tls", text="protocol version|unsupported protocol|version too low|legacy sigalg",
        then=(OLD_TLS,)),
    Row(kind="tls", text="(no|shared) cipher|insufficient security|handshake failure", then=(
        CIPHERS,)),
    # In TLS 1.2 a server that misses our certificate says no more than that, nor does one that has
    # no certificate of its own, or nothing newer than TLS 1.1.
    Row(kind="tls", text="handshake failure", then=(CLIENT_CERTIFICATE, TLS_LOG, OLD_TLS)),
    Row(kind="tls", text="dh key too small", then=(
        ("Give the server a DH group of 2048 bits (Postfix `smtpd_tls_dh1024_param_file = auto`,"
         " Exim `tls_dhparam`), or do without: `tls_ciphers: [ECDHE+AESGCM]`."),)),
    # From OpenSSL 3.0 on.
    Row(kind="tls", text="legacy renegotiation", then=(
        ("Update the server, or the appliance before it: it knows no secure renegotiation (RFC"
         " 5746), without which this host's OpenSSL speaks to nobody."),)),
    Row(kind="tls", text="unrecognized name", then=(
        ("Ask for a name that the server knows (SNI), in `host` or in `tls_server_name`, or add"
         " this one to it: Postfix `tls_server_sni_maps`."),)),
    Row(kind="tls", text=r"\balert\b", then=(TLS_LOG,)),

    # DANE. RFC 7672 section 3.1.3 has mail take no usage but 2 and 3.
    Row(kind="tls", text="DANE: there is no TLSA", then=(
        ("Publish a TLSA record (`3 1 1` with the SHA-256 of the server's key) at the name that the"
         " failure gives, or leave `dane` out: the port is part of that name."),)),
    # RFC 7672 section 2.2.1.
    Row(kind="tls", text="DANE: DNSSEC does not vouch for the MX", then=(
        ("Ask a resolver that validates, on this very host (unbound; systemd-resolved with"
         " `DNSSEC=yes`): `dig +dnssec MX DOMAIN` must show the flag `ad`."),
        ("Sign the zone of the mail domain, too, or name the mail exchangers as `host` where they"
         " are known from a safer place than its MX records."))),
    Row(kind="tls", text="DANE: DNSSEC", then=(
        ("Ask a resolver that validates, on this very host (unbound; systemd-resolved with"
         " `DNSSEC=yes`): `dig +dnssec TLSA NAME` must show the flag `ad`."),
        ("Sign the zone of the server's name, and have its DS record published in the zone above"
         " (`delv TLSA NAME` says where the chain breaks)."))),
    Row(kind="tls", text="DANE: the TLSA records of .{0,300}(timed out|lifetime expired)", then=(
        "Check this host's resolver: /etc/resolv.conf, and whether it answers at all.",)),
    Row(kind="tls", text="DANE: the TLSA records of", then=(
        ("Try `dig +dnssec TLSA NAME`: SERVFAIL that goes away with `+cd` means that the zone's"
         " signatures are wrong or have expired."),
        ("Ask another resolver (`dig @ADDRESS TLSA NAME`): some forwarders and name servers do not"
         " answer for TLSA, where they should say that there is none."),
        "Check this host's resolver: /etc/resolv.conf, and whether it answers at all.")),
    Row(kind="tls", text="DANE: none of", then=(
        ("Publish records of usage 3 (DANE-EE) or 2 (DANE-TA), selector 0 or 1, with SHA-256 or"
         " SHA-512: mail makes nothing of usage 0 and 1 (RFC 7672 section 3.1.3)."),)),
    Row(kind="tls", text="does not show the intermediate", then=(
        ("Probe from a host with Python 3.8 or later: a record of usage 2 names an authority, which"
         " Python 3.7 does not see."),)),
    # RFC 7671 section 8.1.
    Row(kind="tls", text="DANE: the certificate matches none", then=(
        ("Publish the record of the new key before the certificate is renewed, or keep the key: the"
         " server shows a certificate that its TLSA records do not name."),
        ("Compare with the hash of the key that is served: `openssl x509 -pubkey -noout`, `openssl"
         " pkey -pubin -outform DER`, `openssl sha256` make a record `3 1 1`."),
        ("For a record of usage 2, let the server send the certificate of that authority: `chain`"
         " in the result is what it sends."))),
    # RFC 7672 section 3.1.2.
    Row(kind="tls", text="DANE: the certificate matches TLSA", then=(
        ("Mend the certificate, or publish `3 1 1`: with a record of usage 2 its dates, its name"
         " and its chain up to that authority count, with usage 3 they do not."),)),

    # The certificate is not good: for anybody, for this name, for this host.
    Row(kind="tls", text="certificate has expired", then=(
        RENEW,
        ("Look for an intermediate or root certificate that has expired, where the server's own has"
         " not: in what it sends (`openssl s_client -showcerts`) and in `ca_path`."),
        "Check this host's clock (`date -u`): it may be ahead.")),
    Row(kind="tls", text="not yet valid", then=(
        "Compare the clocks of this host and the one that issued the certificate (`date -u`).",)),
    Row(kind="tls", text="(certificate key|md|ee key|ca key) too (small|weak)", then=(
        ("Have the server's certificate issued anew, with RSA of 2048 bits or ECDSA, and SHA-256:"
         " this host takes nothing weaker (OpenSSL's security level)."),)),
    Row(kind="tls", text="certificate purpose", then=(
        ("Have the server's certificate issued for servers: its extended key usage must have"
         " `serverAuth` (`openssl x509 -purpose`)."),)),
    # What Python 3.13 asks for where the system's authorities are trusted, and not with `ca_path`.
    Row(kind="tls", text="key identifier|basic constraints|include key usage", then=(
        ("Name the authority in `ca_path`, or have it issue its certificates as RFC 5280 wants them"
         " (`openssl verify -x509_strict`): without `ca_path` Python 3.13 and later takes no"
         " others."),)),
    Row(kind="tls", text="invalid ca certificate|path length|subtree", then=(
        ("Have the certificate issued by an authority that may: one in its chain is none, or its"
         " constraints exclude this name (`openssl x509 -text`)."),)),
    Row(kind="tls", text="address mismatch", then=(
        ("Ask for the server by name, in `host` or in `tls_server_name`: a certificate seldom has"
         " an address in it."),)),
    Row(kind="tls", text="(hostname|address) mismatch|doesn't match|no appropriate", then=(
        ("Ask for a name that the certificate has (`names` in the result): in `host`, or in"
         " `tls_server_name`. Otherwise have a certificate issued for the name that is used."),
        ("Check that the server shows the certificate of the name that is asked for (SNI): Postfix"
         " `tls_server_sni_maps`, Exim `tls_certificate` with `$tls_in_sni`."))),
    # Where the server sends its own certificate alone, OpenSSL cannot tell a missing intermediate
    # from an authority that this host does not know: so both are said. Most certificates are
    # issued by an intermediate, which comes first where one came alone. Python 3.7 does not know.
    Row(kind="tls", text="no intermediate", then=(INTERMEDIATES, AUTHORITY, BUNDLE)),
    Row(kind="tls", text="self.signed certificate($|;)", then=(
        ("Have the certificate issued by an authority that this host trusts, or name it in"
         " `ca_path`: it is its own issuer, as Debian's ssl-cert-snakeoil.pem is."),)),
    Row(kind="tls", text="self.signed certificate in", then=(AUTHORITY, BUNDLE)),
    Row(kind="tls", text="unable to get issuer", then=(
        ("Name the root authority in `ca_path`, too: it has an intermediate one alone, whose issuer"
         " is missing."),)),
    Row(kind="tls", text="certificate signature failure", then=(
        ("Compare the authority in `ca_path` with the one that issued the certificate, by their"
         " keys: it has the same name, and was made anew."),)),
    Row(kind="tls", text="(trusted:|;) unable to (get local issuer|verify the first)", then=(
        AUTHORITY, INTERMEDIATES, BUNDLE)),
    Row(kind="expectation", text="certificate is good for", then=(
        RENEW, "Check that what renews the certificate by itself still runs (`certbot renew`).")),

    # What no row above knows.
    Row(kind="tls", text="^the certificate", then=(
        ("Have the certificate judged by hand: `openssl s_client -starttls smtp -connect HOST:PORT"
         " -CAfile FILE` says which one of the chain is at fault."),)),
    Row(kind="tls", text="^DANE", then=(
        "Have Postfix judge it, too: `posttls-finger -c -l dane HOST`.",)),
    Row(kind="tls", text=r"^(?!the certificate|DANE|.{0,40}\balert\b)", then=(
        ("Check what the port speaks (`openssl s_client`): TLS from the first byte on 465, and only"
         " after STARTTLS on 25 and 587."),)),
)

# What can go wrong in a login: RFC 4954, its section 6 for the codes.
LOGIN: tuple[Row, ...] = (
    Row(stage="auth", kind="unsupported", text="without TLS", then=(LOG_IN_OVER_TLS,)),
    Row(stage="auth", kind="unsupported", text="offer AUTH(,|$)", then=(AUTH_ON,)),
    Row(stage="auth", kind="unsupported", text="`auto` takes", then=(
        ("Name the mechanism, where the password is a token (`auth_mechanism: XOAUTH2` or"
         " OAUTHBEARER): `auto` takes none of these. Otherwise let the server offer PLAIN over"
         " TLS."),)),
    Row(stage="auth", kind="unsupported", text="FIPS|iterations|extension of SCRAM|cannot send",
        then=(OTHER_MECHANISM,)),
    Row(stage="auth", kind="unsupported", text=r"offers? AUTH \w|^$", then=(MECHANISM,)),
    # Whoever cannot sign does not know the password (RFC 5802 section 3).
    Row(stage="auth", kind="protocol", text="SCRAM (signature|nonce)", then=(
        ("Take the server for an impostor until you know better: check its address and its"
         " certificate (`tls: required`), and send it no password in PLAIN or LOGIN."),
        "Set the user's password anew: what the server has stored for SCRAM may be damaged.")),
    Row(stage="auth", kind="protocol", text="^(?!.{0,60}SCRAM (signature|nonce))", then=(
        ("Choose another `auth_mechanism`: this server, or a proxy before it, does not speak this"
         " one as its RFC wants it."),)),
    Row(stage="auth", kind="timeout", then=(AUTH_SERVICE,)),
    Row(stage="auth", kind="disconnect", then=(LOCKED, AUTH_SERVICE)),

    Row(stage="auth", enhanced="X.7.139", then=(
        ("Switch SMTP AUTH on in Microsoft 365, for the tenant and the mailbox (`Set-CASMailbox"
         " -SmtpClientAuthenticationDisabled $false`). Security defaults and Conditional Access"
         " forbid it, too."),)),
    Row(stage="auth", enhanced="X.7.139 X.7.30", then=(TOKEN,)),
    Row(stage="auth", code="534 535", text=r"\bgsmtp\b|application-specific|app password|browser",
        then=(APP_PASSWORD,)),
    Row(stage="auth", kind=REFUSED, text="credits exceeded|sending (paused|quota)", then=(
        ACCOUNT_QUOTA,)),
    # SendGrid.
    Row(stage="auth", code="535", text="authorization grant|api.?key", then=(
        ("Log in as the provider wants it where the password is an API key: to SendGrid as the user"
         " `apikey`, with the whole key, which must have the right to send mail."),)),
    # Yandex, Mail.ru, Zoho.
    Row(stage="auth", code="535 554", text="access rights|(smtp|imap|pop) .{0,20}disabled"
        "|disabled (by user from web|for)", then=(ENABLED,)),
    Row(stage="auth", kind=REFUSED, text="too (many|frequent)|locked|blocked|suspicious", then=(
        LOCKED,)),
    # RFC 4954 keeps 538 for history's sake. Postfix says 504 there, and Dovecot 523.
    Row(stage="auth", code="523 524 538", then=(LOG_IN_OVER_TLS,)),
    Row(stage="auth", code="504 530 535 554", text="encrypt|starttls|secure|without tls",
        then=(LOG_IN_OVER_TLS,)),
    Row(stage="auth", code="530", then=(LOG_IN_OVER_TLS, TOKEN)),
    Row(stage="auth", enhanced="X.7.13", then=(ENABLED,)),
    Row(stage="auth", code="525", then=(ENABLED,)),
    Row(stage="auth", code="535", then=(PASSWORD,)),
    Row(stage="auth", code="535", enhanced="X.7.3", then=(
        ("Log in to Exchange as `user@example.com` or as DOMAIN, a backslash and the user, on the"
         " client connector (port 587): its `AuthMechanism` must have BasicAuth."),)),
    Row(stage="auth", code="535", enhanced="- X.7.0 X.7.1 X.7.8", then=(HASHED, LOCKED)),
    Row(stage="auth", code="534", then=(
        ("Choose a stronger `auth_mechanism` of those in the EHLO reply, or log in over TLS: the"
         " server's policy for this user asks for it."),)),
    Row(stage="auth", code="432", then=(
        ("Log in once with `auth_mechanism: PLAIN` over TLS: the server then stores the password"
         " for the mechanism that was asked for (4.7.12, a password transition)."),)),
    Row(stage="auth", kind="transient", then=(AUTH_SERVICE,)),
    Row(stage="auth", enhanced="X.5.6", then=(
        ("Check the length of the secret: the server takes no line of AUTH as long as that (RFC"
         " 4954 section 4 asks it to take 12,288 octets). A token may need a newer server."),)),
    Row(stage="auth", code="504", then=(MECHANISM,)),
    Row(stage="auth", code="504", enhanced="X.7.4", then=(
        ("Allow BasicAuth in the `AuthMechanism` of the Exchange receive connector, or log in with"
         " a token (`auth_mechanism: XOAUTH2`)."),)),
    Row(stage="auth", code="501", then=(
        ("Choose another `auth_mechanism`: the server could make nothing of what this one said, or"
         " asked for more than it has to say."),)),
    Row(stage="auth", code="500 502 503", then=(AUTH_ON,)),
)

TABLE: tuple[Row, ...] = (
    # 1. TLS and login.
    *TLS,
    *LOGIN,

    # 2. No reply decided.
    Row(kind="resolve", text="no answer|temporary failure|try again", then=(
        ("Check that this host's resolver answers at all (`resolvectl query NAME`, `dig NAME`):"
         " the name servers in /etc/resolv.conf, and the way to their port 53, UDP and TCP."),)),
    Row(kind="resolve", then=(
        ("Look the name up on this very host (`getent ahosts NAME`) and on one that works:"
         " spelling, search domains, /etc/hosts and split-horizon DNS make the difference."),
        "Check that the name has an address of the family asked for (option `address_family`).")),

    # What this host lacks, and what nobody foresaw.
    Row(kind="local", text=r"^[0-9a-f]{0,4}:[0-9a-f:.]{1,40}\S{0,20} port \d{1,5}: .{0,20}"
        "(unreachable|no route|assign)|family not supported", then=(NO_IPV6,)),
    Row(kind="local", text="unreachable|no route|network is down", then=(ROUTE,)),
    Row(kind="local", text="^source_address: |assign|address not available", then=(SOURCE,)),
    Row(kind="local", text="permi(tted|ssion)|prohibited|invalid argument", then=(FORBIDDEN_HERE,)),
    Row(kind="local", text="open files|files? table", then=(
        ("Raise the limit of open files on this host (`ulimit -n`, `LimitNOFILE`), or probe fewer"
         " servers at once (`concurrency`)."),)),
    Row(kind="local", text="new thread|memory|buffer space|temporarily unavailable", then=(
        ("Free memory and processes on this host (`free`, `ulimit -u`, `pids.max` of a container),"
         " or probe fewer servers at once (`concurrency`)."),)),
    Row(kind="local", text="the library|no module named|cannot import", then=(
        ("Install the library that is named (dnspython for `mx` and `dane`) on this very host, for"
         " the Python that runs the module there (`ansible_python_interpreter`)."),)),
    Row(kind="local", text="^tls|ssl module|prepare TLS", then=(
        ("Look at what TLS can do on this host: `python3 -c 'import ssl;"
         " print(ssl.OPENSSL_VERSION)'`, openssl.cnf, FIPS (`update-crypto-policies --show`)."),)),
    Row(kind="local", text="passphrase", then=(
        ("Give the module a key without a passphrase, as nobody can be asked for one: `openssl pkey"
         " -in KEY -out FILE`, readable by the user of the probe alone."),)),
    Row(kind="local", text=r"^(ca_path|client_cert|client_key|message\.src): ", then=(
        ("Put the file that the option names on this very host, in PEM where it is a certificate or"
         " a key, and readable by the user that Ansible becomes there."),)),
    Row(kind="local", text="^/.{0,300}: (no such file|not a directory|file name)", then=(
        ("Check the path of `socket` on this host (`ss -xl`): no socket is there. The service may"
         " not run, or a chroot has another root (Postfix's is `queue_directory`)."),)),
    Row(kind="local", text="look up", then=(
        ("Check this host's resolver and its limits: /etc/resolv.conf, /etc/nsswitch.conf, open"
         " files (`ulimit -n`). The look-up could not begin."),)),
    Row(kind="local", then=(
        ("Mend it on this host, or probe from another one: the reason given is this host's own, and"
         " says nothing about the server."),)),
    Row(kind="internal", then=(
        ("Report it to the maintainers of the collection mailops.smtp, with this text and the"
         " transcript (secrets are masked in it): the module failed, and not the server."),
        ("Run this dialogue once more, alone and with `-vvv`, to see whether it fails in the same"
         " way. What it says of the server so far stands in the transcript."))),

    Row(kind="connect", text="refused", then=(
        ("Check on the server that the mail service runs and listens on this address, not only on"
         " loopback (`ss -ltnp`): Postfix `inet_interfaces` and master.cf, Exim"
         " `local_interfaces`."), PORT,
        ("Look for a firewall that rejects with a reset or port-unreachable (`nft list ruleset`),"
         " and for a load balancer with no healthy server behind it."))),
    Row(kind="connect", text="unreachable|no route|host is down", then=(
        ("Check the route from here (`ip route get ADDRESS`) and the one back from the server:"
         " gateway, VLAN, VPN, and whether the server is up."),
        ("Look for a firewall that rejects as prohibited (the default of firewalld): to this host"
         " that looks like a missing route."),
        "Set `address_family: ipv4` where the name has an IPv6 address and this host no IPv6.")),
    # Over IPv6 a rejection as prohibited is EACCES, over IPv4 it is EHOSTUNREACH.
    Row(kind="connect", text="permi(tted|ssion)|prohibited|invalid argument", then=(
        FORBIDDEN_HERE,
        "Over IPv6, look for a firewall on the way that rejects as prohibited, too.")),
    Row(kind="connect", text="assign|address not available", then=(SOURCE,)),

    Row(stage="connect", kind="timeout", text="^(?!no answer to the TLS)", then=(
        ("Look for a firewall or security group that drops what this segment sends to the server's"
         " port; try other ports and other hosts (`nc -vz ADDRESS PORT`)."),)),
    Row(stage="connect", kind="timeout", text=r"port 25\b", then=(
        ("Check whether outgoing port 25 is filtered, as many cloud and access providers do by"
         " default. Have it opened, or use a relay on port 587 or 465."),)),
    Row(stage="connect", kind="timeout", text="^(?!no answer to the TLS)", then=(
        ("Capture on the server (`tcpdump -ni any tcp port PORT`): without a SYN the way there is"
         " blocked, with one the way back."),
        "Check that the address is right and the server up: stale DNS, a moved virtual address.")),
    Row(stage="greeting", kind="timeout", then=(TLS_PORT, PROXY, SLOW_GREETING)),
    Row(stage="helo", kind="timeout", then=(
        "Check the server's DNS: many look up the HELO name and this host's reverse name now.",
        MIDDLEBOX)),
    Row(stage="mail_from rcpt_to data", kind="timeout", then=(SLOW_CHECKS,)),
    Row(stage="message", kind="timeout", then=(TWICE, SLOW_SCAN, MTU)),

    # Where the PROXY header stays out, a Postfix before 3.5 closes without a word.
    Row(stage="greeting", kind="disconnect", then=(
        ("Check what listens there: a load balancer with no healthy server, a TCP wrapper, or a"
         " service that crashes takes a connection and closes it like this."),
        CLIENT_DENIED, PROXY, TLS_PORT)),
    Row(stage="message", kind="disconnect", then=(
        TWICE,
        ("Look for what hung up in the middle of the message: a content filter, a virus gateway, a"
         " crash in the server's log, a size limit that is enforced by closing."),
        SIZE, MTU)),
    Row(kind="disconnect", then=(
        ("Read the server's log of this moment: a crash, a `drop` rule, too many errors or fail2ban"
         " end a session without a reply."), MIDDLEBOX)),

    # What came was not SMTP, or not what was to come.
    Row(kind="protocol", text=r"\\x1[4567]\\x03", then=(TLS_PORT,)),
    Row(kind="protocol", text=r"\bSSH-\d|\bHTTP/\d|<html|\+OK|\* OK", then=(
        ("Correct the port or the address: what answers is no mail server but speaks SSH, HTTP,"
         " POP3 or IMAP, or is a captive portal."), PORT)),
    Row(kind="protocol", text="differing|more than one", then=(
        ("Capture the replies (`tcpdump -X`): one reply has one code on all its lines (RFC 5321"
         " section 4.2.1), one command one reply. A proxy or a filter has lost count."),)),
    Row(stage="greeting helo", kind="protocol", text="differing|more than one", then=(PROXY_SENT,)),
    Row(kind="protocol", text=r"more than \d", then=(
        ("Look at what comes (`nc ADDRESS PORT`): no mail server answers at such length, so another"
         " service listens there, or one that floods its clients."),)),
    Row(stage="data", kind="protocol", then=(
        ("Mend or bypass what answers DATA with anything but 354 (RFC 5321 section 4.3.2): a filter"
         " or proxy that lost count of its replies. The message was not sent."),)),
    Row(kind="protocol", then=(
        ("Read the transcript from the greeting on: the first line that is out of place tells"
         " whether it is the wrong service, a proxy, or a broken server."), MIDDLEBOX)),

    Row(stage="connect", kind="expectation", text="^(connected|$)", then=(
        ("Check that the block is in force on this path: the rule is loaded and counts (`nft list"
         " ruleset`, `iptables -nvL`), none before it accepts, and it covers IPv6."),
        "Check that the block is meant for this host, by its source address and segment.")),
    Row(stage="connect", kind="expectation", text="max_seconds", then=(
        "Look for lost packets (`mtr ADDRESS`) and for addresses of the name that are dead.",)),
    Row(stage="greeting helo", kind="expectation", text="max_seconds", then=(SLOW_GREETING,)),
    Row(stage="mail_from rcpt_to data", kind="expectation", text="max_seconds",
        then=(SLOW_CHECKS,)),
    Row(stage="message", kind="expectation", text="max_seconds", then=(SLOW_SCAN,)),
    Row(kind="expectation", text="does not offer", then=(EXTENSIONS,)),
    Row(kind="expectation", text="does not offer .{0,99}STARTTLS", then=(STARTTLS_ON, STRIPPED)),
    Row(kind="expectation", text="forbidden", then=(
        ("Switch the capability off for this listener (Postfix `smtpd_discard_ehlo_keywords`,"
         " `smtpd_tls_auth_only` for AUTH in plain text, Exim `..._advertise_hosts`)."),)),
    Row(kind="expectation", text="ended before", then=(
        ("Let the dialogue get there (`stop_after`, `message`, an earlier refusal that was"
         " expected), or expect nothing of that stage."),)),
    # RFC 5321 section 3.4: accepted, and forwarded to another address.
    Row(kind="expectation", code="251", then=(
        "Expect 2xx, or probe with the address that the server forwards to: 251 accepts.",)),
    Row(stage="mail_from rcpt_to", kind="expectation", code="250 251 252", then=(
        ("Check why the server takes what it was expected to refuse: this host may be trusted, the"
         " domain local, or the change not loaded (`postconf -n`, `postfix reload`)."),
        ("Treat it as an open relay, and close that first, where neither this host nor the"
         " recipient's domain is one for the server to serve."))),

    Row(kind="unsupported", text="smtputf8", then=(
        ("Switch SMTPUTF8 on (Postfix `smtputf8_enable`, Exim `smtputf8_advertise_hosts`), or use"
         " ASCII addresses, the domain in its xn-- form."),)),
    Row(kind="unsupported", text=r"\b(DSN|8BITMIME|SIZE)\b", then=(
        ("Switch the extension on: Exim `dsn_advertise_hosts` and `accept_8bitmime`; Postfix offers"
         " DSN, 8BITMIME and SIZE unless `smtpd_discard_ehlo_keywords` has them."),)),
    Row(kind="unsupported", then=(
        EXTENSIONS,
        "Use `protocol: esmtp`: after HELO, asked for or fallen back to, there are no extensions.",
        "Leave out what asks for the extension, where the test does not need it.")),

    # 3. Texts, where the codes leave the cause open.
    # A blocklist that answers 127.255.255.x, or says so in words, has refused to answer. Spamhaus
    # links to /returnc/, URIBL to refused.shtml, SURBL to /blocked.
    Row(kind=REFUSED, enhanced=OPEN, text=r"open resolver|public resolver|127\.255\.255\."
        r"|/returnc/|query refused|refused\.shtml|surbl\.org/blocked|excessive number of quer"
        "|(blocked|listed).{0,99}(quer(y|ies) (limit|refus)|over quota|rate limit)",
        then=(LIST_REFUSED, LIST_ANSWERS)),
    Row(kind=REFUSED, enhanced=OPEN, text=r"sorbs\.net|njabl\.org|list\.dsbl|spamcannibal"
        r"|dnsbl\.ahbl|relays\.ordb|bl\.orbs|dnsbl\.inps", then=(LIST_ENDED,)),
    Row(stage=NOT_YET, kind=REFUSED, enhanced=OPEN, text="starttls|encryption|tls .{0,9}required"
        "|use tls", then=(USE_TLS,)),
    Row(stage=NOT_YET, kind=REFUSED, enhanced=OPEN, text="authenti(cation|fication) (is )?requi"
        r"|log ?in\b|not logged|must auth|authenticate first|not authenticated|smtp auth",
        then=(LOG_IN,)),
    Row(stage=NOT_YET, code="530", enhanced="X.7.1", then=(ANONYMOUS,)),
    Row(kind=REFUSED, enhanced=OPEN, text=r"\bgcdp\b", then=(
        ("Look for the rule in the Google Admin console of the recipient's domain (Gmail,"
         " compliance and routing): the customer's own policy refused, not Google's."),)),

    # How much comes, of whom. An account is counted by itself, a client by its address.
    Row(kind=REFUSED, enhanced=OPEN + " X.4.5 X.4.6", text="(daily|hourly|monthly|maximum) .{0,20}"
        "(quota|limit|rate|credits)|credits exceeded|sending (quota|limit)|submission quota"
        "|(account|tenant|subscription).{0,40}(limit|quota|threshold|exceed)"
        "|unusual sending activity|smtp relay limit", then=(ACCOUNT_QUOTA,)),
    Row(kind=REFUSED, enhanced="X.2.1 X.2.0", text="receiving mail (too|at)|mailbox.{0,9}limit"
        "|rate that prevents", then=(RECIPIENT_RATE,)),
    Row(kind=REFUSED, enhanced=OPEN, text="too many ((errors|spams?) from (your|this)"
        "|(invalid|bad|unknown) (recipients|users|addresses))", then=(PAST_ERRORS, FLEET)),
    Row(kind=REFUSED, enhanced=OPEN, text="too many (syntax|bad (com|auth)|un|non|errors?$)", then=(
        "Mend the first refusal of this dialogue: the server only counts how many there were.",)),
    Row(kind=REFUSED, enhanced=OPEN + " X.4.5", text="too (many|much) (e-?mails|messages|mail (?!d)"
        "|connections|concurrent|simultaneous|sessions|requests)|too (fast|quickly|frequent)"
        "|rate.?limit|unusual rate|(sending|message|connection) rate|throttl|slow down"
        "|per (second|minute|hour)|(excessive|unexpected) volume|trop de connexions"
        "|number of (concurrent )?(connections|sessions)|permitted limits", then=(FLEET, LIMITS)),

    # Who comes: the address, its name, its country. A domain's reputation is another matter.
    Row(kind=REFUSED, enhanced=OPEN, text="reputation of the sending domain|dbl.spamhaus"
        r"|(sender|domain).{0,40}(listed|present) (in|on|by) |\bdbl\b|(uri|sur)bl\b",
        then=(DOMAIN_REPUTATION,)),
    # Some put a blocklist of their own in front of their greylist.
    Row(kind="transient", enhanced=OPEN, text="gr[ae]y-?list", then=(GREYLIST,)),
    Row(kind=REFUSED, enhanced=OPEN + " X.2.1 X.5.4", text=r"blocked using|bl(ack|ock)[ -]?list"
        r"|dnsbl|\brbl\b|spamhaus|reputation|banned|listed (at|by|in|on)|found (in|on) |barracuda"
        r"|cloudmark|proofpoint\.com|spamcop|permanently deferred|_is_blocked|spammer|bad ip"
        r"|\b(ip|host|address)\b.{0,40}(blocked|bloque)|blocked for (spam|abuse)",
        then=(BLOCKLIST,)),
    # X.7.7 is a failed integrity check (RFC 3463 section 3.8); reverse DNS, if the text says so.
    # Google has 4.7.23 for it, which is SPF in the registry.
    Row(kind=REFUSED, enhanced=OPEN + " X.7.7 X.7.23", text=r"reverse|\bptr\b|\br?dns (fail|check)"
        "|rdns|your host ?name|name lookup|dynamic ip", then=(REVERSE_DNS,)),
    Row(kind=REFUSED, enhanced=OPEN, text="(over|support|meet|process) ipv6", then=(IPV4_ONLY,)),
    Row(kind=REFUSED, enhanced=OPEN, text="white ?list|allow.?list|allowed to connect|your access"
        "|access from", then=(CLIENT_DENIED,)),
    Row(stage="helo mail_from rcpt_to", code="421 451 550 553", enhanced=VAGUE, text=r"\bgsmtp\b",
        then=(GOOGLE_RELAY,)),

    # What for: relaying, and the names in the envelope.
    # Zoho says "relay" of a sender that the login does not own.
    Row(kind=REFUSED, enhanced=OPEN, text="relay.{0,9} disallowed as|sender is not allowed to relay"
        "|from not owned", then=(SENDER_RIGHTS, LOG_IN)),
    Row(kind=REFUSED, enhanced=OPEN, text="(not|un).?verified|verified sender"
        "|authorized recipients|not allowed to send: ", then=(VERIFIED_SENDER,)),
    Row(kind=REFUSED, enhanced=OPEN, text=r"relay\w{0,3} (access |is )?(denied|not\b|prohibited"
        r"|disallowed)|(to|for) relay\b|rcpthosts", then=(RELAY, LOG_IN, LOCAL_DOMAINS)),
    # Postfix keeps its refusal of HELO for RCPT, unless `smtpd_delay_reject` is off.
    Row(kind=REFUSED, enhanced=OPEN + " X.5.2", text=r"\b(helo|ehlo)\b", then=(HELO,)),
    Row(kind=REFUSED, enhanced=OPEN, text="(spf|dkim) (or|and) (spf|dkim)|is unauthenticated"
        "|authentication (checks|level|requirements)|accepted for policy reasons",
        then=(ALIGNED, SENT_FROM)),
    # Google has X.7.27 for SPF, which is a null MX in the registry.
    Row(kind=REFUSED, enhanced=OPEN + " X.7.27", text=r"\bspf\b", then=(SENT_FROM,)),
    Row(kind=REFUSED, enhanced=OPEN + " X.7.30", text=r"\b(dmarc|dkim)\b", then=(ALIGNED,)),
    Row(kind=REFUSED, enhanced=OPEN, text="spoof|forged|forgery", then=(
        OWN_DOMAIN, RECIPIENT_POLICY)),
    Row(kind=REFUSED, enhanced=OPEN, text="envelope (blocked|rejected)|blocked senders"
        "|custom(er)? block|rejected by recipient|geoip|geographical|network,? not allowed"
        r"|transport\.rules|organization policy", then=(RECIPIENT_POLICY,)),
    Row(kind=REFUSED, enhanced=OPEN, text="(sender|from).{0,60}(not exist|not found|unresolvable"
        "|resolve)|unresolvable|domain of sender|invalid sender", then=(SENDER_DOMAIN,)),
    # Microsoft 365 has 5.1.8 for an account that it has stopped.
    Row(kind=REFUSED, enhanced="X.1.8", text="outbound", then=(ACCOUNT_BANNED,)),
    Row(kind=REFUSED, enhanced=OPEN, text=r"\b(sender|send as)\b",
        then=(SENDER_RIGHTS, SENDER_DOMAIN)),
    Row(kind="permanent", enhanced=OPEN, text="client (host|address)|your (ip|host|address)",
        then=(CLIENT_DENIED,)),
    Row(stage="rcpt_to message", kind=REFUSED, enhanced=OPEN, text="no such (user|recipient|mail)"
        "|unknown (user|recipient)|user (unknown|not found|doesn)|unroute?able"
        "|mailbox (not|unavail|does)|(invalid|unknown|illegal) (recipient|alias|mailbox)"
        "|recipient (not found|unknown|invalid)|not a valid (recipient|mailbox|user)"
        "|account .{0,40}not exist|destinataire invalide", then=(USER,)),
    Row(stage="rcpt_to message", kind=REFUSED, enhanced=OPEN, text="(mailbox|account|address|user)"
        " (is |has been )?(disabled|inactive|suspended)|is no longer valid", then=(MAILBOX,)),
    Row(stage="rcpt_to message", kind=REFUSED, enhanced=OPEN, text="over ?quota|quota exceeded"
        "|out of storage|(mailbox|inbox|storage|disk|email).{0,20}(full|quota)|boite .{0,20}pleine",
        then=(FULL,)),
    Row(stage="rcpt_to data message", kind=REFUSED, enhanced=OPEN, text="too many recipients"
        "(?!.{0,20}(hour|day|minute))", then=(RECIPIENTS,)),
    Row(stage="message", kind=REFUSED, enhanced=OPEN, text=r"too many hops|hop count|\bloop",
        then=(LOOP,)),
    Row(stage="data message", kind=REFUSED, enhanced=OPEN, text="virus|malware|attachment|spam"
        "|security issue|security polic", then=(CONTENT,)),
    Row(stage="data message", kind=REFUSED, enhanced=OPEN, text="rfc.{0,9}compliant"
        "|(from|date|message-id|subject):? header|missing .{0,20}header|blank from"
        "|multiple address", then=(HEADERS,)),

    # How this side speaks.
    Row(kind="permanent", enhanced=OPEN + " X.5.1", text="synchroni|protocol error|pipelin",
        then=(EARLY,)),
    # Exim on a PROXY header where it waits for none, and Haraka on one from a host unknown.
    Row(stage="greeting", kind="permanent", enhanced=OPEN, text="synchroni", then=(PROXY_SENT,)),
    # Nothing but the header comes before the greeting: Postfix's postscreen takes it for a command.
    Row(stage="greeting", code="500 502 503", then=(PROXY_SENT,)),
    Row(kind=REFUSED, enhanced=OPEN, text="proxy not allowed", then=(PROXY_SENT,)),
    Row(kind=REFUSED, enhanced=OPEN + " X.3.2", text=r"\bproxy\b", then=(PROXY,)),
    Row(kind=REFUSED, enhanced=OPEN, text="client certificate", then=(CLIENT_CERTIFICATE,)),
    # RFC 3463 section 3.5 has X.4.2 for a bad connection; Exchange has it for `MessageRateLimit`.
    Row(kind="transient", enhanced="X.4.2", text="time ?out|timed out", then=(
        ("Find where the time went, as the server waited for this host: a gap in the transcript,"
         " lost packets, or a proxy that holds data back."),)),
    Row(kind="transient", enhanced=OPEN + " X.2.1 X.3.2 X.4.2 X.4.5",
        text=r"too (many|much|fast|quickly)|\brate\b|limit|throttl|busy|exceed|concurrent",
        then=(FLEET, LIMITS)),
    # Mimecast says it of a client that it sees for the first time.
    Row(kind="transient", enhanced=OPEN, text="gr[ae]y|internal resources are temp", then=(
        GREYLIST,)),
    # A provider that refuses an address often says where to ask about it.
    Row(kind=REFUSED, enhanced=OPEN + " X.2.1", text=r"(\bips?\b|\bhosts?\b|reputation|black"
        "|block ?list|banned|listed|blocked - see).{0,300}(https?://|contact|postmaster)",
        then=(POSTMASTER,)),

    # 4. Enhanced codes that name a cause.
    Row(enhanced="X.7.57", then=(
        ("Log in to Microsoft 365 (port 587, SMTP AUTH allowed for the mailbox), or send to the"
         " tenant's own MX on port 25 with a connector for this host's public address."),
        ANONYMOUS, USE_TLS)),
    Row(enhanced="X.7.64", then=(
        ("Compare the inbound connector in Microsoft 365 with what Microsoft sees: this host's"
         " public address, or the name in the TLS certificate that is sent, must be its."),
        "Check that the sender's domain is an accepted domain of the tenant with that connector.")),
    Row(enhanced="X.7.501 X.7.502 X.7.503", then=(ACCOUNT_BANNED,)),
    Row(enhanced="X.7.504 X.7.505", then=(USER,)),
    Row(enhanced="X.7.506", then=(HELO,)),
    Row(enhanced="X.7.507 X.7.513", then=(RECIPIENT_POLICY, BLOCKLIST)),
    Row(enhanced="X.7.508", then=(FLEET, IPV4_ONLY)),
    Row(enhanced="X.7.509 X.7.515", then=(ALIGNED, SENT_FROM)),
    Row(enhanced="X.7.510", then=(IPV4_ONLY,)),
    Row(enhanced="X.7.511 " + MICROSOFT_BANNED, then=(BLOCKLIST, DELIST)),
    Row(enhanced="X.7.512", then=(HEADERS,)),
    Row(enhanced="X.7.520", then=(
        ("Allow external forwarding in the outbound spam policy of the tenant that forwards, or"
         " probe with an address that is not forwarded out of it."),)),
    Row(kind="transient", enhanced="X.7.650 X.7.651 X.7.652", then=(FLEET, BLOCKLIST, DELIST)),
    Row(enhanced="X.7.703", then=(
        ("Take the recipient, or its domain, out of the Tenant Allow/Block List of the tenant that"
         " sends: what is blocked there can be neither sent to nor received from."),)),
    Row(kind="permanent", enhanced="X.7.708", then=(ACCOUNT_BANNED, BLOCKLIST)),
    Row(kind="permanent", enhanced=MICROSOFT_TENANT, then=(ACCOUNT_BANNED, ACCOUNT_QUOTA)),
    Row(enhanced="X.7.750", then=(REGISTERED_DOMAIN, ACCOUNT_BANNED)),
    Row(enhanced="X.7.800", then=(DOMAIN_REPUTATION, ACCOUNT_BANNED)),
    Row(kind="transient", enhanced=MICROSOFT_DEFERS, then=(FLEET, BLOCKLIST)),
    Row(enhanced=MICROSOFT, then=(
        ("Look the code up in Microsoft's list of non-delivery reports in Exchange Online: from"
         " X.7.500 on they are its own, on the address, account, tenant or domain it sees."),)),
    Row(enhanced="X.7.124 X.7.129 X.7.133 X.7.134 X.7.135 X.7.136",
        then=(RECIPIENT_POLICY, LOG_IN)),
    Row(enhanced="X.7.232 X.7.233 X.1.90", then=(ACCOUNT_QUOTA,)),
    Row(enhanced="X.2.121 X.2.122", then=(RECIPIENT_RATE,)),
    Row(enhanced="X.7.54", then=(RELAY, LOG_IN, LOCAL_DOMAINS)),
    Row(enhanced="X.7.60", then=(SENDER_RIGHTS, LOG_IN)),
    Row(enhanced="X.7.10", then=(USE_TLS,)),
    # Orange and La Poste have it for a full mailbox, too.
    Row(stage="rcpt_to message", code="552", enhanced="X.1.1", then=(FULL,)),
    Row(enhanced="X.1.1 X.1.6", then=(USER,)),
    # To Microsoft 365 both mean a recipient that the tenant does not know.
    Row(stage="rcpt_to", code="550", enhanced="X.1.10 X.4.1", then=(USER, LOCAL_DOMAINS)),
    Row(enhanced="X.1.10 X.7.27", then=(NO_MAIL_DOMAIN,)),
    Row(enhanced="X.1.2", then=(
        "Check the recipient's domain: spelling, and `dig MX DOMAIN` on the server.",
        LOCAL_DOMAINS)),
    Row(enhanced="X.1.3 X.1.7", then=(ADDRESS_SYNTAX,)),
    # Postfix says 450 also of a domain that is not there (`unknown_address_reject_code`).
    Row(enhanced="X.1.8", then=(SENDER_DOMAIN,)),
    Row(kind="transient", enhanced="X.1.8", then=(LOOK_UPS,)),
    Row(enhanced="X.2.1", then=(MAILBOX,)),
    Row(enhanced="X.2.2", then=(FULL,)),
    Row(enhanced="X.2.3 X.3.4", then=(SIZE,)),
    Row(enhanced="X.3.1", then=(STORAGE,)),
    # postscreen: for now to clients that it still tests, for good to those on its deny list.
    # Postfix's postscreen, once a client has passed its deep protocol tests.
    Row(stage="rcpt_to", code="450", enhanced="X.3.2", then=(
        ("Try again at once from the same address (`retries: 1`): postscreen refuses whom it"
         " sees for the first time, and knows it afterwards."), GREYLIST)),
    Row(stage="rcpt_to", kind="transient", enhanced="X.3.2", then=(GREYLIST,)),
    Row(kind="permanent", enhanced="X.3.2", then=(CLIENT_DENIED,)),
    # Postfix, some seconds after the PROXY header should have come.
    Row(stage="greeting", code="421", enhanced="X.3.0", then=(PROXY,)),
    Row(enhanced="X.3.0 X.3.5 X.4.3 X.4.4", then=(LOOK_UPS, HEALTH)),
    Row(enhanced="X.4.6 X.4.14", then=(LOOP,)),
    Row(enhanced="X.5.3", then=(RECIPIENTS,)),
    Row(enhanced="X.6.7", then=(
        "Use ASCII addresses, or a server that offers SMTPUTF8 and a way onwards that does.",)),
    Row(enhanced="X.7.23 X.7.24", then=(SENT_FROM,)),
    # Google has X.7.32 and X.7.40 for a From that is not aligned, and for no DMARC record.
    Row(enhanced="X.7.20 X.7.21 X.7.22 X.7.32 X.7.40", then=(ALIGNED,)),
    # More than one check failed (RFC 7372); Google says it of mail that neither SPF nor DKIM vouch
    # for, and of DMARC.
    Row(enhanced="X.7.26", then=(ALIGNED, SENT_FROM)),
    Row(enhanced="X.7.25", then=(REVERSE_DNS, HELO)),
    Row(enhanced="X.7.28", then=(FLEET, LIMITS)),

    # 5. Reply codes.
    # Where the PROXY header stays out, postscreen answers 421 4.3.2, and Haraka a bare 421.
    Row(stage="greeting", code="421", enhanced="- X.3.2", then=(FLEET, LIMITS, PROXY)),
    Row(stage="helo mail_from", code="421", then=(FLEET, LIMITS, HELO)),
    Row(code="421", then=(FLEET, LIMITS, HEALTH)),
    # Postfix by default ends `smtpd_relay_restrictions` with `defer_unauth_destination`.
    Row(stage="rcpt_to", code="454", enhanced=VAGUE, then=(RELAY, LOG_IN, LOCAL_DOMAINS)),
    Row(stage="mail_from rcpt_to message", code="450 451", enhanced=VAGUE + " X.2.0",
        then=(GREYLIST,)),
    Row(stage="helo mail_from rcpt_to", code="450", enhanced=VAGUE, then=(REVERSE_DNS,)),
    Row(stage="message", code="450 451", enhanced=VAGUE, then=(SLOW_SCAN,)),
    Row(code="450 451", enhanced=VAGUE, then=(LOOK_UPS,)),
    # RFC 5321 section 4.5.3.1.10: too many recipients are 452, and were 552 to older servers.
    Row(stage="rcpt_to", code="452", enhanced=VAGUE, then=(RECIPIENTS, STORAGE, FULL)),
    Row(code="452", enhanced=VAGUE, then=(STORAGE,)),
    Row(stage="helo", code="500 502", then=(
        "Try `protocol: smtp`: an old server or a firewall may know HELO and not EHLO.", MIDDLEBOX,
        "Check that it is a mail server: FTP and others greet with 220 too.")),
    Row(code="500 502", then=(
        "Check that the command is switched on for this listener.", MIDDLEBOX)),
    Row(stage="helo", code="501 504", then=(HELO,)),
    Row(code="504", text="(sender|recipient) address", then=(ADDRESS_SYNTAX,)),
    Row(stage="mail_from rcpt_to", code="504", then=(HELO, ADDRESS_SYNTAX)),
    Row(stage="mail_from rcpt_to", code="501", enhanced="- X.0.0 X.5.0 X.5.2 X.5.4",
        then=(ADDRESS_SYNTAX, PARAMETERS)),
    Row(stage="data", code="503 554", enhanced="- X.5.0 X.5.1", then=(
        "Read the replies to RCPT: DATA is refused when no recipient was accepted before it.",)),
    Row(code="503", then=(
        ("Read the reply before this one in the transcript: what the server wanted first (HELO,"
         " STARTTLS, AUTH, MAIL) was left out, refused, or swallowed on the way."), EARLY)),
    # RFC 5321 section 3.1 and RFC 7504: a server may be there to take no mail.
    Row(stage="greeting", code="521 550 554", then=(
        CLIENT_DENIED, BLOCKLIST,
        "Check that this server is meant to take mail, and is not closed on purpose.",
        REVERSE_DNS)),
    # RFC 4954 section 6 for a login, RFC 3207 section 4 for TLS.
    Row(stage=NOT_YET, code="530", text="auth|log ?in", then=(LOG_IN,)),
    Row(stage=NOT_YET, code="530", then=(USE_TLS, LOG_IN)),
    Row(stage="helo", code="550 554", then=(HELO, CLIENT_DENIED, BLOCKLIST)),
    Row(stage="mail_from", code="550 553 554", enhanced=VAGUE,
        then=(SENDER_RIGHTS, SENDER_DOMAIN, LOG_IN, HELO)),
    Row(stage="rcpt_to", code="550", enhanced="X.1.0", then=(USER, SENDER_DOMAIN)),
    Row(stage="rcpt_to", code="550 554", enhanced="- X.0.0 X.5.0 X.7.0 X.7.1",
        then=(RELAY, LOG_IN, LOCAL_DOMAINS)),
    Row(stage="rcpt_to", code="550", enhanced="- X.0.0 X.5.0", then=(USER,)),
    Row(stage="rcpt_to", code="553", enhanced="X.7.0 X.7.1", then=(SENDER_RIGHTS, LOG_IN)),
    Row(stage="rcpt_to", code="553", enhanced="- X.0.0 X.5.0", then=(ADDRESS_SYNTAX, RELAY)),
    Row(stage="data message", code="550 554", enhanced=OPEN, then=(CONTENT, SENDER_RIGHTS)),
    Row(code="551", then=(
        ("Send to the address or server that the reply names: the recipient is not local, and this"
         " server does not forward (RFC 5321 section 3.4)."), LOCAL_DOMAINS, RELAY)),
    Row(stage="rcpt_to", code="552", enhanced=VAGUE, then=(FULL, RECIPIENTS)),
    Row(code="552", enhanced=VAGUE, then=(SIZE, FULL)),
    Row(code="555", then=(PARAMETERS,)),
    Row(code="556", then=(NO_MAIL_DOMAIN,)),

    # 6. The subject of the enhanced code (RFC 3463 section 3), and the kind.
    Row(kind=REFUSED, enhanced="X.1", then=(
        "Compare both addresses of the envelope, sender and recipient, with ones that work.",)),
    Row(kind=REFUSED, enhanced="X.3.1 X.3.2 X.3.3", then=(HEALTH,)),
    Row(kind=REFUSED, enhanced="X.4", then=(
        "Check the server's own way onwards: its DNS, its routes, and its next hop.",)),
    Row(kind="permanent", enhanced="X.5", then=(
        "Compare the refused command in the transcript with one that this server does take.",)),
    Row(kind=REFUSED, enhanced="X.6", then=(CONTENT,)),
    Row(kind="connect", then=(
        "Read the system's reason in the transcript, and try by hand: `nc -vz ADDRESS PORT`.",)),
    Row(kind="timeout", then=(
        ("Raise the time-out once (`connect_timeout`, `timeout`, `deadline`), to learn whether the"
         " answer comes late or never."),)),
    Row(kind="expectation", then=(
        ("Compare `replies` and `capabilities` with what was expected; where the server is right,"
         " correct the expectation."),)),
    Row(kind=REFUSED, then=(
        ("Find this dialogue in the server's log, by time and this host's address: it names the"
         " rule that decided. With Exim, `exim -bh ADDRESS` plays it again."),)),
    Row(kind="transient", then=(
        "Try again in some minutes (`retries`, `retry_delay`); treat hours of it as a refusal.",)),
)
# fmt: on

# For a kind that the table does not know.
ANY = "Read the transcript up to its last line, and the server's log of the same moment."


# The codes of which some row knows the cause without asking the text.
NAMED = frozenset(
    code
    for row in TABLE
    for code in row.enhanced.split()
    if not row.text and row.enhanced not in FAMILIES
)


def advise(
    stage: str, kind: str, code: int | None, enhanced_code: str | None, text: str
) -> list[str]:
    """Say what to check next after a failure, most likely cause first."""
    enhanced = _readings(enhanced_code)
    beginning = text[:_SEARCHED_CHARACTERS]
    advice: list[str] = []
    for row in TABLE:
        if (
            _holds(row.stage, {stage})
            and _holds(row.kind, {kind})
            and _holds(row.code, {str(code)})
            and _holds(row.enhanced, enhanced)
            and re.search(row.text, beginning, re.IGNORECASE)
        ):
            advice += [piece for piece in row.then if piece not in advice]
    return advice[:MOST] or [ANY]


def _readings(enhanced_code: str | None) -> set[str]:
    """Return an enhanced code in the words of the table: itself, its subject, its stand-in."""
    if not enhanced_code:
        return {"-"}
    registered = "X" + enhanced_code[1:]
    subject = registered.rpartition(".")[0]
    readings = {registered, subject}
    if registered not in NAMED:
        undefined = f"{subject}.0"
        readings.add(undefined if undefined in OPEN.split() else "X.0.0")
    return readings


def _holds(column: str, given: set[str]) -> bool:
    return not column or not given.isdisjoint(column.split())
