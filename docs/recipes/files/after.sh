#!/bin/sh
# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Shows what has changed. Fails if a server is broken that was not broken before.
set -eu
rm -rf after
ansible-playbook mailops.smtp.check -i inventory.yml -e @servers.yml --diff \
  -e smtp_check_report_dir=after -e smtp_check_reports=html,json,transcripts \
  -e smtp_check_baseline=before/report.json -e smtp_check_fail_on=new
test -s after/report.json
