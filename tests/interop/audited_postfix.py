# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that are planted in Postfix, and its sound form. See `audited.Fault`.

`settings` are those of main.cf, but `service` and `port`, which are of the listener.
"""

from __future__ import annotations

import contextlib
import shutil
import string
import typing as t
from pathlib import Path

from ansible_collections.mailops.smtp.tests.interop import own_host, planted_servers, postfix
from ansible_collections.mailops.smtp.tests.interop.audited import PASSWORD, Fault
from ansible_collections.mailops.smtp.tests.interop.certificates import SERVER_NAME, Certificates
from ansible_collections.mailops.smtp.tests.interop.server import Server, await_listeners

if t.TYPE_CHECKING:
    from ansible_collections.mailops.smtp.tests.interop.audited import Place

HERE = Path(__file__).resolve().parent

ROOM = postfix.ROOM

# Strangers whose names are no mail server's, and senders of the domain that come from outside.
HELO = (
    "permit_mynetworks, reject_non_fqdn_helo_hostname, reject_invalid_helo_hostname,"
    " check_helo_access inline:{ {mx.example.test = REJECT} {localhost = REJECT}"
    " {localhost.localdomain = REJECT} }"
)
SENDERS = (
    "permit_mynetworks, check_sender_access inline:{ {example.test = REJECT} },"
    " reject_non_fqdn_sender, reject_unknown_sender_domain"
)
MAILBOXES = "inline:{ {alice@example.test = x} }"
OWNERS = "inline:{ {alice@example.test = alice} {erin@example.test = erin} }"

# In what the sound forms differ from each other.
SOUND: dict[str, t.Mapping[str, str]] = {
    "mx": {
        "cleanup_service_name": "wary_cleanup",
        "smtpd_helo_restrictions": HELO,
        "smtpd_sender_restrictions": SENDERS,
        "smtpd_recipient_restrictions": "reject_non_fqdn_recipient",
    },
    "relay": {},
    "none": {},
    "submission": {
        "mynetworks": "127.0.0.0/8",
        "smtpd_tls_security_level": "encrypt",
        "smtpd_sasl_auth_enable": "yes",
        "smtpd_client_restrictions": "permit_sasl_authenticated, reject",
        "smtpd_sender_login_maps": OWNERS,
        "smtpd_sender_restrictions": "reject_sender_login_mismatch",
        "cleanup_service_name": "owner_cleanup",
    },
}

# The name of a server that has two addresses: a sound one, and one with a fault.
TWO_ADDRESSES = "two.example.test"
SECOND_ADDRESS = "Postfix: another address relays for everybody"

RELAY = "smtpd_relay_restrictions"

# Listeners that let hosts of the trusted network present another client, and the options of an
# audit that does so in the name of a stranger.
_STRANGER = f"{own_host.OUTSIDE}.7"
BY_ANOTHER: tuple[tuple[str, t.Mapping[str, str], t.Mapping[str, t.Any]], ...] = (
    (
        "XCLIENT",
        {"smtpd_authorized_xclient_hosts": f"{own_host.TRUSTED}.0/24"},
        {"xclient": {"ADDR": _STRANGER}},
    ),
    (
        "PROXY",
        {"smtpd_upstream_proxy_protocol": "haproxy"},
        {"proxy": {"version": 2, "source": _STRANGER}},
    ),
)

# What OpenSSL of today takes no more by itself.
WEAK = "@SECLEVEL=0"
UP_TO_12 = {
    "smtpd_tls_protocols": ">=TLSv1.2, <=TLSv1.2",
    "smtpd_tls_mandatory_protocols": ">=TLSv1.2, <=TLSv1.2",
}
RSA = "$folder/tls/rsa.key, $folder/tls/rsa.pem"


def _ciphers(words: str) -> dict[str, str]:
    """Return settings with these ciphers, in the words of OpenSSL."""
    return dict.fromkeys(("tls_medium_cipherlist", "tls_high_cipherlist"), f"{words}:{WEAK}")


def _from_version(version: str) -> dict[str, str]:
    """Return settings in which this version of TLS is the oldest."""
    names = ("smtpd_tls_protocols", "smtpd_tls_mandatory_protocols")
    return {**dict.fromkeys(names, f">={version}"), **_ciphers("ALL")}


def _before_the_relay_check(rule: str) -> dict[str, str]:
    """Return settings in which a rule permits what would be refused otherwise."""
    return {RELAY: f"permit_mynetworks, {rule}, reject_unauth_destination"}


def _recipients(pattern: str) -> dict[str, str]:
    """Return settings in which recipients that match may be relayed, and may have a route."""
    rule = f"check_recipient_access regexp:{{ {{ /{pattern}/ OK }} }}"
    return {
        **_before_the_relay_check(rule),
        "allow_untrusted_routing": "yes",
        "virtual_mailbox_maps": f"{MAILBOXES}, regexp:{{ {{ /{pattern}/ x }} }}",
    }


# fmt: off
FAULTS: tuple[Fault, ...] = (  # noqa: E128 - a table
    Fault("Postfix: everybody is in mynetworks", "relay-02", {"mynetworks": "0.0.0.0/0"},
        "relay"),
    Fault("Postfix: the IPv6 Internet is in mynetworks", "relay-02",
        {"mynetworks": "192.0.2.0/24, [::]/0"}, "relay", ipv6=True),
    Fault("Postfix: a permission comes before the relay check", "relay-02",
        _before_the_relay_check("check_client_access static:OK")),
    *(
        Fault(f"Postfix: a network of strangers may relay, by {name}", "relay-02",
            {**listener, "mynetworks": f"{own_host.TRUSTED}.0/24, {own_host.OUTSIDE}.0/24"},
            "relay", options={"source_address": f"{own_host.TRUSTED}.7", **options})
        for name, listener, options in BY_ANOTHER
    ),
    Fault("Postfix: it listens on a host that is no mail server", "pr-everyhost",
        {"smtpd_relay_restrictions": "reject"}, "none"),
    Fault("Postfix: bounces may be relayed", "relay-01",
        _before_the_relay_check("check_sender_access inline:{ {<> = OK} }")),
    Fault("Postfix: senders at the server's name may relay", "relay-03",
        _before_the_relay_check("check_sender_access inline:{ {mx.example.test = OK} }"), "relay"),
    Fault("Postfix: senders at address literals may relay", "relay-04",
        _before_the_relay_check(r"check_sender_access regexp:{ { /@\[/ OK } }"), "relay"),
    Fault("Postfix: senders of the own domain may relay", "relay-17",
        _before_the_relay_check("check_sender_access inline:{ {example.test = OK} }"), "relay"),
    Fault("Postfix: who says localhost may relay", "relay-22",
        _before_the_relay_check("check_helo_access inline:{ {localhost = OK} }"), "relay"),
    Fault("Postfix: who says the server's name may relay", "relay-22",
        _before_the_relay_check("check_helo_access inline:{ {mx.example.test = OK} }"), "relay"),
    Fault("Postfix: the percent hack relays, at an address literal", "relay-05",
        _recipients(r"%.*@\["), "relay"),
    Fault("Postfix: the percent hack relays, at the server's name", "relay-06",
        _recipients(r"%.*@mx"), "relay"),
    Fault("Postfix: the percent hack relays, at the own domain", "relay-18",
        _recipients(r"%.*@example\.test"), "relay"),
    Fault("Postfix: a recipient in quotes relays, at an address literal", "relay-10",
        _recipients(r"@.*@\["), "relay"),
    Fault("Postfix: a recipient in quotes relays, at the own domain", "relay-19",
        _recipients(r"@.*@example\.test"), "relay"),
    Fault("Postfix: a bang path relays, at the own domain", "relay-21",
        _recipients("!.*@example.test"), "relay"),
    Fault("Postfix: a bang path relays, at the server's name", "relay-16",
        _recipients("!.*@mx"), "relay"),
    Fault("Postfix: every client certificate may relay", "relay-27",
        {**_before_the_relay_check("permit_tls_all_clientcerts"), "smtpd_tls_ask_ccert": "yes",
            "smtpd_tls_CAfile": "$folder/tls/ca.pem"},
        "relay", options={"client_cert": "client"}),
    Fault("Postfix: subdomains of the own domain are relayed for", "relay-28",
        _before_the_relay_check("check_recipient_access inline:{ {example.test = OK} }"), "relay"),
    Fault("Postfix: another port relays for everybody", "relay-24",
        {"port": "2525",
            **_before_the_relay_check("check_client_access static:OK")}, "relay"),
    Fault("Postfix: strangers reach the port of LMTP", "pr-reinject",
        {"port": "24", "smtpd_relay_restrictions": "reject"}),
    Fault(SECOND_ADDRESS, "relay-23", {"mynetworks": "0.0.0.0/0"}, "relay",
        options={"host": TWO_ADDRESSES}),
    Fault("Postfix: it takes mail for unknown recipients", "relay-30",
        {"virtual_mailbox_maps": "", "smtpd_reject_unlisted_recipient": "no"}),
    Fault("Postfix: VRFY tells who has a mailbox", "cmd-vrfy", {"disable_vrfy_command": "no"}),
    Fault("Postfix: ETRN for everybody", "cmd-etrn", {"smtpd_etrn_restrictions": ""}),
    Fault("Postfix: XCLIENT for everybody", "pr-xclient",
        {"smtpd_authorized_xclient_hosts": "0.0.0.0/0"}),
    Fault("Postfix: XFORWARD for everybody", "pr-xforward",
        {"smtpd_authorized_xforward_hosts": "0.0.0.0/0"}),
    Fault("Postfix: mail without HELO", "helo-01", {"smtpd_helo_required": "no"}),
    Fault("Postfix: bare names in HELO", "helo-02",
        {"smtpd_helo_restrictions": HELO.replace("reject_non_fqdn_helo_hostname, ", "")}),
    Fault("Postfix: its own name in HELO", "helo-03",
        {"smtpd_helo_restrictions": HELO.replace("{mx.example.test = REJECT}", "")}),
    Fault("Postfix: localhost.localdomain in HELO", "helo-04",
        {"smtpd_helo_restrictions": HELO.replace("{localhost.localdomain = REJECT}", "")}),
    Fault("Postfix: the version in the greeting", "ban-version",
        {"smtpd_banner": "$$myhostname ESMTP $$mail_name $$mail_version"}),
    Fault("Postfix: an inner name in the greeting", "ban-inner",
        {"smtpd_banner": "mail01.corp.local ESMTP"}),
    Fault("Postfix: an inner address in the greeting", "ban-inner",
        {"smtpd_banner": "$$myhostname ESMTP [10.1.2.3]"}),
    Fault("Postfix: a bare name in the greeting", "ban-name", {"smtpd_banner": "mail ESMTP"}),
    Fault("Postfix: no postmaster", "enum-postmaster",
        {"virtual_mailbox_maps": "inline:{ {alice@example.test = x} {abuse@example.test = x} }",
         "double_bounce_sender": "bounces"}),
    Fault("Postfix: no abuse", "enum-abuse",
        {"virtual_mailbox_maps":
            "inline:{ {alice@example.test = x} {postmaster@example.test = x} }"}),
    Fault("Postfix: the own domain from outside", "sp-own",
        {"smtpd_sender_restrictions":
            "permit_mynetworks, reject_non_fqdn_sender, reject_unknown_sender_domain"}),
    Fault("Postfix: senders of domains that do not exist", "sp-nodomain",
        {"smtpd_sender_restrictions":
            SENDERS.replace(", reject_unknown_sender_domain", "")}),
    Fault("Postfix: no bounces are taken", "sp-null",
        {"smtpd_sender_restrictions":
            "check_sender_access inline:{ {<> = REJECT} {example.test = REJECT} }"}),
    Fault("Postfix: no limit on the size", "li-size", {"message_size_limit": "0"}),
    Fault("Postfix: a client that is silent for a moment", "li-idle", {"smtpd_timeout": "1s"}),
    Fault("Postfix: any number of errors", "cmd-flood", {"smtpd_hard_error_limit": "1000"}),
    Fault("Postfix: all mailboxes can be found", "enum-harvest",
        {"smtpd_hard_error_limit": "1000"}),
    Fault("Postfix: large messages are refused", "li-size-want", {"message_size_limit": "40000"},
        "relay"),
    Fault("Postfix: large messages of users are refused", "li-size-want-authed",
        {"message_size_limit": "40000"}, "submission", "authed"),
    Fault("Postfix: no limit on hops", "li-hops", {"hopcount_limit": "500",
        "cleanup_service_name": "patient_cleanup"}),
    Fault("Postfix: a bare LF ends a message", "sm-02", {"smtpd_forbid_bare_newline": "no"}),
    Fault("Postfix: bare LFs end a message", "sm-01", {"smtpd_forbid_bare_newline": "no"}),
    Fault("Postfix: a bare LF ends a message, in pieces", "sm-12",
        {"smtpd_forbid_bare_newline": "no"}),
    Fault("Postfix: clients that only send", "sy-nopipe",
        {"smtpd_forbid_unauth_pipelining": "no", "smtpd_data_restrictions": ""}),
    Fault("Postfix: no STARTTLS", "tls-offered", {"smtpd_tls_security_level": "none"}),
    Fault("Postfix: an expired certificate", "tls-cert",
        {"smtpd_tls_chain_files": "$folder/tls/expired.key, $folder/tls/expired.pem"},
        "submission"),
    Fault("Postfix: a certificate that nobody has issued", "tls-cert",
        {"smtpd_tls_chain_files": "$folder/tls/self_signed.key, $folder/tls/self_signed.pem"},
        "relay"),
    Fault("Postfix: TLS 1.0", "tls-floor", _from_version("TLSv1")),
    Fault("Postfix: TLS 1.1 for users", "tls-floor", _from_version("TLSv1.1"), "submission"),
    Fault("Postfix: no TLS 1.3", "tls-13", UP_TO_12),
    Fault("Postfix: no forward secrecy", "tls-fs",
        {**UP_TO_12, **_ciphers("kRSA"), "smtpd_tls_chain_files": RSA}),
    Fault("Postfix: no encryption within TLS", "tls-ciphers", _ciphers("eNULL:AES")),
    Fault("Postfix: TLS without a certificate", "tls-anonymous",
        {**_ciphers("aNULL:AES"), "smtpd_tls_exclude_ciphers": ""}, "relay"),
    Fault("Postfix: a small Diffie-Hellman group", "tls-dh",
        {**_ciphers("ALL"), "smtpd_tls_chain_files": RSA,
         "smtpd_tls_dh1024_param_file": "$folder/tls/dh1024.pem"}),
    Fault("Postfix: a second certificate, which has expired", "tls-cert-algs",
        {"smtpd_tls_chain_files": "$folder/tls/good.key, $folder/tls/good.pem,"
            " $folder/tls/expired_rsa.key, $folder/tls/expired_rsa.pem"}, "relay"),
    Fault("Postfix: a login in the clear", "tls-need-auth",
        {"smtpd_tls_auth_only": "no", "smtpd_tls_security_level": "may"}, "submission"),
    Fault("Postfix: mail of users in the clear", "tls-need-mail",
        {"smtpd_tls_security_level": "may", "smtpd_client_restrictions": "",
         "mynetworks": "0.0.0.0/0", "smtpd_sender_restrictions": ""}, "submission"),
    Fault("Postfix: a login where servers send", "auth-off-25", {"smtpd_sasl_auth_enable": "yes"}),
    Fault("Postfix: users need no login", "auth-needed",
        {"smtpd_client_restrictions": "", "smtpd_sender_restrictions": ""}, "submission"),
    Fault("Postfix: users send in the name of others", "auth-mismatch",
        {"smtpd_sender_restrictions": ""}, "submission", "authed"),
    Fault("Postfix: users write in the name of others", "auth-mismatch-from",
        {"cleanup_service_name": "cleanup"}, "submission", "authed"),
    Fault("Postfix: a bare LF ends a message of a user", "sm-authed",
        {"smtpd_forbid_bare_newline": "no"}, "submission", "authed"),
    Fault("Postfix: no STARTTLS for users", "tls-offered",
        {"smtpd_tls_security_level": "none", "smtpd_tls_auth_only": "no"}, "submission",
        "authed", {"tls": "never", "allow_plaintext_auth": True}),
)
# fmt: on


@contextlib.contextmanager
def start(folder: Path, certificates: Certificates, places: t.Sequence[Place]) -> t.Iterator[None]:
    """Run Postfix with all its files in the folder, and a Dovecot for its logins."""
    for name in ("etc", "spool", "data", "tls", "dovecot"):
        (folder / name).mkdir()
    copy_certificates(folder / "tls", certificates)
    values = {"folder": folder, "host_name": SERVER_NAME, "trusted": own_host.TRUSTED}
    main = string.Template((HERE / "audited_main.cf").read_text()).substitute(values)
    (folder / "etc" / "main.cf").write_text(main)
    services = "\n".join([*map(_listener, places), planted_servers.PROCESSES, PROCESSES])
    (folder / "etc" / "master.cf").write_text(string.Template(services).substitute(values))
    (folder / "dovecot" / "dovecot.conf").write_text(string.Template(LOGINS).substitute(values))
    (folder / "dovecot" / "users").write_text(f"alice:{{PLAIN}}{PASSWORD}\n")
    with ROOM.running(folder, "sh", "-euc", planted_servers.START, "sh", str(folder)):
        first = places[0]
        await_listeners(Server("Postfix", folder, {"smtp": first.port}), first.address)
        yield


PROCESSES = r"""
flush     unix  n       -       n       1000?   0       flush
wary_cleanup unix n     -       n      -      0       cleanup
  -o { header_checks = regexp:{ { /^From:.*@example\.(com|test)/ REJECT } } }
