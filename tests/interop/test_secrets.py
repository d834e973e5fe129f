# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No password is shown, whatever a server says and however much Ansible prints.

Servers that tell everybody what they are told in secret, one playbook that logs in to all of them
by the module and by the role, and a search for the passwords in all that the run leaves behind.
"""

from __future__ import annotations

import base64
import hmac
import html
import json
import ssl
import sys
import typing as t
import urllib.parse
from pathlib import Path

import pytest
import trustme
from ansible_collections.mailops.smtp.tests.unit import scripted
from ansible_collections.mailops.smtp.tests.unit.runs import run_playbook
from ansible_collections.mailops.smtp.tests.unit.scripted import ScriptedServer

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 10), reason="ansible-core is no controller on a Python before 3.10"
)

USER = "monitoring@example.test"

# One that JSON, a shell, a URL and base64 write differently, and one so short that only a few words
# of base64 give it away.
PASSWORDS = {"long": 'Tr0ub4dor & "3"\'s\\horse/+?=', "short": "tulip"}

# A token is one word.
TOKEN = "ya29.A0ARrdaM-k_9~b+staple/horse=="
SECRETS = {**PASSWORDS, "token": TOKEN}

# Where it is broken over two lines.
BROKEN_AT = 3

CHALLENGE = "<1896.697170952@mx.example.test>"

# Each host is named for the way in which it is given its secrets.
FORMATS = ("csv", "html", "json", "junit", "markdown", "prometheus", "transcripts")

PLAYBOOK = """
- name: Log in by the module
  hosts: by_module
  gather_facts: false
  tasks:
    - name: Hold the dialogues
      mailops.smtp.smtp_handshake:
        host: 127.0.0.1
        port: "{{ item.port }}"
        helo: client.example.test
        login_user: "{{ user }}"
        login_password: "{{ secrets[item.secret] }}"
        auth_mechanism: "{{ item.auth_mechanism }}"
        allow_plaintext_auth: true
        mail_from: monitoring@example.test
        rcpt_to: [postmaster@example.test]
      loop: "{{ targets }}"
      register: result
      ignore_errors: true

    - name: Keep the results
      ansible.builtin.copy:
        content: "{{ result | to_json }}"
        dest: "{{ folder }}/results/{{ inventory_hostname }}.json"
        mode: "0600"

- name: Log in by the module, to many servers in one task
  hosts: by_targets
  gather_facts: false
  tasks:
    - name: Hold the dialogues
      mailops.smtp.smtp_handshake:
        helo: client.example.test
        login_user: "{{ user }}"
        allow_plaintext_auth: true
        mail_from: monitoring@example.test
        rcpt_to: [postmaster@example.test]
        targets: "{{ targets }}"
      register: result
      ignore_errors: true

    - name: Keep the results
      ansible.builtin.copy:
        content: "{{ result | to_json }}"
        dest: "{{ folder }}/results/{{ inventory_hostname }}.json"
        mode: "0600"

- name: Log in by the role
  hosts: by_variable:by_options:by_server:by_mistake
  gather_facts: false
  tasks:
    - name: Check, and fail
      block:
        - name: Check
          ansible.builtin.import_role:
            name: mailops.smtp.smtp_check
      rescue:
        - name: Keep the results
          ansible.builtin.copy:
            content: "{{ smtp_check_result | to_json }}"
            dest: "{{ folder }}/results/{{ inventory_hostname }}.json"
            mode: "0600"
