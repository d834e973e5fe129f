# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A user's own rows of advice."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.catalogue.index import (
    look_up,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.advice.model import Rule
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.own_rows import (
    BadRow,
    read_rows,
    rows_from,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._advice.remedy import remedies

ROW: dict[str, t.Any] = {
    "id": "gateway-policy",
    "cause": "The gateway takes mail from registered hosts only.",
    "advice": "Register this host at the service desk.",
    "code": 554,
}

FILE = """\
- id: gateway-policy
  cause: The gateway takes mail from registered hosts only.
  advice: >-
    Register this host at the service desk,
    with its address.
  stage: [mail_from, rcpt_to]
  code: 554
  enhanced_code: "5.7"
  text: policy \\d+
  check:
    - "`dig -x CLIENT`: the name ends with example.com."
  change:
    gateway: Add the host to the group Relays.
  source: https://wiki.example.com/gateway
"""


def rules(**other: t.Any) -> tuple[Rule, ...]:
    """Return the rules of a row with other values."""
    return rows_from([{**ROW, **other}]).rules


class TestFile:
    """A file as a user writes it."""

    def test_a_row_becomes_a_rule_with_its_cause_and_remedy(self, tmp_path: Path):
        path = tmp_path / "advice.yml"
        path.write_text(FILE)
        rows = read_rows(str(path))

        assert rows.rules == (
            Rule(
                "gateway-policy",
                stage="mail_from rcpt_to",
                kind="permanent",
                code="554",
                enhanced="X.7",
                text=r"policy \d+",
            ),
        )
        advice = rows.advice["gateway-policy"]
        assert advice.text == "Register this host at the service desk, with its address."
        assert advice.source == "https://wiki.example.com/gateway"
        assert advice.cause.startswith("The gateway takes")
        remedy = rows.remedies["gateway-policy"]
        assert remedy.check == ("`dig -x CLIENT`: the name ends with example.com.",)
        assert remedy.change == {"gateway": "Add the host to the group Relays."}

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"- id: [", "is not YAML"),
            (b"\xff\xfe\xff", "is not YAML"),
            (b"- !!python/object/apply:os.system [id]", "is not YAML"),
            (b"id: log-in", "must be a list of rows"),
            (b"", "must be a list of rows"),
            (b"#" * 1_000_001, "has more than 1,000,000 bytes"),
            (b"- id: log-in\n  kode: 550\n", "row 1 has no key 'kode'; did you mean code?"),
        ],
    )
    def test_an_error_names_the_file(self, content: bytes, problem: str, tmp_path: Path):
        path = tmp_path / "advice.yml"
        path.write_bytes(content)
        with pytest.raises(BadRow) as error:
            read_rows(str(path))
        assert problem in str(error.value)
        assert str(error.value).startswith(str(path))
        assert str(error.value).isprintable()

    def test_a_file_that_is_missing_is_an_error(self, tmp_path: Path):
        with pytest.raises(BadRow, match=r"advice\.yml cannot be read: No such file"):
            read_rows(str(tmp_path / "advice.yml"))

    def test_a_file_without_an_end_is_not_read(self):
        with pytest.raises(BadRow, match="/dev/zero cannot be read: it is not a regular file"):
            read_rows("/dev/zero")


class TestConditions:
    """When a row holds."""

    def test_an_enhanced_code_has_the_kind_of_its_class(self):
        assert rules(enhanced_code="5.7.1")[0].kind == "permanent"
        assert rules(enhanced_code="4.7.1")[0].kind == "transient"
        assert rules(enhanced_code="X.7.1")[0].kind == ""

    def test_codes_of_two_classes_become_two_rules(self):
        first, second = rules(enhanced_code=["4.7.1", "5.7.25", "4.4.1"])
        assert (first.kind, first.enhanced) == ("transient", "X.7.1 X.4.1")
        assert (second.kind, second.enhanced) == ("permanent", "X.7.25")

    def test_a_reply_without_an_enhanced_code_is_a_condition(self):
        assert rules(enhanced_code="-")[0].enhanced == "-"

    @pytest.mark.parametrize("value", ["rcpt_to mail_from", "rcpt_to, mail_from"])
    def test_words_may_be_in_one_text(self, value: str):
        assert rules(stage=value)[0].stage == "rcpt_to mail_from"

    def test_numbers_of_yaml_are_codes(self):
        assert rules(code=[550, 554], enhanced_code="5.7")[0][3:5] == ("550 554", "X.7")


