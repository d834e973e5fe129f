# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All rules, in the order in which they are tried.

1. TLS and logins, replies included.
2. Failures that no refusal decided, by kind and stage.
3. Refusals whose cause the other facts of the dialogue tell, and the services of a server.
4. The text of a refusal, where its codes leave the cause open.
5. Enhanced codes that name a cause of their own.
6. Reply codes and the stage of the reply.
7. The subject of the enhanced code, and last the kind.
"""

from __future__ import annotations

from .circumstances import CIRCUMSTANCES
from .enhanced_codes import ENHANCED_CODES
from .general import GENERAL
from .login import LOGIN
from .no_reply import NO_REPLY
from .reply_codes import REPLY_CODES
from .reply_texts import REPLY_TEXTS
from .services import SERVICES
from .tls import TLS

RULES = (
    TLS
    + LOGIN
    + NO_REPLY
    + CIRCUMSTANCES
    + SERVICES
    + REPLY_TEXTS
    + ENHANCED_CODES
    + REPLY_CODES
    + GENERAL
)
