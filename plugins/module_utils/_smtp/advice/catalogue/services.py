# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services that a server asks before it replies: milters, policy services, other servers."""

from __future__ import annotations

from ..model import Advice

SERVICES: tuple[Advice, ...] = (
    Advice(
        "milter-answers",
        "Check that the server's milters run and answer (Postfix `smtpd_milters`, Sendmail"
        " INPUT_MAIL_FILTER: rspamd, OpenDKIM, ClamAV): while one does not, the server puts off all"
        " mail, from every client and at every try (`milter_default_action`).",
        "postconf(5) milter_default_action",
        cause="A milter that the server asks does not answer.",
    ),
    Advice(
        "milter-refuses",
        "Ask the log of the server's milters (Postfix `smtpd_milters`, Sendmail INPUT_MAIL_FILTER)"
        " for this moment: one of them has refused this command, and says why only there.",
        "https://www.postfix.org/MILTER_README.html",
        cause="A milter of the server refuses the command.",
    ),
    Advice(
        "policy-service-answers",
        "Check that the policy service runs and that the server reaches its socket (Postfix"
        " `check_policy_service`: Postgrey, policyd-spf, postfwd). The server's log has a warning"
        " with the name of the socket.",
        "postconf(5) check_policy_service",
        cause="A policy service that the server asks does not answer.",
    ),
    Advice(
        "verification-target",
        "Check the server to which this one hands mail for the recipient (`transport_maps`,"
        " `relayhost`, an Exim router): it is asked whether the recipient exists, and does not"
        " answer. On the server, `nc -vz HOST 25` shows it.",
        "https://www.postfix.org/ADDRESS_VERIFICATION_README.html",
        cause="The server cannot ask the server behind it for the recipient.",
    ),
    Advice(
        "sender-callout",
        "Use a sender that exists, and whose own mail server answers: before it takes mail, this"
        " server asks there for the sender (Exim `verify = sender/callout`, Postfix"
        " `reject_unverified_sender`), and was not told yes.",
        "https://www.postfix.org/ADDRESS_VERIFICATION_README.html",
        cause="The sender's own server did not confirm the sender to this server.",
    ),
    Advice(
        "server-configuration",
        "Read the server's log for the error in its configuration, and check that (`postfix check`,"
        " `exim -bV`, `doveconf -n`): the server cannot judge a command by rules that it cannot"
        " read.",
        "postfix(1); exim(8)",
        cause="The server's own configuration has an error.",
    ),
)