"""


class Dialogue(t.NamedTuple):
    """A login, the name of its secret, and the lines of a server that tells what it was told."""

    mechanism: str
    secret: str
    script: str


def b64(data: bytes) -> str:
    """Encode as on the wire."""
    return base64.b64encode(data).decode()


def responses(secret: str) -> dict[str, str]:
    """What a client says of a secret in an AUTH exchange, by mechanism."""
    told = secret.encode()
    bearer = f"auth=Bearer {secret}\1\1"
    return {
        "PLAIN": b64(f"\0{USER}\0{secret}".encode()),
        "LOGIN": b64(told),
        "CRAM-MD5": b64(f"{USER} {digest(secret)}".encode()),
        "XOAUTH2": b64(f"user={USER}\1{bearer}".encode()),
        "OAUTHBEARER": b64(f"n,a={USER},\1host=127.0.0.1\1port=25\1{bearer}".encode()),
    }


def digest(secret: str) -> str:
    """What CRAM-MD5 makes of a secret."""
    return hmac.new(secret.encode(), CHALLENGE.encode(), "md5").hexdigest()


# What the servers are like


def gossip(code: str, secret: str) -> str:
    """Lines of a reply that show the secret in every way in which a server may have it."""
    said = responses(secret)
    words = [secret, said["LOGIN"], said["PLAIN"]]
    if secret != PASSWORDS["short"]:
        words += [b64(b"?" * before + secret.encode() + b"...") for before in range(3)]
        words += [said["XOAUTH2"], said["OAUTHBEARER"]]
    words += [word.upper() for word in words] + [word.lower() for word in words]
    words += escapes(secret)
    lines = [line for word in words for line in (word, f"I was told <{word}>!")]
    for word in (secret, said["LOGIN"]):
        lines += [f"broken <{word[:BROKEN_AT]}", f"{word[BROKEN_AT:]}>"]
    return "\n".join(f"S: {code}-{escaped(line)}" for line in lines)


def escapes(secret: str) -> list[str]:
    """A secret as it stands in the JSON, the web pages, the URLs and the logs of a server."""
    in_json = json.dumps(secret)[1:-1]
    octets = secret.encode()
    return [
        in_json,
        in_json.replace("/", "\\/"),
        "".join(f"\\u{ord(one):04X}" for one in secret),
        html.escape(secret),
        "".join(f"&#{ord(one)};" for one in secret),
        html.escape(in_json),
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote_plus(secret),
        urllib.parse.quote(b64(octets), safe=""),
        "".join(f"%{byte:02x}" for byte in octets),
        "".join(f"={byte:02X}" for byte in octets),
        octets.hex(),
        octets.hex().upper(),
        ":".join(f"{byte:02x}" for byte in octets),
    ]


def escaped(text: str) -> str:
    """Write a text as a script has it, with Python's escapes."""
    return text.replace("\\", "\\\\")


def logging_in(mechanism: str, name: str, exchange: str) -> Dialogue:
    """Greet, and offer a mechanism, with the secret in both replies already."""
    script = f"""\
S: 220-mx.example.test
{gossip("220", SECRETS[name])}
S: 220 ready
C: EHLO client.example.test
S: 250-mx.example.test
{gossip("250", SECRETS[name])}
S: 250 AUTH {mechanism}
{exchange}"""
    return Dialogue(mechanism, name, script)


def refused(secret: str) -> str:
    """Refuse the login."""
    said = responses(secret)
    return f"""\
{gossip("535", secret)}
S: 535 5.7.8 not {escaped(secret)}, {said["LOGIN"]} or {said["PLAIN"]}
C: QUIT
{gossip("221", secret)}
S: 221 bye"""


def refused_later(secret: str) -> str:
    """Accept the login, and refuse the recipient."""
    return f"""\
{gossip("235", secret)}
S: 235 2.7.0 come in
C: MAIL FROM:<monitoring@example.test>
{gossip("250", secret)}
S: 250 2.1.0 ok
C: RCPT TO:<postmaster@example.test>
{gossip("550", secret)}
S: 550 5.7.1 not for {escaped(secret)}, {responses(secret)["LOGIN"]}
C: QUIT
S: 221 bye"""


def plain(name: str) -> Dialogue:
    secret = SECRETS[name]
    exchange = f"C: AUTH PLAIN {responses(secret)['PLAIN']}\n{refused(secret)}"
    return logging_in("PLAIN", name, exchange)


def plain_over_tls(name: str) -> Dialogue:
    """Show a certificate with the secret in it first."""
    exchange = plain(name).script.partition("S: 220 ready\n")[2]
    starttls = """\
S: 220 mx.example.test
C: EHLO client.example.test
S: 250-mx.example.test
S: 250 STARTTLS
C: STARTTLS
S: 220 go ahead
*: tls
"""
    return Dialogue("PLAIN", name, starttls + exchange)


def login(name: str) -> Dialogue:
    said = responses(SECRETS[name])["LOGIN"]
    exchange = f"""\
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: {b64(USER.encode())}
S: 334 {said}
C: {said}
{refused_later(SECRETS[name])}"""
    return logging_in("LOGIN", name, exchange)


def echo(name: str) -> Dialogue:
    """Send the password back as it came, in a line that is no reply."""
    said = responses(SECRETS[name])["LOGIN"]
    exchange = f"""\
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: {b64(USER.encode())}
S: 334 UGFzc3dvcmQ6
C: {said}
S: {said}
C: QUIT
S: 221 bye"""
    return logging_in("LOGIN", name, exchange)


def cram_md5(name: str) -> Dialogue:
    """The response does not show the password, but whoever has it can try passwords on it."""
    said = responses(SECRETS[name])["CRAM-MD5"]
    exchange = f"""\
C: AUTH CRAM-MD5
S: 334 {b64(CHALLENGE.encode())}
C: {said}
S: 235-I was told {said}
S: 235-I was told {base64.b64decode(said).decode()}
S: 235-I was told <{digest(SECRETS[name]).upper()}> or <{digest(SECRETS[name]).encode().hex()}>
{refused_later(SECRETS[name])}"""
    return logging_in("CRAM-MD5", name, exchange)