class TestCatalogue:
    """A row with the id of the catalogue."""

    def test_it_needs_nothing_but_a_condition(self):
        rows = rows_from([{"id": "greylist", "text": "come back in"}])
        assert rows.advice["greylist"] == look_up(["greylist"])[0]
        assert rows.remedies["greylist"] == remedies()["greylist"]

    def test_what_it_has_takes_the_place_of_what_is_there(self):
        row = {"id": "greylist", "code": 450, "advice": "Ask the gateway team.", "check": "Wait."}
        rows = rows_from([row])
        assert rows.advice["greylist"].text == "Ask the gateway team."
        assert rows.advice["greylist"].cause == look_up(["greylist"])[0].cause
        assert rows.remedies["greylist"].check == ("Wait.",)
        assert rows.remedies["greylist"].change == remedies()["greylist"].change

    def test_two_rows_may_lead_to_one_cause(self):
        rows = rows_from([ROW, {"id": ROW["id"], "text": "not registered"}])
        assert [one.then for one in rows.rules] == ["gateway-policy"] * 2
        assert len(rows.advice) == 1


class TestErrors:
    """Each error names the row and the key, and says what to write."""

    @pytest.mark.parametrize(
        ("other", "problem"),
        [
            ({"id": None}, "row 1: id is missing"),
            ({"id": "Gateway Policy"}, "row 1: id must be words of a-z and 0-9 with - between"),
            ({"id": 5}, "row 1: id must be a text, not '5'"),
            ({"cause": None}, "row 1 (gateway-policy): cause is missing"),
            ({"advice": " "}, "advice is missing"),
            ({"advice": ["a"]}, "advice must be a text, not '['a']'"),
            ({"advice": "x" * 1001}, "advice has more than 1,000 characters"),
            ({"cause": "a \x1b[2J"}, "cause has characters that cannot be shown"),
            ({"stage": "rcpt"}, "stage cannot be 'rcpt'; did you mean rcpt_to?"),
            ({"stage": []}, "stage is empty; leave it out"),
            ({"kind": "refused"}, "kind cannot be 'refused'; choose one of resolve, connect"),
            ({"code": "5xx"}, "code must be a reply code, such as 550, not '5xx'"),
            ({"code": {}}, "code must be a text, not a dictionary"),
            ({"code": True}, "code must be a text, not true; write it in quotes"),
            # YAML makes it of 5.10, too.
            ({"enhanced_code": 5.1}, "enhanced_code must be a text, not a decimal number; write i"),
            ({"enhanced_code": "7.1"}, "enhanced_code must be such as 5.7.1"),
            (
                {"enhanced_code": "5.7.1", "kind": "transient"},
                "enhanced_code begins with 5, which is never of the kind transient",
            ),
            ({"text": 5}, "text must be a regular expression, not '5'"),
            ({"text": "("}, "text is not a regular expression"),
            ({"text": "(a+)+"}, "text has a repetition within a repetition"),
            ({"check": [1]}, "check must be a list of at most 10 texts"),
            ({"check": ["a"] * 11}, "check must be a list of at most 10 texts"),
            ({"change": "a"}, "change must be a dictionary, with a text for each server"),
            ({"change": {"My Server": "a"}}, "change must have names such as postfix"),
            ({"change": {"postfix": 1}}, "change.postfix must be a text, not '1'"),
            ({"code": None}, "row 1 (gateway-policy): has no condition; write at least one of"),
            ({"evil\x1b[2J": 1}, r"row 1 has no key 'evil\x1b[2J'; choose one of id, cause"),
        ],
    )
    def test_a_wrong_value(self, other: dict[str, t.Any], problem: str):
        with pytest.raises(BadRow) as error:
            rules(**other)
        assert problem in str(error.value)

    def test_the_number_of_the_row_is_that_of_a_reader(self):
        with pytest.raises(BadRow, match="row 2 must be a dictionary, not 'log-in'"):
            rows_from([ROW, "log-in"])

    def test_one_id_with_two_causes_is_an_error(self):
        with pytest.raises(BadRow, match=r"row 2 \(gateway-policy\): id is that of an earlier row"):
            rows_from([ROW, {**ROW, "cause": "Another."}])

    def test_rows_are_bounded(self):
        with pytest.raises(BadRow, match="has more than 1,000 rows"):
            rows_from([ROW] * 1001)
