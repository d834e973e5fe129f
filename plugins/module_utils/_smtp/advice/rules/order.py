# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All rules, in the order in which they are tried: the order of likelihood.

1. TLS and logins, replies included.
2. Failures that no refusal decided, by kind and stage.
3. The text of a refusal, where its codes leave the cause open.
4. Enhanced codes that name a cause of their own.
5. Reply codes and the stage of the reply.
6. The subject of the enhanced code, and last the kind.
"""

from __future__ import annotations

from .enhanced_codes import ENHANCED_CODES
from .general import GENERAL
from .login import LOGIN
from .no_reply import NO_REPLY
from .reply_codes import REPLY_CODES
from .reply_texts import REPLY_TEXTS
from .tls import TLS

RULES = TLS + LOGIN + NO_REPLY + REPLY_TEXTS + ENHANCED_CODES + REPLY_CODES + GENERAL
