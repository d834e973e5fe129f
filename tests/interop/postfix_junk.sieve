# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What happens to the mail for all mailboxes of Dovecot beside Postfix. What begins with a dollar sign
# is filled in by postfix.py.

require ["fileinto"];

if header :is "X-Spam-Flag" "YES" {
  fileinto "$junk";
}
