# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a refusal, where its codes leave the cause open (`OPEN`).

A text is only a hint, as a server can be configured to say anything.
"""

from __future__ import annotations

from ..model import Rule
from .groups import LOOSE, NOT_YET, OPEN, REFUSED, RELAY, VAGUE

# The sender, in the words of many servers.
_SENDER = r"(\bsender|from address|mail ?from|envelope.from|return.path|emetteur)"

# fmt: off
REPLY_TEXTS: tuple[Rule, ...] = (  # noqa: E128 - a table
    # A blocklist that returns 127.255.255.x, or says so in words, has refused the query. Spamhaus
    # links to /returnc/, URIBL to refused.shtml, SURBL to /blocked.
    Rule(kind=REFUSED, enhanced=OPEN, text=r"open resolver|public resolver|127\.255\.255\."
        r"|/returnc/|query refused|refused\.shtml|surbl\.org/blocked|excessive number of quer"
        "|(blocked|listed).{0,99}(quer(y|ies) (limit|refus)|over quota|rate limit)",
        then="blocklist-refused-query blocklist-answers"),
    Rule(kind=REFUSED, enhanced=OPEN, text=r"sorbs\.net|njabl\.org|list\.dsbl|spamcannibal"
        r"|dnsbl\.ahbl|relays\.ordb|bl\.orbs|dnsbl\.inps", then="blocklist-ended"),
    Rule(stage=NOT_YET, kind=REFUSED, enhanced=OPEN, text="starttls|encryption|unencrypted"
        r"|\b(tls|ssl)\b.{0,30}(require|needed|mandatory)|(require|use|need)s? (a )?(tls|ssl)\b",
        then="use-tls"),
    Rule(stage=NOT_YET, kind=REFUSED, enhanced=OPEN + " X.5.1", text="authenti(cat|fic)[a-z]{1,5}"
        r" (is |was )?(requi|needed|necess)|requires? authenti|log ?in\b|not logged|must (first )?"
        "auth|authenticate (first|before)|not authenticated|smtp auth", then="log-in"),
    Rule(stage=NOT_YET, code="530", enhanced="X.7.1", then="exchange-anonymous"),
    Rule(kind=REFUSED, enhanced=OPEN, text=r"\bgcdp\b", then="google-customer-policy"),

    # Rates and quotas. Providers count accounts, servers count addresses.
    Rule(stage="rcpt_to data message", kind=REFUSED, enhanced=OPEN, text="is over ?quota"
        "|recipient'?s? .{0,30}over ?quota", then="mailbox-full"),
    Rule(stage="rcpt_to data", kind=REFUSED, enhanced=OPEN, text="(limit|max(imum)?) (of )?"
        "[0-9]{0,6} ?recipients (exceeded|reached|per message)|recipient limit (exceeded|reached)$",
        then="fewer-recipients"),
    Rule(kind="transient", enhanced=OPEN + " X.4.5 X.5.3",
        text="(message|mail|send|recipient).{0,30}(limit|rate|quota).{0,20}exceed"
        "|exceed.{0,30}(limit|rate|quota)|throttl",
        where="sent:login", then="account-quota sender-rate"),
    Rule(kind=REFUSED, enhanced=OPEN + " X.4.5",
        text="too (many (recipients|auth|new tls)|much mail).{0,20} from ",
        then="limits-for-one-client fleet-behind-one-address"),
    Rule(kind="transient", enhanced=OPEN + " X.7.28 X.4.5 X.7.650 X.7.651", text="(rate|volume"
        "|deferred|limited).{0,80}(reputation|complaint|unsolicited)|(reputation|complaint"
        "|unsolicited).{0,80}(rate|volume|deferred|limited)", then="reputation-rate"),
    Rule(kind=REFUSED, enhanced=OPEN + " X.2.0 X.4.5", text="(sender|user|account|domain) .{0,80}"
        "(has|have|is|was) .{0,9}(exceeded|over|reached).{0,40}(hour|minute|day|rate|emails"
        "|messages|recipients|limit)|(rate|message|recipient|sending).{0,20}(limit|quota).{0,30}"
        "(for|of|by) .{0,9}sender|sender.{0,20}(rate|frequency|limit)|message count quota"
        "|policy rejection.{0,40}quota",
        then="sender-rate account-quota limits-for-one-client"),
    Rule(kind=REFUSED, enhanced=OPEN + " X.4.5", text="(max|exceed|reached|quota).{0,60}(past 24"
        "|24 ?h|(per|each|a|in one) ?(day|account))", then="account-quota"),
    Rule(kind=REFUSED, enhanced=OPEN + " X.4.5 X.4.6 X.5.3",
        text="(daily|hourly|monthly|maximum) .{0,20}"
        "(quota|limit|rate|credits)|credits exceeded|sending (quota|limit)|submission quota"
        "|(account|tenant|subscription).{0,40}(limit|quota|threshold|exceed)"
        "|unusual sending activity|smtp relay limit", then="account-quota"),
    Rule(kind=REFUSED, enhanced="X.2.1 X.2.0", text="receiving mail (too|at)|mailbox.{0,9}limit"
        "|rate that prevents", then="recipient-rate"),
    Rule(kind=REFUSED, enhanced=OPEN, text="too many ((errors|spams?) from (your|this)"
        "|(invalid|bad|unknown) (recipients|users|addresses))",
        then="past-errors fleet-behind-one-address"),
    Rule(kind=REFUSED, enhanced=OPEN,
        text="too many (syntax|protocol|bad (com|auth)|un|non|errors?(?! from))",
        then="first-refusal"),
    Rule(kind=REFUSED, enhanced=OPEN + " X.4.5",
        text="too (many|much) (e-?mails|messages|mail (?!d)"
        "|connections|concurrent|simultaneous|sessions|requests)|too (fast|quickly|frequent)"
        "|rate.?limit|frequency|unusual rate|(sending|message|connection) rate|throttl|slow down"
        "|per (second|minute|hour)|(excessive|unexpected) volume|trop de connexions"
        "|number of (concurrent )?(connections|sessions)|permitted limits",
        then="fleet-behind-one-address limits-for-one-client"),

    # The client: its address, its name, its country. The reputation of a domain is another matter.
    Rule(kind=REFUSED, enhanced=OPEN, text="reputation of the sending domain|dbl.spamhaus"
        r"|(sender|domain).{0,40}(listed|present) (in|on|by) |\bdbl\b|(uri|sur)bl\b",
        then="domain-reputation"),
    # Some greylists have a blocklist of their own.
    Rule(kind="transient", enhanced=OPEN, text="gr[ae]y-?list", then="greylist"),
    Rule(kind=REFUSED, enhanced=OPEN + " X.2.1 X.5.4", text=r"blocked using|bl(ack|ock)[ -]?list"
        r"|dnsbl|\brbl\b|spamhaus|reputation|banned|listed (at|by|in|on)|found (in|on) |barracuda"
        r"|cloudmark|proofpoint\.com|spamcop|permanently deferred|_is_blocked|spammer|bad ip"
        r"|\b(ip|host|(?<!sender )address)\b.{0,40}(blocked|bloque)|blocked for (spam|abuse)"
        # Orange and La Poste: OFR006_103, LPN007_102.
        "|(ofr|lpn)[0-9a]{3}_10[123]",
        then="address-in-blocklist"),
    # In RFC 3463 section 3.8, X.7.7 is a failed integrity check; some servers use it for reverse
    # DNS. Google uses 4.7.23, which is SPF in the registry.
    # Sendmail uses X.1.8, which is the sender's domain, for the client's name.
    Rule(kind="transient", enhanced="X.1.8", text="client ip|forged hostname", then="reverse-dns"),
    Rule(kind=REFUSED, enhanced=OPEN + " X.7.7 X.7.23",
        text=r"possibly forged|reverse|\bptr\b|\br?dns (fail|check)|rdns|your host ?name"
        "|name lookup|dynamic ip", then="reverse-dns"),
    Rule(kind=REFUSED, enhanced=OPEN, text="(over|support|meet|process) ipv6", then="ipv4-only"),
    Rule(kind=REFUSED, enhanced=OPEN, text="white ?list|allow.?list|allowed to connect|your access"
        "|access from", then="client-denied"),
    Rule(stage="helo mail_from rcpt_to", code="421 451 550 553", enhanced=VAGUE, text=r"\bgsmtp\b",
        then="google-relay"),

    # The purpose: relaying, and the names in the envelope.
    # Zoho says "relay" when the sender does not belong to the login.
    Rule(kind=REFUSED, enhanced=OPEN,
        text="relay.{0,9} disallowed as|sender is not allowed to relay"
        "|from not owned", then="sender-rights log-in"),
    Rule(kind=REFUSED, enhanced=OPEN, text="(not|un).?verified|verified sender"
        "|authorized recipients|not allowed to send: ", then="verified-sender"),
    Rule(kind=REFUSED, enhanced=LOOSE, text=RELAY, then="relay-for-address log-in local-domains"),
    Rule(stage="rcpt_to", kind=REFUSED, enhanced=OPEN, text="(not|no such|unknown|invalid) .{0,20}"
        "(local|hosted|our|domain).{0,9}(domain|here|at this|$)|not (hosted|handled|accepted) here"
        "|cannot deliver mail for|(do not|does not) (accept|handle|host|serve) (e-?mail|mail"
        "|domain)|domain .{0,60}not (hosted|local|served|handled|configured)",
        then="local-domains"),
    # SPF, as the manual of Exim words it: the address is not allowed to send for the domain.
    Rule(kind=REFUSED, enhanced=OPEN,
        text=r"[\da-f.:]{7,45}\]? is not (allowed|authori[sz]ed) to send (e-?mail|mail) (from|for)",
        then="address-in-spf"),
    # Who owns a sender, and whom a rule denies.
    Rule(kind=REFUSED, enhanced=LOOSE, text=_SENDER + ".{0,300}(not owned|belong|must match"
        "|authenticated user|on behalf)|must match authenticated|not allowed to (send|use) .{0,9}"
        "(from|as) ", then="sender-rights log-in"),
    Rule(kind="permanent", enhanced=LOOSE, text=_SENDER + ".{0,40}(denied|blocked|refused|not "
        "(allowed|permitted)|unauthori)|unauthori[sz]ed .{0,20}sender", where="sent:login",
        then="sender-rights"),
    Rule(kind=REFUSED, enhanced=OPEN, text=_SENDER + r" (address )?(rejected: access denied"
        "|(is |was |has been )?(blocked|denied|refused|blacklisted|not (allowed|permitted)"
        r"\.?$)|rejected$)|badmailfrom|(blocked|denied|refused|rejected) sender\b",
        then="sender-denied sender-rights"),
    # Sendmail's access table.
    Rule(stage="mail_from", code="550", enhanced=OPEN, text="access denied$",
        then="sender-denied"),
    Rule(stage="mail_from", code="501 550 553 554", enhanced=OPEN,
        text="unauthori[sz]ed (domain|sender|address)", then="sender-denied sender-rights"),
    Rule(stage="rcpt_to", kind="permanent", enhanced=OPEN,
        text="(route|address|recipient|list|group) (does|is) not accept", then="recipient-denied"),
    Rule(stage="rcpt_to", kind="permanent", enhanced=OPEN, text="recipient (address )?(rejected: "
        "access denied$|(is |was )?(blocked|denied|restricted|refused|not allowed))"
        "|(mail|delivery|sending) to this (recipient|address|user) (is )?(not|denied|restricted)",
        then="recipient-denied recipient-policy"),
    # Postfix refuses the HELO name in reply to RCPT, unless `smtpd_delay_reject` is off.
    Rule(kind=REFUSED, enhanced=OPEN + " X.5.2", text=r"\b(helo|ehlo)\b", then="helo-name"),
    Rule(kind=REFUSED, enhanced=OPEN, text="(spf|dkim) (or|and) (spf|dkim)|is unauthenticated"
        "|authentication (checks|level|requirements)|accepted for policy reasons",
        then="aligned-domain address-in-spf"),
    # Google uses X.7.27 for SPF; in the registry it is a null MX.
    Rule(kind=REFUSED, enhanced=OPEN + " X.7.27", text=r"\bspf\b", then="address-in-spf"),
    Rule(kind=REFUSED, enhanced=OPEN + " X.7.30", text=r"\b(dmarc|dkim)\b", then="aligned-domain"),
    Rule(kind=REFUSED, enhanced=OPEN, text="spoof|forged|forgery",
        then="own-domain-from-outside recipient-policy"),
    Rule(kind=REFUSED, enhanced=OPEN, text="envelope (blocked|rejected)|blocked senders"
        "|custom(er)? block|rejected by recipient|geoip|geographical|network,? not allowed"
        r"|transport\.rules|organization policy", then="recipient-policy"),
    Rule(stage="mail_from rcpt_to", kind=REFUSED, enhanced=OPEN + " X.5.4",
        text="real domain name required", then="sender-domain"),
    Rule(stage="mail_from rcpt_to", kind="permanent", enhanced=OPEN + " X.5.4",
        text="must contain a domain|domain name required|restricted characters|(bad|invalid"
        "|illegal|malformed) .{0,20}(syntax|characters?|local part)|syntax error",
        then="address-syntax"),
    Rule(kind=REFUSED, enhanced=OPEN, text="(sender|from).{0,60}(not exist|not found|unresolvable"
        "|resolve)|unresolvable|domain of sender|invalid sender", then="sender-domain"),
    # Microsoft 365 uses 5.1.8 for an account that it has blocked.
    Rule(kind=REFUSED, enhanced="X.1.8", text="outbound", then="account-banned"),
    Rule(kind=REFUSED, enhanced=OPEN, text=r"\b(sender|send as)\b",
        then="sender-rights sender-domain"),
    # DEFER in a table of Postfix.
    Rule(kind="transient", enhanced=OPEN, text="client host rejected: access denied",
        then="client-denied"),
    Rule(kind="permanent", enhanced=OPEN, text="client (host|address)|your (ip|host|address)"
        r"|\b(ip|client|host)( address)? (is |was )?(rejected|refused|denied|not allowed)",
        then="client-denied"),
    Rule(stage="rcpt_to", enhanced="X.1.2", text="mail ?box|user", then="recipient-known"),
    Rule(stage="rcpt_to data message", kind=REFUSED, enhanced=OPEN, text="(no such|unknown"
        "|invalid|illegal|non-?existent|no) (user|recipient|mail ?box|account|address|alias)"
        "|(user|recipient|mail ?box|account|alias|address) .{0,60}(unknown|not (found|exist|known)"
        "|does ?n.t exist|unavailable)|user (unknown|doesn)|mail ?box (not|unavail|does)"
        "|recipient (unknown|invalid)|not a valid (recipient|mail ?box|user)|unroute?able"
        "|destinataire invalide", then="recipient-known"),
    Rule(stage="rcpt_to message", kind=REFUSED, enhanced=OPEN, text="(mailbox|account|address|user)"
        " (is |has been )?(disabled|inactive|suspended)|is no longer valid",
        then="mailbox-enabled"),
    Rule(stage="rcpt_to message", kind=REFUSED, enhanced=OPEN, text="over ?quota|quota exceeded"
        "|out of storage|(mailbox|inbox|storage|disk|email).{0,20}(full|quota)|boite .{0,20}pleine",
        then="mailbox-full"),
    Rule(stage="rcpt_to data message", kind=REFUSED, enhanced=OPEN, text="too many recipients"
        "(?!.{0,20}(hour|day|minute))", then="fewer-recipients"),
    Rule(stage="data message", kind=REFUSED, enhanced=OPEN, text="message content rejected"
        "|(header|body) (check|rule|pattern|line.{0,20}reject)|forbidden (header|word|content)",
        then="header-or-body-rule content-filter"),
    Rule(stage="message", code="500", text="line .{0,9}too long", then="long-lines"),
    Rule(stage="data message", kind=REFUSED, enhanced=OPEN + " X.5.2", text="line length"
        "|lines? (is |are )?too long|998", then="long-lines"),
    Rule(kind=REFUSED, enhanced=OPEN, text="loops back|(mail|routing|forwarding) loop|"
        "received headers", then="mail-loop"),
    Rule(stage="message", kind=REFUSED, enhanced=OPEN, text=r"too many hops|hop count|\bloop",
        then="mail-loop"),
    Rule(stage="mail_from data message", kind="permanent", enhanced=OPEN,
        text="too (big|large)|message .{0,9}too long|size .{0,20}exceed|exceeds .{0,40}size"
        "|larger than",
        then="message-size"),
    Rule(stage="data message", kind=REFUSED, enhanced=OPEN, text="virus|malware|attachment|spam"
        "|security issue|security polic", then="content-filter"),
    Rule(stage="data message", kind=REFUSED, enhanced=OPEN, text="header syntax|rfc.{0,9}compliant"
        "|(pars|malformed|missing|invalid|multiple|duplicate).{0,30}(header|from|date|message-id)"
        "|(from|date|message-id|subject):? header|missing .{0,20}header|blank from"
        "|multiple address", then="usual-headers"),

    # How this host speaks SMTP.
    Rule(kind="permanent", enhanced=OPEN + " X.5.1", text="synchroni|protocol error|pipelin",
        then="speaks-too-early"),
    # Exim, when it does not expect a PROXY header; below, Haraka, when it does not know the host.
    Rule(stage="greeting", kind="permanent", enhanced=OPEN, text="synchroni",
        then="proxy-header-unwanted"),
    # Only a PROXY header is sent before the greeting. postscreen takes it for a command.
    Rule(stage="greeting", code="500 502 503", then="proxy-header-unwanted"),
    Rule(kind=REFUSED, enhanced=OPEN, text="proxy not allowed", then="proxy-header-unwanted"),
    Rule(kind=REFUSED, enhanced=OPEN + " X.3.2", text=r"\bproxy\b", then="proxy-header-wanted"),
    Rule(code="421", enhanced=OPEN + " X.3.2", text=r"time ?out|timed out|\bidle\b",
        then="where-time-went"),
    Rule(kind=REFUSED, enhanced=OPEN, text="client certificate", then="client-certificate"),
    # In RFC 3463 section 3.5, X.4.2 is a bad connection. Exchange uses it for `MessageRateLimit`.
    Rule(kind="transient", enhanced="X.4.2", text="time ?out|timed out", then="where-time-went"),
    Rule(kind="transient", enhanced=OPEN + " X.2.1 X.3.2 X.4.2 X.4.5",
        text=r"too (many|much|fast|quickly)|\brate\b|limit|throttl|busy|exceed|concurrent",
        then="fleet-behind-one-address limits-for-one-client"),
    # Mimecast says "internal resources" to a client that it sees for the first time.
    Rule(kind="transient", enhanced=OPEN, text="gr[ae]y|internal resources are temp",
        then="greylist"),
    # A provider that refuses an address often names a page or an address to write to.
    Rule(kind=REFUSED, enhanced=OPEN + " X.2.1", text=r"(\bips?\b|\bhosts?\b|reputation|black"
        "|block ?list|banned|listed|blocked - see).{0,300}(https?://|contact|postmaster)",
        then="postmaster-of-provider"),
)
# fmt: on
