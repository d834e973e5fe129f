# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin smtp_audit_report: make a report of the audits of all hosts.

Its documentation is in plugins/modules/smtp_audit_report.py.
"""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterator
from pathlib import Path

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.mailops.smtp.plugins.module_utils._net.errors import BadOption
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.load import BadFile, all_checks
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.baseline_file import (
    read_baseline_file,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.between_hosts import (
    compared,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.compare import (
    BadBaseline,
    compare,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.controls import revised
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.formats import FORMATS
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.model import AuditReport
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.output import Output
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.read import (
    Registered,
    read_audits,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.receipts import (
    with_receipts,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._audit.report.verdicts import (
    FAIL_ON,
    FAIL_ON_FINDING,
    FAIL_ON_NEW,
)
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.input.play import Play
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.origin import made_by, now
from ansible_collections.mailops.smtp.plugins.plugin_utils._report.untrusted import mapping

display = Display()

SPEC: dict[str, dict[str, t.Any]] = {
    "variable": {"type": "str", "required": True},
    "use": {"type": "str"},
    "own_checks": {"type": "path"},
    "dest": {"type": "path"},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": []},
    "receipts": {"type": "str"},
    "baseline": {"type": "path"},
    "fail_on": {"type": "str", "choices": list(FAIL_ON), "default": FAIL_ON_FINDING},
}


class ActionModule(ActionBase):
    """Report on the audits that the hosts of a play have registered."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Show the report, write the files, and return the result."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _spec, options = self.validate_argument_spec(argument_spec=SPEC)
        variables = task_vars or {}
        to_come = set(variables["ansible_play_hosts"]) - set(variables["ansible_play_batch"])
        try:
            return {**result, **self._report(options, Play(variables), to_come)}
        except BadOption as error:
            return {**result, "failed": True, "msg": str(error)}

    def _report(self, options: dict[str, t.Any], play: Play, to_come: set[str]) -> dict[str, t.Any]:
        """Return the result. The hosts `to_come` are in another batch, before or after this one."""
        if options["formats"] and not options["dest"]:
            raise BadOption("formats", "needs dest, the folder for the files")
        if options["fail_on"] == FAIL_ON_NEW and not options["baseline"]:
            raise BadOption("fail_on", "new needs baseline, the json report of an earlier audit")
        if play.shadowing:
            # The options come from the variables of the first host, its facts included, so they are
            # not trusted.
            nothing: dict[str, t.Any] = {"formats": [], "baseline": None, "own_checks": None}
            options = {**options, **nothing, "fail_on": FAIL_ON_FINDING}
        hosts = [
            one
            for one in _registered(options, play)
            if one.result or one.problem or one.host not in to_come
        ]
        report = _report_of(options, hosts, _receipts(options, play))
        if options["baseline"]:
            try:
                baseline = read_baseline_file(options["baseline"])
            except BadBaseline as error:
                raise BadOption("baseline", error) from error
            report = dataclasses.replace(report, comparison=compare(report, baseline))
        output = Output(report)
        output.show()
        if options["formats"]:
            folder = Path(options["dest"]).absolute()
            output.write(folder, options["formats"], check_mode=self._task.check_mode)
        if play.shadowing:
            output.not_written.append(f"{play.first_shadowing}, so no file is written")
        names = [one.host for one in hosts]
        result = output.result(dict(zip(report.hosts, names, strict=True)), options["fail_on"])
        if result["not_written"]:
            display.warning(f"smtp_audit_report: {result['not_written']}")
        return result


def _report_of(
    options: dict[str, t.Any], hosts: list[Registered], receipts: list[t.Any]
) -> AuditReport:
    try:
        entries = all_checks(options["own_checks"] or None)
    except BadFile as error:
        raise BadOption("own_checks", error) from error
    by_id = {entry.check.id: entry for entry in entries}
    decided = with_receipts(read_audits(hosts, by_id), receipts, by_id)
    audits = compared(revised(decided, by_id))
    return AuditReport(audits=audits, entries=by_id, created=now(), made_by=made_by())


def _receipts(options: dict[str, t.Any], play: Play) -> list[t.Any]:
    """Return the results of mail_receipt: one for each batch, which all of its hosts have."""
    name = options["receipts"]
    hosts = [host for host in play.hosts if host not in play.shadowing] if name else []
    found = (play[host].get(name) for host in hosts)
    return list({id(one): one for one in found if one}.values())


def _registered(options: dict[str, t.Any], play: Play) -> Iterator[Registered]:
    """Yield what each host has registered in this use of the role, without templating."""
    for host in play.hosts:
        if host in play.shadowing:
            yield Registered(host, None, f"the host {play.shadowing[host]}")
            continue
        result = mapping(play[host].get(options["variable"]))
        if options["use"] and result.get("use") not in (None, options["use"]):
            result = {}  # it is that of an earlier use of the role
        yield Registered(host, result)
