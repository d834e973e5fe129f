# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of mail servers that limit or refuse clients, from the servers' own commands.

Only settings of a list are returned. None of them has a secret.
"""

from __future__ import annotations

import re
import typing as t

from . import commands
from .commands import Unreadable
from .shown import shown

_MAX_BYTES = 1024 * 1024
_MAX_SETTINGS = 200
_SETTING = re.compile(r"\s*([\w./:-]{1,200})\s*=\s?(.*)")

_POSTFIX = re.compile(
    r"mynetworks(?:_style)?|mydestination|relay_domains|relay_recipient_maps|inet_interfaces"
    r"|inet_protocols|local_recipient_maps|virtual_(?:alias|mailbox)_(?:domains|maps)"
    r"|message_size_limit|mailbox_size_limit|queue_minfree|queue_directory|smtpd_\w+_restrictions"
    r"|smtpd_\w+_limit|smtpd_\w+_limit_exceptions|smtpd_delay_reject|smtpd_helo_required"
    r"|smtpd_peername_lookup|smtpd_timeout|smtpd_tls_\w+|smtpd_sasl_(?:auth_enable|type|path"
    r"|security_options|local_domain)|smtpd_milters|non_smtpd_milters|milter_\w+_timeout"
    r"|milter_default_action|smtpd_upstream_proxy_\w+|smtpd_authorized_\w+|smtpd_relay_\w+"
    r"|postscreen_\w+|default_process_limit|maxproc|soft_bounce|disable_dns_lookups"
    r"|smtpd_forbid_\w+|smtpd_reject_unlisted_\w+|smtpd_discard_\w+|maillog_file|syslog_name"
)
# What decides though it is seldom set.
_POSTFIX_DEFAULTS = (
    "mynetworks",
    "mydestination",
    "relay_domains",
    "inet_interfaces",
    "message_size_limit",
    "queue_directory",
    "smtpd_relay_restrictions",
    "smtpd_recipient_restrictions",
    "smtpd_client_connection_count_limit",
    "smtpd_client_connection_rate_limit",
    "smtpd_client_event_limit_exceptions",
    "default_process_limit",
)
_EXIM = re.compile(
    r"(?:acl_smtp_\w+|host_reject_connection|host_lookup|helo_\w+|message_size_limit"
    r"|recipients_max\w*|smtp_accept_\w+|smtp_enforce_sync|smtp_load_reserve|smtp_max_\w+"
    r"|smtp_ratelimit_\w+|smtp_receive_timeout|check_(?:spool|log)_\w+|hosts_proxy"
    r"|tls_(?:advertise_hosts|on_connect_ports|require_ciphers|verify_\w+|try_verify_hosts"
    r"|certificate)|auth_advertise_hosts|local_interfaces|daemon_smtp_ports|spool_directory"
    r"|log_file_path|log_selector|rfc1413_\w+|pipelining_\w+|queue_only_load\w*)"
)
_DOVECOT = re.compile(
    r"auth_mechanisms|disable_plaintext_auth|auth_allow_cleartext|login_trusted_networks"
    r"|haproxy_trusted_networks|ssl|ssl_min_protocol|ssl_cipher_list|submission_max_\w+"
    r"|mail_max_userip_connections|protocols|listen|default_(?:client|process)_limit"
)

# The commands of each server, with the names of the settings to take of what they print.
_COMMANDS: dict[str, tuple[tuple[tuple[str, ...], t.Pattern[str]], ...]] = {
    "postfix": (
        (("postconf", *_POSTFIX_DEFAULTS), _POSTFIX),
        (("postconf", "-n"), _POSTFIX),
        (("postconf", "-P"), _POSTFIX),
    ),
    "exim": ((("exim", "-bP"), _EXIM),),
    "dovecot": ((("doveconf", "-n"), _DOVECOT),),
}
# Debian has Exim under both names, or only the second.
_OTHER_NAMES = {"exim": "exim4"}


def read(server: str | None, until: float) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Return the settings by server, and the reasons why some could not be read.

    Without a server these are the settings of each whose command this host has.
    """
    found: dict[str, dict[str, str]] = {}
    problems = []
    for name in _COMMANDS if server is None else (server,):
        for arguments, wanted in _COMMANDS.get(name, ()):
            try:
                output = _output_of(arguments, until)
            except Unreadable as error:
                if server is not None or not error.is_missing:
                    problems.append(str(error))
                break
            settings = found.setdefault(name, {})
            for key, value in parse(output, wanted):
                if len(settings) < _MAX_SETTINGS:
                    settings[key] = value
    return found, problems


def parse(output: str, wanted: t.Pattern[str]) -> t.Iterator[tuple[str, str]]:
    """Yield the settings whose names fit. A setting of master.cf has its service before it.

    >>> list(parse("smtp/inet/smtpd_milters = inet:a:1", _POSTFIX))
    [('smtp/inet/smtpd_milters', 'inet:a:1')]
    """
    for line in output.splitlines():
        match = _SETTING.fullmatch(line[:10_000])
        if match is not None and wanted.fullmatch(match.group(1).rpartition("/")[2]):
            yield match.group(1), shown(match.group(2).strip())


def _output_of(arguments: t.Sequence[str], until: float) -> str:
    program = arguments[0]
    if program in _OTHER_NAMES and not _is_here(program):
        program = _OTHER_NAMES[program]
    return commands.output_of([program, *arguments[1:]], until, _MAX_BYTES)


def _is_here(program: str) -> bool:
    try:
        commands.path_of(program)
    except Unreadable:
        return False
    return True
