# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in (AUTH): where, with what password, by which mechanism."""

from __future__ import annotations

from ..model import Advice

LOGIN: tuple[Advice, ...] = (
    # Where to log in.
    Advice(
        "log-in",
        "Log in (SMTP AUTH) on the submission port, 587 or 465, where the server trusts users"
        " instead of addresses.",
        "RFC 6409 section 4.3",
        cause="The server asks for a login first.",
    ),
    Advice(
        "log-in-over-tls",
        "Log in over TLS (`tls: required`, port 587, or `tls: implicit`, port 465): most servers"
        " offer AUTH there alone. `allow_plaintext_auth` shows the secret to the network.",
        "RFC 4954 section 4",
        cause="The server offers or takes a login only over TLS.",
    ),
    Advice(
        "auth-on",
        "Switch AUTH on for this listener (Postfix `smtpd_sasl_auth_enable`, Exim"
        " `auth_advertise_hosts` and an authenticator), or log in on the submission port, 587 or"
        " 465.",
        "postconf(5) smtpd_sasl_auth_enable",
        cause="This listener offers no login.",
    ),
    # The user and the password.
    Advice(
        "user-and-password",
        "Check user and password by hand (`doveadm auth test USER`), whether the user name is the"
        " whole address, and whether the account may log in by SMTP.",
        "doveadm-auth(1)",
        cause="The user name or the password is wrong.",
    ),
    Advice(
        "hashed-password",
        "Try `auth_mechanism: PLAIN` over TLS: a server that keeps another hash of the password"
        " refuses the right one in CRAM-MD5 and SCRAM, which `auto` prefers.",
        "https://doc.dovecot.org/2.3/configuration_manual/authentication/password_schemes/",
        cause="The server stores a hash of the password that does not fit this mechanism.",
    ),
    Advice(
        "set-password-anew",
        "Set the user's password anew: what the server has stored for SCRAM may be damaged.",
        "RFC 5802 section 3",
        cause="The SCRAM data that the server has stored for the user is damaged.",
    ),
    Advice(
        "password-transition",
        "Log in once with `auth_mechanism: PLAIN` over TLS: the server then stores the password for"
        " the mechanism that was asked for (4.7.12, a password transition).",
        "RFC 4954 section 6",
        cause="The server has not stored the password for this mechanism yet.",
    ),
    Advice(
        "length-of-secret",
        "Check the length of the secret: the server takes no line of AUTH as long as that (RFC 4954"
        " section 4 asks it to take 12,288 octets). A token may need a newer server.",
        "RFC 4954 section 4",
        cause="The secret is longer than the server takes.",
    ),
    Advice(
        "login-locked",
        "Wait until the lock on this user, or on this host's address, is over (fail2ban, the"
        " provider's own): too many logins failed, and a fleet with one wrong password fails"
        " often.",
        "fail2ban(1)",
        cause="This user or this client's address is locked after failed logins.",
    ),
    Advice(
        "account-enabled",
        "Have the account enabled, or its login by SMTP (Dovecot `nologin` in the user's passdb):"
        " the server knows the user, and lets nobody in.",
        "https://doc.dovecot.org/2.3/configuration_manual/authentication/"
        "password_database_extra_fields/",
        cause="The account is disabled, or may not log in by SMTP.",
    ),
    Advice(
        "authentication-service",
        "Check the server's authentication service: Dovecot's auth socket (Postfix"
        " `smtpd_sasl_path`), saslauthd, LDAP, SQL.",
        "postconf(5) smtpd_sasl_path",
        cause="The authentication service of the server does not work.",
    ),
    # The mechanism.
    Advice(
        "offered-mechanism",
        "Choose an `auth_mechanism` that the server names in its EHLO reply, on the submission"
        " port, 587 or 465; port 25 often offers no AUTH.",
        "RFC 4954 section 3",
        cause="The server does not offer this login mechanism.",
    ),
    Advice(
        "mechanism-for-token",
        "Name the mechanism, where the password is a token (`auth_mechanism: XOAUTH2` or"
        " OAUTHBEARER): `auto` takes none of these. Otherwise let the server offer PLAIN over TLS.",
        "smtp_handshake auth_mechanism; RFC 7628 section 3",
        cause="The server offers only mechanisms for tokens.",
    ),
    Advice(
        "plain-instead",
        "Choose `auth_mechanism: PLAIN` over TLS, or another one that the server names: this one"
        " cannot be had between this host and that server.",
        "smtp_handshake auth_mechanism",
        cause="This login mechanism does not work between this host and the server.",
    ),
    Advice(
        "mechanism-out-of-step",
        "Choose another `auth_mechanism`: this server, or a proxy before it, does not speak this"
        " one as its RFC wants it.",
        "RFC 4954 section 4",
        cause="The server does not follow the RFC of this login mechanism.",
    ),
    Advice(
        "mechanism-not-understood",
        "Choose another `auth_mechanism`: the server could make nothing of what this one said, or"
        " asked for more than it has to say.",
        "RFC 4954 section 4",
        cause="The server does not understand what this login mechanism sent.",
    ),
    Advice(
        "stronger-mechanism",
        "Choose a stronger `auth_mechanism` of those in the EHLO reply, or log in over TLS: the"
        " server's policy for this user asks for it.",
        "RFC 4954 section 6",
        cause="The server's policy asks for a stronger login mechanism.",
    ),
    Advice(
        "impostor",
        "Take the server for an impostor until you know better: check its address and its"
        " certificate (`tls: required`), and send it no password in PLAIN or LOGIN.",
        "RFC 5802 section 3",
        cause="The server does not prove that it knows the password.",
    ),
)
