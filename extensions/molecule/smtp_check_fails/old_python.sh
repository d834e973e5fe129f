#!/bin/sh
# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# What a Python of the past does with a module of today, and with the question for its version.
if [ "$1" = -c ]; then
  echo 3.6.15
else
  echo "SyntaxError: future feature annotations is not defined" >&2
  exit 1
fi
