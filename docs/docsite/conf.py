# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the site that `make docs` builds (tests/tools/docsite.py).

The guides are Markdown, and stay readable in a code forge. So a link that leads to a file of the
repository without a page here leads to the forge instead.
"""

from __future__ import annotations

import posixpath
import re
import typing as t
from pathlib import Path

from docutils import nodes

if t.TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

ROOT = Path(__file__).resolve().parents[2]
FORGE = "https://github.com/mailops/smtp/blob/main/"
ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"

# What the reference says of Ansible itself. Sphinx would ask the network for these addresses.
ANSIBLE_LABELS = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "callback_plugins": "plugins/callback.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}
BUILTIN = "ansible_collections.ansible.builtin."

project = "mailops.smtp"
author = "the mailops.smtp maintainers"
project_copyright = f"2026, {author}"
extensions = ["myst_parser", "sphinx_antsibull_ext"]

highlight_language = "none"
myst_heading_anchors = 4  # with the names that a forge has for them
antsibull_ext_color_scheme = "default-autodark"
html_theme = "furo"
html_title = project
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_use_index = False
pygments_style = "default"
pygments_dark_style = "native"

_LINK = re.compile(r"(!?\[[^\]]*\]\()([^)#:\s]+)(#[^)\s]*)?\)")
_CONTENTS = re.compile(r"^\.\. contents::\n(?:   :.*\n)+", re.MULTILINE)
_FENCE = re.compile(r"^(```.*?^```)$", re.MULTILINE | re.DOTALL)


def prepare(app: Sphinx, docname: str, source: list[str]) -> None:
    """Let each link that leads to no page and to no picture lead to the forge.

    In the reference, which has no such links, take out the table of contents: the theme has one.
    """
    if Path(app.env.doc2path(docname)).suffix != ".md":
        source[0] = _CONTENTS.sub("", source[0])
        return
    folder = posixpath.dirname(docname)

    def address(link: re.Match[str]) -> str:
        start, path, part = link.group(1), link.group(2), link.group(3) or ""
        file = posixpath.normpath(posixpath.join(folder, path))
        if start.startswith("!") or file.removesuffix(".md") in app.env.found_docs:
            return link.group()
        if not (ROOT / file).exists():
            return link.group()  # Sphinx then says that it leads nowhere
        return f"{start}{FORGE}{file}{part})"

    # Every other piece is a block of code.
    pieces = _FENCE.split(source[0])
    pieces[::2] = [_LINK.sub(address, piece) for piece in pieces[::2]]
    source[0] = "".join(pieces)


def to_ansible(
    _app: Sphinx, _environment: BuildEnvironment, reference: pending_xref, text: nodes.Element
) -> nodes.Element | None:
    """Resolve a reference to what Ansible documents."""
    label = reference.get("reftarget", "")
    if label.startswith(BUILTIN):
        path = f"collections/ansible/builtin/{label.removeprefix(BUILTIN)}.html"
    elif label in ANSIBLE_LABELS:
        path = ANSIBLE_LABELS[label]
    else:
        return None
    if not reference.get("refexplicit"):
        text = nodes.inline("", label.replace("_", " "))
    return nodes.reference("", "", text, refuri=ANSIBLE + path, internal=False)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the two functions above."""
    app.connect("source-read", prepare)
    app.connect("missing-reference", to_ansible)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
