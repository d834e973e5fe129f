# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Providers: Microsoft 365, Exchange, Google and others."""

from __future__ import annotations

from ..model import Advice

PROVIDERS: tuple[Advice, ...] = (
    # Microsoft 365.
    Advice(
        "microsoft-login",
        "Log in to Microsoft 365 (port 587, SMTP AUTH allowed for the mailbox), or send to the"
        " tenant's own MX on port 25 with a connector for this host's public address.",
        "https://learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-"
        "multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365",
        cause="Microsoft 365 takes no mail from this client without a login or a connector.",
    ),
    Advice(
        "microsoft-smtp-auth",
        "Switch SMTP AUTH on in Microsoft 365, for the tenant and the mailbox (`Set-CASMailbox"
        " -SmtpClientAuthenticationDisabled $false`). Security defaults and Conditional Access"
        " forbid it, too.",
        "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-"
        "client-smtp-submission",
        cause="SMTP AUTH is switched off in Microsoft 365, for the tenant or the mailbox.",
    ),
    Advice(
        "microsoft-token",
        "Log in with a token for the password (`auth_mechanism: XOAUTH2`): Microsoft 365 takes no"
        " passwords where basic authentication is switched off.",
        "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-"
        "basic-authentication-exchange-online",
        cause="Microsoft 365 takes a token here, and no password.",
    ),
    Advice(
        "microsoft-connector",
        "Compare the inbound connector in Microsoft 365 with what Microsoft sees: this host's"
        " public address, or the name in the TLS certificate that is sent, must be its.",
        "https://learn.microsoft.com/exchange/mail-flow-best-practices/use-connectors-to-configure-"
        "mail-flow/set-up-connectors-to-route-mail",
        cause="No inbound connector of Microsoft 365 fits this client.",
    ),
    Advice(
        "microsoft-sender-domain",
        "Check that the sender's domain is an accepted domain of the tenant with that connector.",
        "https://learn.microsoft.com/exchange/mail-flow-best-practices/manage-accepted-domains/"
        "manage-accepted-domains",
        cause="The sender's domain is not an accepted domain of the tenant.",
    ),
    Advice(
        "microsoft-tenant-domain",
        "Add the sender's domain to the tenant's accepted domains and verify it: Microsoft 365"
        " stops tenants that send from domains it does not know.",
        "https://learn.microsoft.com/exchange/mail-flow-best-practices/manage-accepted-domains/"
        "manage-accepted-domains",
        cause="The tenant sends from a domain that Microsoft 365 does not know.",
    ),
    Advice(
        "microsoft-delist",
        "Ask Microsoft to take the address off its list: https://sender.office.com for Microsoft"
        " 365, the sender support form of Outlook.com for its own domains, delist@microsoft.com for"
        " 5.7.511.",
        "https://learn.microsoft.com/defender-office-365/external-senders-use-the-delist-portal-to-"
        "unblock-yourself",
        cause="This client's address is on a list of Microsoft's own.",
    ),
    Advice(
        "microsoft-forwarding",
        "Allow external forwarding in the outbound spam policy of the tenant that forwards, or"
        " probe with an address that is not forwarded out of it.",
        "https://learn.microsoft.com/defender-office-365/outbound-spam-policies-external-email-"
        "forwarding",
        cause="Microsoft 365 does not allow this tenant to forward mail out of it.",
    ),
    Advice(
        "microsoft-tenant-blocklist",
        "Take the recipient, or its domain, out of the Tenant Allow/Block List of the tenant that"
        " sends: what is blocked there can be neither sent to nor received from.",
        "https://learn.microsoft.com/defender-office-365/tenant-allow-block-list-about",
        cause="The tenant that sends has this recipient on its own block list.",
    ),
    Advice(
        "microsoft-code",
        "Look the code up in Microsoft's list of non-delivery reports in Exchange Online: from"
        " X.7.500 on they are its own, on the address, account, tenant or domain it sees.",
        "https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-"
        "exchange-online/non-delivery-reports-in-exchange-online",
        cause="Microsoft 365 refuses for a reason that its own code names.",
    ),
    # Exchange.
    Advice(
        "exchange-user-name",
        "Log in to Exchange as `user@example.com` or as DOMAIN, a backslash and the user, on the"
        " client connector (port 587): its `AuthMechanism` must have BasicAuth.",
        "https://learn.microsoft.com/exchange/mail-flow/connectors/receive-connectors",
        cause="Exchange does not know the user in this form.",
    ),
    Advice(
        "exchange-basic-auth",
        "Allow BasicAuth in the `AuthMechanism` of the Exchange receive connector, or log in with a"
        " token (`auth_mechanism: XOAUTH2`).",
        "https://learn.microsoft.com/exchange/mail-flow/connectors/receive-connectors",
        cause="The receive connector of Exchange does not allow basic authentication.",
    ),
    Advice(
        "exchange-anonymous",
        "Let the Exchange receive connector take mail without a login (`PermissionGroups"
        " AnonymousUsers`), where this host is meant to need none.",
        "https://learn.microsoft.com/exchange/mail-flow/connectors/receive-connectors",
        cause="The receive connector of Exchange does not take mail without a login.",
    ),
    # Google.
    Advice(
        "app-password",
        "Make an app password for this (2-Step Verification must be on), or use a token"
        " (`auth_mechanism: XOAUTH2`): Google, Yahoo and iCloud take no everyday password.",
        "https://support.google.com/accounts/answer/185833",
        cause="The provider does not take the everyday password here.",
    ),
    Advice(
        "google-relay",
        "For smtp-relay.gmail.com, register this host's public address and the sender's domain in"
        " the Google Admin console, and send a HELO name of that domain, never `localhost`.",
        "https://support.google.com/a/answer/2956491",
        cause="Google's SMTP relay does not know this client or the sender's domain.",
    ),
    Advice(
        "google-customer-policy",
        "Look for the rule in the Google Admin console of the recipient's domain (Gmail, compliance"
        " and routing): the customer's own policy refused, not Google's.",
        "https://support.google.com/a/answer/1346934",
        cause="A policy of a Google customer, the recipient's domain, refuses the mail.",
    ),
    # Other providers, and what holds for all of them.
    Advice(
        "password-is-api-key",
        "Log in as the provider wants it where the password is an API key: to SendGrid as the user"
        " `apikey`, with the whole key, which must have the right to send mail.",
        "https://docs.sendgrid.com/for-developers/sending-email/integrating-with-the-smtp-api",
        cause="The provider takes an API key for the password.",
    ),
    Advice(
        "verified-sender",
        "Verify the sender's address or domain with the provider (Amazon SES identities, SendGrid"
        " sender authentication, Mailgun domains); in a sandbox or trial, the recipient's too.",
        "https://docs.aws.amazon.com/ses/latest/dg/verify-addresses-and-domains.html",
        cause="The sender, or in a trial the recipient, is not verified with the provider.",
    ),
    Advice(
        "account-quota",
        "Compare what this account or tenant sends, from all hosts, with the provider's limit for"
        " it (a rate, a quota each day). Send less, wait until the quota is new, or have it"
        " raised.",
        "https://support.google.com/a/answer/166852",
        cause="This account or tenant has used up its quota.",
    ),
    Advice(
        "account-banned",
        "Find out why the provider has stopped this account or tenant (mostly spam by a stolen"
        " password): secure it, then have the provider's support restore it. No other host will"
        " do.",
        "https://learn.microsoft.com/defender-office-365/responding-to-a-compromised-email-account",
        cause="The provider has stopped this account or tenant.",
    ),
    Advice(
        "recipient-rate",
        "Send less to this recipient, or probe with another one: its mailbox gets more than the"
        " provider allows in an hour, from all senders or from this one.",
        "https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-"
        "description/exchange-online-limits",
        cause="The recipient gets more mail than the provider allows.",
    ),
    Advice(
        "postmaster-of-provider",
        "Write to the provider's postmaster, at the page or address that the reply names, with the"
        " source address and this reply: a list of the provider's own is in no public blocklist.",
        "RFC 5321 section 4.5.1",
        cause="This client is on a list of the provider's own.",
    ),
)
