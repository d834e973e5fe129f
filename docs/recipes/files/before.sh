#!/bin/sh
# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Records the state before the change. Exit code 2 (a server is broken already) is no reason to stop.
set -eu
rm -rf before
ansible-playbook mailops.smtp.check -i inventory.yml -e @servers.yml \
  -e smtp_check_report_dir=before -e smtp_check_reports=html,json || [ $? -eq 2 ]
test -s before/report.json