owner_cleanup unix n    -       n      -      0       cleanup
  -o { header_checks = regexp:{ { /^From:.*erin@/ REJECT } } }
patient_cleanup unix n  -       n      -      0       cleanup
  -o { hopcount_limit = 500 }
"""

# Dovecot knows the passwords, and listens nowhere.
LOGINS = """
base_dir = $folder/dovecot/run
state_dir = $folder/dovecot/state
log_path = /dev/stdout
protocols =
ssl = no
auth_mechanisms = plain login
auth_username_format = %Ln
passdb {
  driver = passwd-file
  args = $folder/dovecot/users
}
service auth {
  unix_listener $folder/auth.socket {
    mode = 0666
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""


SMALL_GROUP = """-----BEGIN DH PARAMETERS-----
MIGHAoGBAP3AAKhTEdjHRLGiz+uYggr8EZlSye5DiShHin1IvnaCpr6C+gze9Zps
+Wg4KzXb5Jx5OSQH3VokjbgFKnFXYIfOaeCUUorkk/mUBA6vIenVMAug3BHRjoWE
+SCIJoH43Oiv5ldR0BthS4SpMj/3SWUPM9y32BJzQHMaDemV8x7fAgEC
-----END DH PARAMETERS-----
"""


def copy_certificates(folder: Path, certificates: Certificates) -> None:
    """Copy the certificates to where a server has its own."""
    shutil.copy(str(certificates.ca), str(folder / "ca.pem"))
    for name in planted_servers.CERTIFICATES:
        pem = getattr(certificates, name)
        shutil.copy(str(pem.chain), str(folder / f"{name}.pem"))
        shutil.copy(str(pem.key), str(folder / f"{name}.key"))
    (folder / "dh1024.pem").write_text(SMALL_GROUP)


def _listener(place: Place) -> str:
    settings = {**SOUND[place.profile], **place.settings}
    other_port = settings.pop("port", None)
    lines = [_lines(place, place.port, settings if other_port is None else SOUND[place.profile])]
    if other_port is not None:
        lines.append(_lines(place, int(other_port), settings))
    return "\n".join(lines)


def _lines(place: Place, port: int, settings: t.Mapping[str, str]) -> str:
    address = f"[{place.address}]" if place.ipv6 else place.address
    head = f"{address}:{port} inet n - n - - smtpd"
    options = [f"  -o {{ {name} = {value} }}" for name, value in settings.items()]
    return "\n".join([head, f"  -o syslog_name=audited{place.number}", *options])
