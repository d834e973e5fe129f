# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the json report of an earlier audit from its file."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.mailops.smtp.plugins.module_utils._net.regular_file import open_file

from .compare import BadBaseline, Baseline, read_baseline
from .formats import RENDERERS


def read_baseline_file(path: str) -> Baseline:
    """Return the baseline. Raise BadBaseline, with the path in its text."""
    if Path(path).is_dir():
        report = Path(path, RENDERERS["json"][0])
        raise BadBaseline(f"{path} is a folder; name the json report in it, {report}")
    try:
        with open_file(path) as file:
            return read_baseline(file.read().decode("utf-8"))
    except OSError as error:
        raise BadBaseline(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadBaseline(f"{path} cannot be used: it is not UTF-8") from error
    except BadBaseline as error:
        raise BadBaseline(f"{path} cannot be used: {error}") from error