def scram(mechanism: str, name: str) -> Dialogue:
    """Send a challenge that is none: the client complains of it, and of what is in it."""
    exchange = f"""\
C: /^AUTH {mechanism} [A-Za-z0-9+=/]+$/
S: 334 {responses(SECRETS[name])["LOGIN"]}, not {escaped(SECRETS[name])}
C: *
{gossip("501", SECRETS[name])}
S: 501 5.7.0 as you wish
C: QUIT
S: 221 bye"""
    return logging_in(mechanism, name, exchange)


def xoauth2(name: str) -> Dialogue:
    said = responses(SECRETS[name])["XOAUTH2"]
    exchange = f"C: AUTH XOAUTH2 {said}\n{reason(name)}\nC: \n{refused(SECRETS[name])}"
    return logging_in("XOAUTH2", name, exchange)


def oauthbearer(name: str) -> Dialogue:
    """The response has the server's port in it, which nobody knows yet."""
    said = "/^AUTH OAUTHBEARER [A-Za-z0-9+=/]+$/"
    exchange = f"C: {said}\n{reason(name)}\nC: AQ==\n{refused(SECRETS[name])}"
    return logging_in("OAUTHBEARER", name, exchange)


def reason(name: str) -> str:
    """Say why a token will be refused (RFC 7628 section 3.2.2): the client shows it."""
    said = json.dumps({"status": "invalid_token", "scope": f"not for {SECRETS[name]}"})
    return f"S: 334 {b64(said.encode())}"


DIALOGUES = {
    "by_module": [
        plain("long"),
        plain("short"),
        plain_over_tls("long"),
        login("long"),
        login("short"),
        echo("long"),
        cram_md5("long"),
        scram("SCRAM-SHA-1", "short"),
        scram("SCRAM-SHA-256", "long"),
        xoauth2("token"),
        oauthbearer("token"),
    ],
    "by_targets": [plain("long"), xoauth2("token")],
    "by_variable": [plain("long"), login("long")],
    "by_options": [plain("short"), login("short")],
    "by_server": [login("long"), xoauth2("token")],
}


# The run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Run the playbook with all that ansible-playbook can print, against servers that gossip."""
    folder = tmp_path_factory.mktemp("secrets")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    telling = trustme.CA(organization_name=SECRETS["long"]).issue_cert(
        "mx.example.test",
        f"{SECRETS['long'].encode().hex()[:60]}.example.test",
        common_name=SECRETS["long"],
    )
    telling.configure_cert(context)
    with pytest.MonkeyPatch.context() as patch:
        # The last dialogue begins when the playbook comes to it.
        patch.setattr(scripted, "PATIENCE", 120.0)  # as long as the playbook may take
        servers = {
            host: [ScriptedServer(one.script, context=context) for one in dialogues]
            for host, dialogues in DIALOGUES.items()
        }
        printed = play(folder, inventory(folder, servers))
        for server in (server for started in servers.values() for server in started):
            server.join()
    outputs = {"terminal": printed, "log": (folder / "ansible.log").read_text()}
    written = [*folder.glob("results/*"), *folder.glob("reports/**/*")]
    for path in filter(Path.is_file, written):
        outputs[str(path.relative_to(folder))] = path.read_text()
    return outputs


def play(folder: Path, hosts: dict[str, t.Any]) -> str:
    """Run the playbook on its hosts, and give what it prints."""
    (folder / "results").mkdir()
    (folder / "playbook.yml").write_text(PLAYBOOK)
    ran = run_playbook(
        folder,
        hosts,
        "-vvv",
        "playbook.yml",
        ANSIBLE_LOG_PATH="ansible.log",
        ANSIBLE_INJECT_INVOCATION="true",  # as older ansible-core does anyway
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def inventory(folder: Path, servers: dict[str, list[ScriptedServer]]) -> dict[str, t.Any]:
    """Say who logs in where, and how each is given its secrets."""
    targets = {
        host: [
            {"host": server.host, "port": server.port, "auth_mechanism": one.mechanism}
            for server, one in zip(started, DIALOGUES[host])
        ]
        for host, started in servers.items()
    }
    named = [one.secret for one in DIALOGUES["by_module"]]
    own = [SECRETS[one.secret] for one in DIALOGUES["by_server"]]
    mistaken = {"host": "mistaken.example.test", "login_password": own[0], "tmeout": 5}
    hosts: dict[str, t.Any] = {
        "by_module": {
            "targets": [dict(one, secret=name) for one, name in zip(targets["by_module"], named)],
        },
        "by_targets": {
            "targets": [
                dict(one, login_password=SECRETS[two.secret])
                for one, two in zip(targets["by_targets"], DIALOGUES["by_targets"])
            ],
        },
        "by_variable": {
            "smtp_check_servers": targets["by_variable"],
            "smtp_check_login_password": SECRETS["long"],
        },
        "by_options": {
            "smtp_check_servers": targets["by_options"],
            "smtp_check_options": {"login_password": SECRETS["short"]},
        },
        "by_server": {
            "smtp_check_servers": [
                dict(one, login_password=two) for one, two in zip(targets["by_server"], own)
            ],
        },
        "by_mistake": {"smtp_check_servers": [mistaken]},
    }
    for host in ("by_variable", "by_options", "by_server", "by_mistake"):
        options = hosts[host].setdefault("smtp_check_options", {})
        options["allow_plaintext_auth"] = True
    shared = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "folder": str(folder),
        "secrets": SECRETS,
        "user": USER,
        "smtp_check_helo": "client.example.test",
        "smtp_check_login_user": USER,
        "smtp_check_mail_from": "monitoring@example.test",
        "smtp_check_rcpt_to": ["postmaster@example.test"],
        "smtp_check_report_dir": str(folder / "reports"),
        "smtp_check_reports": list(FORMATS),
        "smtp_check_transcripts": "all",
    }
    return {"all": {"hosts": hosts, "vars": shared}}


