# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a dialogue can be copied, and a failure is read with care."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.diagnosis.request import (
    requests_from,
)
from ansible_collections.mailops.smtp.plugins.module_utils._smtp.options.plan import Envelope
from ansible_collections.mailops.smtp.tests.unit.investigations import DIALOGUE

FAILURE = {
    "stage": "rcpt_to",
    "kind": "permanent",
    "code": 550,
    "enhanced_code": "5.7.1",
    "text": "5.7.1 Relaying denied",
    "advice": ["Check this."],
}


def request_of(**options: t.Any) -> t.Any:
    (request,) = requests_from({**DIALOGUE, "failure": FAILURE, **options})
    return request


class TestDialogue:
    def test_options_that_are_not_used_do_not_matter(self) -> None:
        copied = {
            "login_user": "ann",
            "login_password": "secret",
            "allow_plaintext_auth": True,
            "message": dict.fromkeys(("subject", "body", "headers", "src", "size")),
            "expect": {"auth": ["535"]},
            "stop_after": "auth",
            "retries": 3,
        }

        request = request_of(**copied)

        assert request.logs_in
        assert request.target.plan.login is None
        assert request.target.plan.secrets == (("ann", "secret"),)
        assert request.target.plan.envelope == Envelope(
            mail_from="ann@example.com", rcpt_to=("bob@example.org",)
        )
        assert request.target.plan.limits.retries == 0

    def test_each_target_has_a_failure_of_its_own(self) -> None:
        targets = [
            {"host": "mx1.example.org", "failure": {**FAILURE, "code": 554}},
            {
                "host": "mx2.example.org",
                "failure": FAILURE,
                "login_user": "ann",
                "login_password": "secret",
            },
        ]

        one, two = requests_from({**DIALOGUE, "failure": None, "targets": targets})

        assert (one.target.plan.endpoint.host, one.failure.code, one.logs_in) == (
            "mx1.example.org",
            554,
            False,
        )
        assert (two.target.plan.endpoint.host, two.failure.code, two.logs_in) == (
            "mx2.example.org",
            550,
            True,
        )
        assert one.target.plan.envelope.mail_from == "ann@example.com"
        # A server may repeat what was sent to another.
        assert one.target.plan.secrets == two.target.plan.secrets == (("ann", "secret"),)

    def test_of_very_many_passwords_each_target_knows_its_own(self) -> None:
        def secrets(number: int) -> list[t.Any]:
            login = {"login_user": "ann", "failure": FAILURE}
            targets = [
                {"host": "mx.example.org", "login_password": f"secret-{one}", **login}
                for one in range(number)
            ]
            task = {**DIALOGUE, "failure": None, "targets": targets}
            return [one.target.plan.secrets for one in requests_from(task)]

        assert [len(one) for one in secrets(100)] == [100] * 100
        assert secrets(101) == [(("ann", f"secret-{one}"),) for one in range(101)]

    def test_no_target_is_no_request(self) -> None:
        with pytest.raises(BadOption, match="targets is empty"):
            requests_from({**DIALOGUE, "failure": None, "targets": []})


def test_the_target_with_a_wrong_failure_is_named() -> None:
    with pytest.raises(BadOption, match=r"targets\[0\]\.failure\.stage must be"):
        requests_from({**DIALOGUE, "targets": [{"host": "mx", "failure": {}}]})
