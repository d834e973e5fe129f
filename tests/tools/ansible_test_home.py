# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepare a home directory in which ansible-test can install what its sanity tests need.

ansible-test builds virtual environments of its own, and is particular in two ways. It fetches the
script that puts pip into them from a web server of the Ansible project: where only a package index
can be reached, that fails, and every sanity test with it. And it hides the settings of pip that
come from the environment, such as which package index to use. It does look into its home directory
for both, so this puts them there: the genuine script where its server answers, otherwise a stand-in
that runs the same version of pip out of its wheel; and pip's settings as they are here.

Usage: python ansible_test_home.py HOME, with the Python that ansible-core is installed in.
"""

from __future__ import annotations

import ast
import configparser
import io
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from importlib.util import find_spec
from pathlib import Path

SECONDS_TO_ANSWER = 5

STAND_IN = '''\
"""Install pip as get-pip.py would, out of the wheel beside this file.

That takes seconds, and ansible-test asks for the same ten times. So it is done once for a Python.
"""
import os
import runpy
import shutil
import sys
import sysconfig

here = os.path.dirname(os.path.abspath(__file__))
kept = os.path.join(here, "pip-for-%d.%d" % sys.version_info[:2])
if not os.path.exists(kept):
    partial = kept + ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
    sys.path.insert(0, os.path.join(here, {wheel!r}))
    sys.argv[1:] = ["install", "--compile", "--target", partial] + options
    try:
        runpy.run_module("pip", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code:
            raise
    os.rename(partial, kept)
shutil.copytree(kept, sysconfig.get_path("purelib"), dirs_exist_ok=True)
'''


def main(home: Path) -> None:
    """Put pip's settings and its bootstrap script where the installed ansible-test finds them."""
    write(home / ".config" / "pip" / "pip.conf", settings())
    version, url = wanted()
    cache = home / ".ansible" / "test" / "cache"
    script = cache / f"get_pip_{version.replace('.', '_')}.py"
    if not script.exists():
        cache.mkdir(parents=True, exist_ok=True)
        write(script, fetched(url) or stand_in(version, cache))


def settings() -> str:
    """Return pip's settings, from wherever they come, as one configuration file."""
    conf = configparser.RawConfigParser()
    lines = pip("config", "list").splitlines()
    for line in sorted(lines, key=lambda text: text.startswith(":env:")):  # these outrank files
        name, value = line.split("=", 1)
        section, key = name.replace(":env:", "global").rsplit(".", 1)
        conf.read_dict({section: {key: ast.literal_eval(value)}})
    if conf.get("global", "no-cache-dir", fallback="0").lower() in ("0", "no", "off", "false"):
        conf.read_dict({"global": {"cache-dir": pip("cache", "dir").strip()}})
    text = io.StringIO()
    conf.write(text)
    return text.getvalue()


def wanted() -> tuple[str, str]:
    """Read which pip the installed ansible-test wants, and from where, out of its source."""
    spec = find_spec("ansible_test")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("ansible-test is not installed for this Python")
    source = Path(next(iter(spec.submodule_search_locations)))
    versions = (source / "_internal/python_requirements.py").read_text(encoding="utf-8")
    fetching = (source / "_util/target/setup/requirements.py").read_text(encoding="utf-8")
    version = re.search(r"default_packages = dict\(\s*pip='([\d.]+)'", versions)
    url = re.search(r"url = '(https://\S+get-pip-%s\.py)'", fetching)
    if not version or not url:
        sys.exit("this ansible-test bootstraps pip in a way that this script does not know")
    return version[1], url[1] % version[1]


def fetched(url: str) -> str | None:
    """Return the genuine script, or None where its server does not answer within a few seconds."""
    try:
        with urllib.request.urlopen(url, timeout=SECONDS_TO_ANSWER) as answer:  # noqa: S310
            text: str = answer.read().decode("utf-8")
    except (OSError, ValueError) as error:
        print(f"{url}: {error}; so pip comes from the package index")
        return None
    return text


def stand_in(version: str, cache: Path) -> str:
    """Fetch this pip from the package index, and return a script that installs out of its wheel."""
    with tempfile.TemporaryDirectory() as folder:
        pip("download", "--quiet", "--no-deps", "--dest", folder, f"pip=={version}")
        wheel = next(Path(folder).glob("pip-*.whl"))
        shutil.copy(wheel, cache)
    return STAND_IN.format(wheel=wheel.name)


def pip(*arguments: str) -> str:
    """Run pip and return what it prints."""
    command = [sys.executable, "-m", "pip", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
