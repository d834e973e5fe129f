# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Received headers as servers write them: what each hop tells of itself."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.received import (
    Hop,
    hops_as_result,
    read_hop,
)
from ansible_collections.mailops.smtp.plugins.module_utils._receipt.redaction import Redactor
from ansible_collections.mailops.smtp.tests.unit import work
from hypothesis import given
from hypothesis import strategies as st

NOON = 1795521600.0  # Tue, 24 Nov 2026 12:00:00 +0000
DATE = "Tue, 24 Nov 2026 12:00:00 +0000"
AES = "TLS_AES_256_GCM_SHA384"

# What each server writes, unfolded, and what it says.
SHAPES = {
    "Postfix, TLS": (
        (
            "from web1.example.com (web1.example.com [192.0.2.7]) (using TLSv1.3 with cipher"
            f" {AES} (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits)"
            " server-digest SHA256) (No client certificate requested) by mx.example.org (Postfix)"
            " with ESMTPS id 4XyZ1234abc for <bob@example.org>; 24 Nov 2026 12:00:00 +0000 (UTC)"
        ),
        ("web1.example.com", "192.0.2.7", "mx.example.org", "ESMTPS", True),
        ("TLSv1.3", AES, "4XyZ1234abc"),
    ),
    "Postfix, plain, IPv6": (
        (
            "from unknown (unknown [IPv6:2001:db8::1]) by mx.example.org (Postfix) with ESMTP"
            f" id 4Xy for <bob@example.org>; {DATE}"
        ),
        ("unknown", "2001:db8::1", "mx.example.org", "ESMTP", False),
        (None, None, "4Xy"),
    ),
    "Postfix, local pickup": (
        f"by web1.example.com (Postfix, from userid 1000) id 4Xy; {DATE}",
        (None, None, "web1.example.com", None, None),
        (None, None, "4Xy"),
    ),
    "Exim, TLS": (
        (
            "from [192.0.2.7] (helo=web1.example.com) by mx.example.org with esmtps (TLS1.3) tls"
            f" {AES} (Exim 4.96) (envelope-from <ann@example.com>) id 1vNabc-0001dE-2f for"
            f" bob@example.org; {DATE}"
        ),
        ("[192.0.2.7]", "192.0.2.7", "mx.example.org", "esmtps", True),
        ("TLSv1.3", AES, "1vNabc-0001dE-2f"),
    ),
    "Exim 4.8x, TLS": (
        (
            "from web1.example.com ([192.0.2.7]:49152 helo=web1) by mx.example.org with esmtpsa"
            " (TLSv1.2:ECDHE-RSA-AES256-GCM-SHA384:256) (Exim 4.84) id 1vNabc for bob@example.org;"
            f" {DATE}"
        ),
        ("web1.example.com", "192.0.2.7", "mx.example.org", "esmtpsa", True),
        ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384", "1vNabc"),
    ),
    "Exchange Online": (
        (
            "from AM0PR01MB1.eurprd01.prod.exchangelabs.com (2603:10a6:208:1::14) by"
            " VI1PR01MB2.eurprd01.prod.exchangelabs.com (2603:10a6:800:2::27) with Microsoft SMTP"
            " Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384)"
            f" id 15.20.8158.10; {DATE}"
        ),
        (
            "AM0PR01MB1.eurprd01.prod.exchangelabs.com",
            "2603:10a6:208:1::14",
            "VI1PR01MB2.eurprd01.prod.exchangelabs.com",
            "Microsoft SMTP Server",
            True,
        ),
        ("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "15.20.8158.10"),
    ),
    "Exchange 2010": (
        (
            "from web1.example.com (192.0.2.7) by ex1.example.org (198.51.100.2) with"
            f" Microsoft SMTP Server (TLS) id 14.3.498.0; {DATE}"
        ),
        ("web1.example.com", "192.0.2.7", "ex1.example.org", "Microsoft SMTP Server", True),
        (None, None, "14.3.498.0"),
    ),
    "Exchange, inside": (
        (
            "from VI1PR01MB2.eurprd01.prod.exchangelabs.com ([fe80::1]) by VI1PR01MB2.eurprd01.prod"
            f".exchangelabs.com ([fe80::1%4]) with mapi id 15.20.8158.010; {DATE}"
        ),
        (
            "VI1PR01MB2.eurprd01.prod.exchangelabs.com",
            "fe80::1",
            "VI1PR01MB2.eurprd01.prod.exchangelabs.com",
            "mapi",
            None,
        ),
        (None, None, "15.20.8158.010"),
    ),
    "Gmail": (
        (
            "from mail.example.com (mail.example.com. [192.0.2.7]) by mx.google.com with ESMTPS id"
            " d9443c01a7336-2a1-sor for <bob@gmail.com> (version=TLS1_3"
            " cipher=TLS_AES_256_GCM_SHA384 bits=256/256); Tue, 24 Nov 2026 04:00:00 -0800 (PST)"
        ),
        ("mail.example.com", "192.0.2.7", "mx.google.com", "ESMTPS", True),
        ("TLSv1.3", AES, "d9443c01a7336-2a1-sor"),
    ),
    "Gmail, inside": (
        "by 2002:a05:6a20:1 with SMTP id adf61e73a8af0-35; Tue, 24 Nov 2026 04:00:00 -0800 (PST)",
        (None, None, "2002:a05:6a20:1", "SMTP", False),
        (None, None, "adf61e73a8af0-35"),
    ),
    "Sendmail": (
        (
            "from web1.example.com (web1.example.com [192.0.2.7] (may be forged)) (authenticated"
            " bits=0) by mx.example.org (8.17.1/8.17.1) with ESMTPSA id 5AOC0001 (version=TLSv1.3"
            " cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NOT) for <bob@example.org>; Tue, 24 Nov"
            " 2026 12:00:00 GMT"
        ),
        ("web1.example.com", "192.0.2.7", "mx.example.org", "ESMTPSA", True),
        ("TLSv1.3", AES, "5AOC0001"),
    ),
    "Dovecot": (
        (
            "from mx.example.org ([192.0.2.25]) by store.example.org with LMTP id 8B79"
            f" (envelope-from <ann@example.com>) for <bob@example.org>; {DATE}"
        ),
        ("mx.example.org", "192.0.2.25", "store.example.org", "LMTP", False),
        (None, None, "8B79"),
    ),
    "OpenSMTPD": (
        (
            "from web1 (web1.example.com [192.0.2.7]) by mx.example.org (OpenSMTPD) with ESMTPS"
            f" id 7a (TLSv1.3:{AES}:256:NO) for <bob@example.org>; {DATE}"
        ),
        ("web1", "192.0.2.7", "mx.example.org", "ESMTPS", True),
        ("TLSv1.3", AES, "7a"),
    ),
    "Courier": (
        (
            "from web1.example.com ([192.0.2.7]) (TLS: TLSv1.3,256bits,TLS_AES_256_GCM_SHA384) by"
            f" mx.example.org with ESMTPS id 0000; {DATE}"
        ),
        ("web1.example.com", "192.0.2.7", "mx.example.org", "ESMTPS", True),
        ("TLSv1.3", AES, "0000"),
    ),
    "qmail": (
        (
            "from unknown (HELO web1) (192.0.2.7) by mx.example.org with SMTP; 24 Nov 2026 12:00:00"
            " -0000"
        ),
        ("unknown", "192.0.2.7", "mx.example.org", "SMTP", False),
        (None, None, None),
    ),
    "SMTPUTF8": (
        f"from web1 ([192.0.2.7]) by mx.example.org with UTF8SMTPSA id 1; {DATE}",
        ("web1", "192.0.2.7", "mx.example.org", "UTF8SMTPSA", True),
        (None, None, "1"),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_shapes_of_the_field(shape: str) -> None:
    text, (from_name, address, by, protocol, tls), (version, cipher, queue_id) = SHAPES[shape]
    assert read_hop(text) == Hop(
        from_name, address, by, protocol, tls, version, cipher, queue_id, NOON, text
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Tue, 24 Nov 2026 12:00:00", NOON),
        ("24 Nov 26 12:00 UT", NOON),
        ("Tue, 24 Nov 2026 13:00:00 +0100 (CET)", NOON),
        ("yesterday", None),
        ("Tue, 99 Nov 2026 12:00:00 +0000", None),
        ("Tue, 24 Nov 99999999999999999999 12:00:00 +0000", None),
        ("", None),
    ],
)
def test_dates(text: str, seconds: float | None) -> None:
    assert read_hop(f"by mx.example.org; {text}").time == seconds


def test_a_semicolon_in_a_comment_does_not_begin_the_date() -> None:
    hop = read_hop(f"from a (b; c) by mx.example.org (d;e) ; {DATE}")
    assert (hop.by, hop.time) == ("mx.example.org", NOON)


def test_what_is_no_header_of_the_kind_says_nothing() -> None:
    for text in ("", ";", "((((", "from", "by by by", '"', "\\"):
        hop = read_hop(text)
        assert (hop.address, hop.tls, hop.time) == (None, None, None)


@pytest.mark.parametrize(
    "unit",
    ["(", "()", '"', "\\", '"\\', ";", "a ", "(a)", "from ", "[", "cipher=a ", ",1bits,", "TLSv1."],
)
def test_a_long_one_takes_no_time(unit: str) -> None:
    work.assert_ends(read_hop, "from a (" + unit * (300_000 // len(unit)), cpu_seconds=15)
    work.assert_ends(read_hop, unit * (300_000 // len(unit)), cpu_seconds=15)


@pytest.mark.parametrize("unit", ["(", "a ", ";", "(a) ", "from a by b ", '"a"', "(cipher=a)"])
def test_the_work_grows_with_the_text(unit: str) -> None:
    work.assert_linear(read_hop, lambda size: unit * size)


def test_a_secret_is_shown_in_no_value_though_it_is_folded_or_cut() -> None:
    redactor = Redactor("ann", "correct-horse-42")
    texts = [
        "from correct-horse-42 by mx with ESMTP id Y29ycmVjdC1ob3JzZS00Mg==",
        "from correct -horse-42 by mx with ESMTP id 1",
        "from a by Y29ycmVjdC1o b3JzZS00Mg== with ESMTP id 1",
        f"from {'x' * 245}correct-horse-42 by mx with ESMTP id correct%2Dhorse%2D42",
    ]
    for hop in hops_as_result(map(read_hop, texts), redactor):
        assert hop["with"] == "ESMTP"
        for trace in ("correct", "horse", "Y29y", "b3Jz"):
            assert trace not in str(hop)


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    (hop,) = hops_as_result([read_hop(text)], Redactor())
    assert hop["from"] is None or len(hop["from"]) <= 255


def hop_at(moment: float | None) -> Hop:
    return Hop("a", None, "b", "SMTP", False, None, None, None, moment)


def test_delays_are_counted_from_the_last_hop_whose_time_is_known() -> None:
    times = [NOON, None, NOON + 5, NOON + 3]
    results = hops_as_result(map(hop_at, times), Redactor())
    assert [one["delay"] for one in results] == [None, None, 5, -2]
    assert [one["clock_skew"] for one in results] == [False, False, False, True]
    assert [one["time"] for one in results][:2] == ["2026-11-24T12:00:00Z", None]
