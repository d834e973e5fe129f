# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A message is composed for one dialogue: as wished, as the server can take it, and findable.

What is composed is read back with the standard library's email package.
"""

from __future__ import annotations

import email
import email.policy
import re
import typing as t
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.wire.message import (
    TOKEN_HEADER,
    CannotCompose,
    Message,
    MessageContext,
    MessageSpec,
    compose,
    dot_stuffed,
)
from hypothesis import given
from hypothesis import strategies as st


def composed(wish: MessageSpec, **circumstances: t.Any) -> Message:
    """Compose a message in circumstances that are ordinary but for what is given."""
    ordinary: dict[str, t.Any] = {
        "sender": "ann@example.com",
        "recipients": ("bob@example.net",),
        "helo": "web1.example.com",
        "eight_bit": False,
        "utf8": False,
    }
    return compose(wish, MessageContext(**dict(ordinary, **circumstances)))


def parsed(message: Message) -> t.Any:
    """Read a message as its recipient does."""
    return email.message_from_bytes(message.data, policy=email.policy.SMTP)


def header_lines(message: Message) -> list[bytes]:
    """Return the lines of the header as they go over the wire."""
    return message.data.partition(b"\r\n\r\n")[0].split(b"\r\n")


def body_lines(message: Message) -> list[bytes]:
    """Return the lines of the body as they go over the wire."""
    return message.data.partition(b"\r\n\r\n")[2].split(b"\r\n")[:-1]


def least_size(wish: MessageSpec, **circumstances: t.Any) -> int:
    """Return the least size that a message can have, as the refusal of a smaller one names it."""
    with pytest.raises(
        CannotCompose,
        match=r"^must be at least \d+, the size of the message without padding, not 1$",
    ) as refusal:
        composed(wish._replace(size=1), **circumstances)
    assert refusal.value.option == "size"
    return int(str(refusal.value).split()[4].rstrip(","))


# A message with nothing wished for


def test_a_message_without_wishes_has_all_that_a_message_needs() -> None:
    message = composed(MessageSpec(), recipients=("bob@example.net", "cy@example.org"))
    read = parsed(message)
    assert read["From"] == "ann@example.com"
    assert read["To"] == "bob@example.net, cy@example.org"
    assert read["Subject"] == "SMTP handshake"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["MIME-Version"] == "1.0"
    assert read.get_content_type() == "text/plain"
    assert "sent by mailops.smtp" in read.get_content()
    assert read.defects == []


def test_its_date_is_now_with_a_zone() -> None:
    date = parsed(composed(MessageSpec()))["Date"].datetime
    assert date.tzinfo is not None
    assert abs(datetime.now(timezone.utc) - date) < timedelta(minutes=5)


def test_its_id_and_its_token_stand_in_it_once() -> None:
    message = composed(MessageSpec())
    read = parsed(message)
    assert read.get_all("Message-ID") == [message.id]
    assert read.get_all("X-SMTP-Handshake-Token") == [message.token]
    assert TOKEN_HEADER == "X-SMTP-Handshake-Token"
    assert message.id == f"<{message.token}@web1.example.com>"


def test_no_two_messages_share_a_token_or_an_id() -> None:
    messages = [composed(MessageSpec()) for _number in range(100)]
    assert len({message.token for message in messages}) == 100
    assert len({message.id for message in messages}) == 100
    assert all(re.match(r"[0-9a-f]{32}$", message.token) for message in messages)


@pytest.mark.parametrize(
    "helo", ["web1.example.com", "web1", "[192.0.2.1]", "[IPv6:2001:db8::1]", "under_score.example"]
)
def test_the_null_sender_writes_as_the_mailer_daemon_of_this_host(helo: str) -> None:
    message = composed(MessageSpec(), sender="", helo=helo)
    assert b"From: MAILER-DAEMON@" + helo.encode() in header_lines(message)


@pytest.mark.parametrize(
    "helo",
    [
        pytest.param(".".join(["a" * 60, "b" * 60, "c" * 60, "d" * 60, "e" * 11]), id="255-bytes"),
        pytest.param("x" * 255, id="255-bytes-without-a-dot"),
        pytest.param("[IPv6:2001:db8:0:0:0:0:0:1]", id="an-address-literal"),
    ],
)
@pytest.mark.parametrize("utf8", [False, True], ids=["ascii", "smtputf8"])
def test_a_message_id_is_neither_folded_nor_encoded_however_long_the_name(
    helo: str, utf8: bool
) -> None:
    message = composed(MessageSpec(), helo=helo, utf8=utf8)
    assert message.id == f"<{message.token}@{helo}>"
    assert b"Message-ID: " + message.id.encode() in header_lines(message)


# Subject and body


@pytest.mark.parametrize("eight_bit", [False, True], ids=["7bit", "8bitmime"])
def test_a_subject_that_is_not_ascii_is_encoded_without_smtputf8(eight_bit: bool) -> None:
    message = composed(MessageSpec(subject="Gr\u00fc\u00dfe \u4f60\u597d"), eight_bit=eight_bit)
    assert parsed(message)["Subject"] == "Gr\u00fc\u00dfe \u4f60\u597d"
    assert message.data.isascii()


def test_under_smtputf8_a_subject_and_addresses_go_as_they_are() -> None:
    message = composed(
        MessageSpec(subject="Gr\u00fc\u00dfe"),
        sender="jos\u00e9@\u4f8b\u3048.jp",
        recipients=("\u7528\u6237@\u4f8b\u3048.jp", "bob@example.net"),
        eight_bit=True,
        utf8=True,
    )
    lines = header_lines(message)
    assert "Subject: Gr\u00fc\u00dfe".encode() in lines
    assert "From: jos\u00e9@\u4f8b\u3048.jp".encode() in lines
    assert "To: \u7528\u6237@\u4f8b\u3048.jp, bob@example.net".encode() in lines
    assert message.eight_bit


def test_an_empty_subject_or_body_is_one_and_still_a_message() -> None:
    message = composed(MessageSpec(body=""))
    assert message.data.endswith(b"\r\n\r\n\r\n")
    assert parsed(message).get_content().strip() == ""


@pytest.mark.parametrize(
    ("body", "eight_bit", "goes_as"),
    [
        pytest.param("hello\n", False, "7bit", id="ascii"),
        pytest.param("hello\n", True, "7bit", id="ascii-with-8bitmime"),
        pytest.param("caf\u00e9\n", True, "8bit", id="8-bit-with-8bitmime"),
        pytest.param("caf\u00e9 and more\n", False, "quoted-printable", id="8-bit-without"),
        pytest.param("\u4f60\u597d\n", False, "quoted-printable", id="chinese-without"),
        pytest.param("\U0001f4e7\n", True, "8bit", id="an-emoji-with-8bitmime"),
    ],
)
def test_a_body_goes_as_the_server_can_take_it_and_is_read_as_it_was_written(
    body: str, eight_bit: bool, goes_as: str
) -> None:
    message = composed(MessageSpec(body=body), eight_bit=eight_bit)
    read = parsed(message)
    assert read["Content-Transfer-Encoding"] == goes_as
    assert read.get_content().replace("\r\n", "\n") == body
    assert read["Content-Type"].params["charset"] == "utf-8"
    assert message.eight_bit is (goes_as == "8bit")
    assert message.eight_bit is not message.data.isascii()


@pytest.mark.parametrize(
    "body", ["one\ntwo", "one\ntwo\n", "one\r\ntwo\r\n", "one\rtwo", "one\rtwo\r"]
)
def test_whatever_ends_the_lines_of_a_body_they_end_with_CRLF(body: str) -> None:
    assert body_lines(composed(MessageSpec(body=body))) == [b"one", b"two"]


def test_no_encoded_word_is_longer_than_the_rfc_allows() -> None:
    message = composed(MessageSpec(subject="\u00e9" * 120))
    words = re.findall(rb"=\?\S+\?=", message.data)
    assert parsed(message)["Subject"] == "\u00e9" * 120
    assert max(map(len, words)) <= 75


@pytest.mark.parametrize(
    "body", ["caf\u00e9 au lait, please. " * 20, "\u4f60\u597d" * 100], ids=["latin", "chinese"]
)
def test_no_line_of_an_encoded_body_is_longer_than_the_rfc_allows(body: str) -> None:
    message = composed(MessageSpec(body=body))
    assert parsed(message).get_content().rstrip("\r\n") == body
    assert max(map(len, body_lines(message))) <= 76


@pytest.mark.parametrize("length", [900, 998, 999, 1500])
def test_a_long_line_of_a_body_does_not_go_over_the_wire_as_one_longer_than_998(
    length: int,
) -> None:
    message = composed(MessageSpec(body="x" * length))
    assert max(map(len, message.data.split(b"\r\n"))) <= 998
    assert parsed(message).get_content().rstrip("\r\n") == "x" * length


def test_a_long_line_of_a_header_is_folded_by_octets_under_smtputf8() -> None:
    message = composed(MessageSpec(subject="\u00e9\u00e9\u00e9 " * 200), utf8=True)
    assert max(map(len, header_lines(message))) <= 998


@pytest.mark.parametrize("eight_bit", [False, True], ids=["7bit", "8bitmime"])
def test_no_nul_goes_over_the_wire(eight_bit: bool) -> None:
    with pytest.raises(CannotCompose, match="contains a NUL character") as refusal:
        composed(MessageSpec(body="a\0b"), eight_bit=eight_bit)
    assert refusal.value.option == "body"


@pytest.mark.parametrize("charset", ["utf-16", "utf-32-le", "cp037", "punycode"])
def test_a_charset_whose_lines_do_not_end_as_those_of_smtp_is_refused(charset: str) -> None:
    wish = MessageSpec(headers=(("Content-Type", f"text/plain; charset={charset}"),))
    with pytest.raises(CannotCompose, match=f"the charset {charset} cannot be sent") as refusal:
        composed(wish, eight_bit=True)
    assert refusal.value.option == "headers"


# Headers of the user's


def test_headers_of_the_users_take_the_place_of_the_default_ones_in_any_case() -> None:
    message = composed(
        MessageSpec(
            headers=(
                ("from", "Monitoring <mon@example.com>"),
                ("TO", "undisclosed-recipients:;"),
                ("Subject", "Probe"),
                ("Date", "Fri, 21 Nov 1997 09:55:06 -0600"),
                ("message-id", "<probe-1@example.com>"),
                ("Auto-Submitted", "no"),
                ("X-Probe", "yes"),
            )
        )
    )
    read = parsed(message)
    for name, value in {
        "From": "Monitoring <mon@example.com>",
        "To": "undisclosed-recipients:;",
        "Subject": "Probe",
        "Date": "Fri, 21 Nov 1997 09:55:06 -0600",
        "Message-ID": "<probe-1@example.com>",
        "Auto-Submitted": "no",
        "X-Probe": "yes",
        TOKEN_HEADER: message.token,
    }.items():
        assert read.get_all(name) == [value]
    assert message.id == "<probe-1@example.com>"


def test_a_subject_goes_before_the_default_one() -> None:
    assert parsed(composed(MessageSpec(subject="Probe")))["Subject"] == "Probe"


@pytest.mark.parametrize(
    ("content_type", "body", "eight_bit", "on_the_wire"),
    [
        ("text/html", "<p>caf\u00e9</p>", True, "<p>caf\u00e9</p>".encode()),
        ("text/html; charset=utf-8", "<p>caf\u00e9</p>", False, b"<p>caf=C3=A9</p>"),
        ("text/html; charset=iso-8859-1", "<p>caf\u00e9</p>", True, b"<p>caf\xe9</p>"),
        ("text/html; charset=iso-8859-1", "<p>caf\u00e9</p>", False, b"<p>caf=E9</p>"),
        ("text/plain; format=flowed", "hello", False, b"hello"),
        ("TEXT/HTML; CHARSET=UTF-8", "hello", False, b"hello"),
    ],
)
def test_the_body_is_written_in_the_type_and_charset_of_the_users_content_type(
    content_type: str, body: str, eight_bit: bool, on_the_wire: bytes
) -> None:
    wish = MessageSpec(body=body, headers=(("Content-Type", content_type),))
    message = composed(wish, eight_bit=eight_bit)
    read = parsed(message)
    assert body_lines(message) == [on_the_wire]
    assert read.get_content().rstrip("\r\n") == body
    assert read.get_all("Content-Type") == [read["Content-Type"]]
    assert read.get_content_type() == content_type.partition(";")[0].lower()
    assert read["Content-Type"].params.get("format") == (
        "flowed" if "flowed" in content_type else None
    )


@pytest.mark.parametrize("content_type", ["application/json", "multipart/mixed", "image/png"])
def test_only_text_can_be_composed(content_type: str) -> None:
    with pytest.raises(CannotCompose, match=r"Content-Type must be text/\*") as refusal:
        composed(MessageSpec(headers=(("Content-Type", content_type),)))
    assert refusal.value.option == "headers"


@pytest.mark.parametrize("name", ["Content-Language", "Content-ID", "Content-Disposition"])
def test_a_header_of_the_users_about_the_content_stands_in_the_message(name: str) -> None:
    assert parsed(composed(MessageSpec(headers=((name, "inline"),))))[name] == "inline"


SMUGGLER = "=?utf-8?q?a=0D=0AX-Smuggled:_yes=0D=0A=0D=0Abody?="


@pytest.mark.parametrize(
    ("wish", "option"),
    [
        (MessageSpec(subject=SMUGGLER), "subject"),
        (MessageSpec(headers=(("Subject", SMUGGLER),)), "headers"),
        (MessageSpec(headers=(("X-Probe", SMUGGLER),)), "headers"),
        (MessageSpec(subject="Probe", headers=(("X-Probe", SMUGGLER),)), "headers"),
        (MessageSpec(headers=(("X-Probe", f"\u00e9 {SMUGGLER}"),)), "headers"),
    ],
    ids=["subject", "subject-header", "header", "header-beside-a-subject", "header-to-encode"],
)
def test_no_value_makes_a_second_header_out_of_an_encoded_word(
    wish: MessageSpec, option: str
) -> None:
    # Pythons without the fix for CVE-2024-6923 would write the line break out.
    with pytest.raises(CannotCompose, match=r"an encoded word in \S+ contains a line break") as no:
        composed(wish)
    assert no.value.option == option


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("References", f"<{'a' * 90}@example.com>"),
        ("In-Reply-To", f"<{'a' * 90}@example.com>"),
        ("List-Unsubscribe", f"<https://example.com/{'a' * 90}>"),
        ("X-Probe", "a" * 90),
    ],
)
def test_a_long_word_of_ascii_in_a_header_of_the_users_is_not_encoded(
    name: str, value: str
) -> None:
    message = composed(MessageSpec(headers=((name, value),)))
    head = message.data.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    assert re.search(f"^{name}: +{value}\r?$".encode(), head, flags=re.MULTILINE)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("a" * 64 + "@" + "d" * 60 + ".example.com", id="long"),
        pytest.param(
            "bounces+srs=abcd=ef=customer.example=first.last@mail.subdomain.company.example.com",
            id="srs",
        ),
        pytest.param("ann@" + ".".join(["d" * 60] * 4), id="a-long-domain"),
    ],
)
def test_a_long_address_stands_in_the_headers_as_it_is(address: str) -> None:
    message = composed(MessageSpec(), sender=address, recipients=(address, "bob@example.net"))
    assert f"From: {address}".encode() in header_lines(message)
    assert f"To: {address},".encode() in header_lines(message)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (
            "Cc",
            "J\u00fcrgen <j\u00fcrgen.m\u00fcller.monitoring.der.server.im.werk@mail.example.com>",
        ),
        ("From", "Technik.\u00dcberwachung<" + "\u00fc" * 20 + "@example.com>"),
    ],
)
def test_an_address_that_the_email_package_would_fold_into_the_end_of_headers_is_refused(
    name: str, value: str
) -> None:
    # It begins the next line without a space: what follows would be read as the body.
    with pytest.raises(CannotCompose, match=r"^cannot be folded at ") as refusal:
        composed(MessageSpec(headers=((name, value),)))
    assert refusal.value.option == "headers"


@pytest.mark.parametrize(
    "second", [pytest.param("b", id="ascii"), pytest.param("\u00e9", id="accented")]
)
def test_headers_whose_names_differ_in_case_alone_are_both_sent(second: str) -> None:
    message = composed(MessageSpec(headers=(("X-Probe", "a"), ("x-probe", second))))
    assert sorted(parsed(message).get_all("X-Probe")) == ["a", second]


def test_a_message_id_of_the_users_is_given_without_the_spaces_around_it() -> None:
    message = composed(MessageSpec(headers=(("Message-ID", " <own@example.com> "),)))
    assert message.id == "<own@example.com>"


# A message of the user's own


SOURCE = b"From: ann@example.com\r\nMessage-ID: <own@example.com>\r\n\r\nHello\r\n"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(SOURCE, id="CRLF"),
        pytest.param(SOURCE.replace(b"\r\n", b"\n"), id="LF"),
        pytest.param(SOURCE.replace(b"\r\n", b"\r"), id="CR"),
        pytest.param(SOURCE.replace(b"\r\n", b"\n", 2), id="mixed"),
        pytest.param(SOURCE[:-2], id="no-end-of-the-last-line"),
        pytest.param(SOURCE[:-2].replace(b"\r\n", b"\n"), id="LF-and-no-end-of-the-last-line"),
    ],
)
def test_a_source_is_sent_with_CRLF_and_the_token_added_and_nothing_else_changed(
    source: bytes,
) -> None:
    message = composed(MessageSpec(source=source))
    assert message.data == f"{TOKEN_HEADER}: {message.token}\r\n".encode() + SOURCE
    assert message.id == "<own@example.com>"
    assert parsed(message)[TOKEN_HEADER] == message.token


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"Subject: x\n\nHello\n", id="none"),
        pytest.param(b"Subject: x\n\nMessage-ID: <body@example.com>\n", id="one-in-the-body"),
        pytest.param(b"Subject: x\n", id="headers-alone"),
        pytest.param(b"Subject: x", id="headers-alone-and-no-end"),
    ],
)
def test_a_source_without_a_message_id_is_given_one(source: bytes) -> None:
    message = composed(MessageSpec(source=source))
    read = parsed(message)
    assert message.id == f"<{message.token}@web1.example.com>"
    assert read.get_all("Message-ID") == [message.id]
    assert f"Message-ID: {message.id}".encode() in header_lines(message)
    assert read["Subject"] == "x"
    assert message.data.endswith(source.replace(b"\n", b"\r\n").rstrip() + b"\r\n")


def test_a_message_id_is_found_in_any_case() -> None:
    message = composed(MessageSpec(source=b"message-id: <own@example.com>\n\nHello\n"))
    assert message.id == "<own@example.com>"


def test_a_message_id_on_a_line_of_its_own_is_given_without_the_fold() -> None:
    source = b"Subject: x\r\nMessage-ID:\r\n <AM0PR01@eurprd01.prod.outlook.com>\r\n\r\nHello\r\n"
    assert composed(MessageSpec(source=source)).id == "<AM0PR01@eurprd01.prod.outlook.com>"


EIGHT_BIT_SOURCE = (
    b"Subject: x\r\n"
    b"Message-ID: <own@example.com>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=iso-8859-1\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n"
    b"\r\n"
    b"caf\xe9\r\n"
)


def test_a_source_with_8_bit_text_goes_unchanged_where_the_server_takes_it() -> None:
    message = composed(MessageSpec(source=EIGHT_BIT_SOURCE), eight_bit=True)
    assert message.data.endswith(b"\r\n" + EIGHT_BIT_SOURCE)
    assert message.eight_bit


def test_a_source_with_8_bit_text_is_encoded_where_the_server_does_not_take_it() -> None:
    message = composed(MessageSpec(source=EIGHT_BIT_SOURCE))
    read = parsed(message)
    assert message.data.isascii()
    assert not message.eight_bit
    assert read.get_content() == "caf\u00e9\r\n"
    assert read.get_all("Message-ID") == ["<own@example.com>"] == [message.id]
    assert read[TOKEN_HEADER] == message.token
    assert b"\n" not in message.data.replace(b"\r\n", b"")


LONG_ID = b"<AM0PR0102MB1234567890ABCDEF012345@AM0PR0102MB1234.eurprd01.prod.exchangelabs.com>"


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(b"Message-ID: " + LONG_ID, id="message-id"),
        pytest.param(b"From: " + b"a" * 64 + b"@mail.example.com", id="from"),
        pytest.param(b"References: " + LONG_ID, id="references"),
        pytest.param(b"DKIM-Signature: v=1; b=" + b"Q" * 90, id="dkim"),
    ],
)
def test_the_ascii_headers_of_a_source_stay_as_they_are_where_its_text_is_encoded(
    header: bytes,
) -> None:
    source = header + b"\r\n" + EIGHT_BIT_SOURCE.replace(b"Message-ID: <own@example.com>\r\n", b"")
    message = composed(MessageSpec(source=source))
    assert header in header_lines(message)
    assert parsed(message).get_content() == "caf\u00e9\r\n"


@pytest.mark.parametrize(
    "content_type", [b"text/plain", b"application/octet-stream"], ids=["text", "binary"]
)
def test_a_source_with_8_bit_data_of_no_charset_is_left_as_it_is(content_type: bytes) -> None:
    source = b"Content-Type: " + content_type + b"\r\n\r\ncaf\xe9\r\n"
    message = composed(MessageSpec(source=source))
    assert message.eight_bit
    assert message.data.endswith(source)


# A message of a wished size


@pytest.mark.parametrize("more", range(160))
def test_a_message_can_be_of_any_size_from_its_least_on(more: int) -> None:
    wish = MessageSpec(subject="Probe", body="Hello")
    size = least_size(wish) + more
    message = composed(wish._replace(size=size))
    assert len(message.data) == size
    assert message.data.endswith(b"\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", message.data)
    assert parsed(message).get_content().startswith("Hello")


@pytest.mark.parametrize(
    ("body", "longest"),
    [
        pytest.param("x" * 998, 998, id="7bit"),
        pytest.param("\u00e9" * 12 + "xxxx", 76, id="quoted-printable"),
    ],
)
def test_one_byte_of_filling_does_not_make_a_line_too_long(body: str, longest: int) -> None:
    wish = MessageSpec(body=body)
    assert max(map(len, body_lines(composed(wish)))) == longest
    size = least_size(wish) + 1
    message = composed(wish._replace(size=size))
    assert len(message.data) == size
    assert max(map(len, body_lines(message))) <= longest


def test_a_message_of_ten_megabytes_is_one() -> None:
    message = composed(MessageSpec(size=10 * 1024 * 1024))
    assert len(message.data) == 10 * 1024 * 1024
    assert max(map(len, body_lines(message)[1:])) <= 78
    assert parsed(message)["Message-ID"] == message.id


@pytest.mark.parametrize("size", [-1, 0, 1, 100])
def test_a_size_that_the_headers_alone_outgrow_is_refused(size: int) -> None:
    with pytest.raises(
        CannotCompose, match=r"must be at least .* the size of the message without padding"
    ) as refusal:
        composed(MessageSpec(size=size))
    assert refusal.value.option == "size"


TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
BODIES = st.lists(
    st.one_of(st.sampled_from(["\n", "\r", "\r\n", ".", "=", " ", "\t", "x" * 70]), TEXTS),
    max_size=8,
).map(lambda pieces: "".join(pieces)[:200])


@given(BODIES, st.integers(0, 3000), st.booleans())
def test_a_message_of_any_text_has_exactly_the_wished_size_in_lines_that_smtp_can_take(
    body: str, more: int, eight_bit: bool
) -> None:
    wish = MessageSpec(body=body)
    size = least_size(wish, eight_bit=eight_bit) + more
    message = composed(wish._replace(size=size), eight_bit=eight_bit)
    lines = message.data.split(b"\r\n")
    assert len(message.data) == size
    assert lines[-1] == b""
    assert not [line for line in lines if len(line) > 998 or b"\r" in line or b"\n" in line]
    assert eight_bit or message.data.isascii()
    written = "\r\n".join(re.split("\r\n|\r|\n", body)).rstrip("\r\n")
    assert parsed(message).get_content().startswith(written)


@pytest.mark.parametrize(
    ("body", "eight_bit"),
    [
        pytest.param("\u4f60\u597d" * 200 + "!", True, id="chinese"),
        pytest.param("\u00e9" * 599, True, id="accents"),
        pytest.param("=" * 3001, False, id="ascii"),
    ],
)
def test_the_filling_does_not_run_into_a_text_with_long_lines(body: str, eight_bit: bool) -> None:
    # Of such a length that base64 ends without a padding, which would hide the filling.
    message = composed(MessageSpec(body=body, size=20000), eight_bit=eight_bit)
    text = parsed(message).get_content()
    assert text.startswith(body)
    assert set(text[len(body) :]) <= set("x\r\n")


# Dots


@pytest.mark.parametrize(
    ("data", "stuffed"),
    [
        (b"", b""),
        (b"Hello\r\n", b"Hello\r\n"),
        (b".\r\n", b"..\r\n"),
        (b"..\r\n", b"...\r\n"),
        (b".a\r\n.b\r\n", b"..a\r\n..b\r\n"),
        (b"a.\r\n\r\n.\r\n", b"a.\r\n\r\n..\r\n"),
        (b" .\r\n", b" .\r\n"),
        (b"a\r\n.", b"a\r\n.."),
        (b"a\n.\r\n", b"a\n..\r\n"),
    ],
)
def test_a_dot_at_the_beginning_of_a_line_is_doubled(data: bytes, stuffed: bytes) -> None:
    assert dot_stuffed(data) == stuffed


def unstuffed(data: bytes) -> bytes:
    """Take the dots away as a server does (RFC 5321 section 4.5.2)."""
    lines = data.split(b"\r\n")
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)


LINES = st.lists(
    st.one_of(
        st.sampled_from([b".", b"..", b".x", b"x.", b" .", b""]),
        st.binary(max_size=6).map(lambda line: re.sub(rb"[\r\n]", b"", line)),
    ),
    max_size=20,
)


@given(LINES.map(lambda lines: b"".join(line + b"\r\n" for line in lines)))
def test_a_server_reads_a_stuffed_message_as_it_was_and_finds_no_end_in_it(data: bytes) -> None:
    stuffed = dot_stuffed(data)
    assert unstuffed(stuffed) == data
    assert b"." not in stuffed.split(b"\r\n")
    assert b"." not in stuffed.replace(b"\r\n", b"\n").split(b"\n")


@given(st.lists(st.sampled_from([b".", b"\r", b"\n", b"x"]), max_size=30).map(b"".join))
def test_not_even_a_source_full_of_dots_and_odd_line_ends_ends_itself(tail: bytes) -> None:
    message = composed(MessageSpec(source=b"Subject: x\n\n" + tail))
    stuffed = dot_stuffed(message.data)
    for end_of_line in (rb"\r\n", rb"\n", rb"\r"):
        assert b"." not in re.split(end_of_line, stuffed)
    assert unstuffed(stuffed) == message.data
