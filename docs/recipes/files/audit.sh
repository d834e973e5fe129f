#!/bin/sh
# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Audits all servers. Every finding fails, or with audit-baseline.json only what has become worse since then.
set -eu
rm -rf reports
set -- -i audit-inventory.yml -e @audit.yml \
  -e smtp_audit_report_dir=reports -e smtp_audit_reports=html,json,junit,markdown
if [ -s audit-baseline.json ]; then
  set -- "$@" -e smtp_audit_baseline=audit-baseline.json -e smtp_audit_fail_on=new
fi
ansible-playbook mailops.smtp.audit "$@"
