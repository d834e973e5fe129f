# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a dialogue, each written once.

The table OPTIONS defines the argument spec of the module, how each value is read, which options
depend on the host, and which options have a variable in the role. A group of the plan (`plan.py`)
has a field with the name of the option. The documentation of the module says what an option means.
`consistency` checks an option against other options.
"""

from __future__ import annotations

import typing as t

from ..model import EXPECT_STAGES, STOP_STAGES
from ..wire import commands
from . import readers
from .readers import Reader, as_given, each
from .server_text import parse_domain, parse_name

Argument = t.Dict[str, t.Any]


class Option(t.NamedTuple):
    """One option of a dialogue.

    `argument` is its argument spec for AnsibleModule. `read` converts a value that the user gave to
    the value in the plan. `has_variable` is whether the role smtp_check has a variable for it.
    """

    argument: Argument
    read: Reader = as_given
    has_variable: bool = False


def _choice(*choices: str, default: str | None = None) -> Argument:
    argument: Argument = {"type": "str", "choices": list(choices)}
    return argument if default is None else {**argument, "default": default}


_BOOL: Argument = {"type": "bool", "default": False}
_FLOAT: Argument = {"type": "float"}
_INT: Argument = {"type": "int"}
_PATH: Argument = {"type": "path"}
_STR: Argument = {"type": "str"}
_STRINGS: Argument = {"type": "list", "elements": "str"}

_PROXY: Argument = {
    "type": "dict",
    "options": {
        "version": {"type": "int", "choices": [1, 2], "default": 1},
        "source": _STR,
        "source_port": _INT,
        "destination": _STR,
        "destination_port": _INT,
    },
}
_MESSAGE: Argument = {
    "type": "dict",
    "options": {
        "subject": _STR,
        "body": _STR,
        "headers": {"type": "dict"},
        "src": _PATH,
        "size": _INT,
    },
}
_EXPECT: Argument = {"type": "dict", "options": dict.fromkeys(EXPECT_STAGES, _STRINGS)}

_MECHANISMS = (
    "auto",
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
    "OAUTHBEARER",
)

OPTIONS: dict[str, Option] = {
    # The server. With `mx` or `every_address` a target becomes several dialogues.
    "host": Option(_STR, readers.read_host),
    "port": Option(_INT, readers.read_port, has_variable=True),
    "socket": Option(_PATH, readers.read_socket),
    "mx": Option(_STR, parse_domain),
    "every_address": Option(_BOOL),
    "address_family": Option(_choice("any", "ipv4", "ipv6", default="any")),
    # The client
    "source_address": Option(_STR),
    "helo": Option(_STR, commands.check_word, has_variable=True),
    "proxy": Option(_PROXY, readers.read_proxy),
    "xclient": Option({"type": "dict"}, readers.read_xclient),
    # TLS
    "tls": Option(
        _choice("opportunistic", "required", "implicit", "never", default="opportunistic"),
        has_variable=True,
    ),
    "validate_certs": Option({"type": "bool", "default": True}, has_variable=True),
    "ca_path": Option(_PATH, has_variable=True),
    "client_cert": Option(_PATH, has_variable=True),
    "client_key": Option(_PATH, has_variable=True),
    "tls_server_name": Option(_STR, parse_name),
    "tls_min_version": Option(_choice("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")),
    "tls_ciphers": Option(_STRINGS, tuple),
    "cert_min_days": Option(_INT, readers.read_days, has_variable=True),
    "dane": Option(_BOOL, has_variable=True),
    # The login
    "login_user": Option(_STR, has_variable=True),
    "login_password": Option({"type": "str", "no_log": True}, has_variable=True),
    "auth_mechanism": Option(_choice(*_MECHANISMS, default="auto"), has_variable=True),
    "allow_plaintext_auth": Option(_BOOL),
    # The envelope, and the message in it
    "mail_from": Option(_STR, commands.check_path, has_variable=True),
    "mail_parameters": Option(_STRINGS, each(commands.check_parameter)),
    "rcpt_to": Option(_STRINGS, each(commands.check_forward_path), has_variable=True),
    "rcpt_parameters": Option(_STRINGS, each(readers.read_rcpt_parameter)),
    "message": Option(_MESSAGE, readers.read_message, has_variable=True),
    # The steps
    "protocol": Option(_choice("esmtp", "smtp", "lmtp", default="esmtp")),
    "pipelining": Option(_BOOL),
    "chunking": Option(_BOOL),
    "stop_after": Option(_choice(*STOP_STAGES)),
    # What is expected
    "expect": Option(_EXPECT, readers.read_expect),
    "expect_capabilities": Option(_STRINGS, each(readers.read_capability)),
    "forbid_capabilities": Option(_STRINGS, each(readers.read_capability)),
    "max_seconds": Option(_FLOAT, readers.read_seconds),
    # The limits
    "connect_timeout": Option({**_FLOAT, "default": 10}, readers.read_seconds),
    "timeout": Option({**_FLOAT, "default": 30}, readers.read_seconds),
    "deadline": Option({**_FLOAT, "default": 120}, readers.read_seconds),
    "retries": Option({**_INT, "default": 0}, readers.read_retries),
    "retry_delay": Option({**_FLOAT, "default": 5}, readers.read_delay),
}

# The options of the task as a whole. Its targets cannot have them.
OPTIONS_OF_TASK: dict[str, Argument] = {
    "targets": {"type": "list", "elements": "raw"},
    "concurrency": {"type": "int", "default": 20},
    "per_server": {"type": "int", "default": 2},
}

# The options that name the server. A target with one of them does not inherit the others.
WAYS_TO_NAME_SERVER = ("host", "socket", "mx")


def dialogue_spec() -> dict[str, Argument]:
    """Return the argument spec of the options that a target can have."""
    return {name: option.argument for name, option in OPTIONS.items()}


def argument_spec() -> dict[str, Argument]:
    """Return the argument spec of the module."""
    return {**dialogue_spec(), **OPTIONS_OF_TASK}