# What must not be found, and where it is looked for


def traces(secret: str) -> t.Iterator[str]:
    """Return what base64 makes of a secret, wherever in a longer text it stands.

    Only the characters that hold bits of nothing but the secret are the same whatever is around it.
    """
    for before in range(3):
        zeros, ones = (
            b64(around * before + secret.encode() + around * 3) for around in (b"\0", b"\xff")
        )
        yield "".join(one for one, other in zip(zeros, ones) if one == other)


def ways_to_write(secret: str) -> dict[str, str]:
    """Return the ways to write a secret by what they are called."""
    return {
        "itself": secret,
        "as in JSON": json.dumps(secret)[1:-1],
        "as in JSON, twice": json.dumps(json.dumps(secret)[1:-1])[1:-1],
        "as in Python": repr(secret)[1:-1],
        "as in a URL": urllib.parse.quote(secret, safe=""),
        "as in a form": urllib.parse.quote_plus(secret),
        "in hexadecimal": secret.encode().hex(),
        **{f"in base64, {at} bytes in": trace for at, trace in enumerate(traces(secret))},
        **{f"the response of {name}": said for name, said in responses(secret).items()},
        **{f"as in {written}": written for written in escapes(secret)},
        "broken over lines": f"broken <{secret[:BROKEN_AT]}",
        "in base64, broken over lines": f"broken <{b64(secret.encode())[:BROKEN_AT]}",
        "the digest": digest(secret),
        "the digest in hexadecimal": digest(secret).encode().hex(),
    }


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_shown(run: dict[str, str], name: str) -> None:
    """Whatever the servers said, and however much Ansible has printed of it."""
    found = [
        f"{where}: {name} secret {how}: {text[max(at - 80, 0) : at + 120]!r}"
        for where, text in run.items()
        for how, written in ways_to_write(SECRETS[name]).items()
        for at in [text.casefold().find(written.casefold())]
        if at >= 0
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("host", DIALOGUES)
def test_the_servers_were_told(run: dict[str, str], host: str) -> None:
    """That the right secret came, each script has seen to; here it is seen that it was recorded."""
    results = json.loads(run[f"results/{host}.json"])["results"]
    for result, dialogue in zip(results, DIALOGUES[host]):
        shown = f"C: AUTH {dialogue.mechanism}"
        assert result["failure"]["stage"] in ("auth", "rcpt_to")
        if not dialogue.mechanism.startswith("SCRAM"):  # whose challenge is not quoted at all
            assert "(not shown)" in result["failure"]["text"]
        assert any(shown in line for line in result["transcript"])
        assert run["terminal"].count(shown) >= 1
        assert run["log"].count(shown) >= 1


@pytest.mark.parametrize("host", ["by_variable", "by_options", "by_server"])
def test_each_dialogue_of_the_role_has_a_transcript(run: dict[str, str], host: str) -> None:
    """With the gossip in it, but for the secrets."""
    folder = "reports/transcripts"
    transcripts = [text for where, text in run.items() if where.startswith(f"{folder}/{host}/")]
    told = [text for text in transcripts if "C: AUTH " in text]
    assert len(told) == len(DIALOGUES[host])
    assert all("S: 220-I was told <(not shown)>!" in text for text in told)


def test_the_run_shows_all_that_ansible_can_tell(run: dict[str, str]) -> None:
    """Also of a misspelt option, and of a role that fails."""
    for where in ("terminal", "log"):
        assert "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in run[where]
        assert "tmeout is not an option; did you mean timeout?" in run[where]
        assert "by_server found 2 of 2 servers broken" in run[where]
