# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module on a host with no network but its loopback, and a resolver that may be silent.

It is started in network and mount namespaces of its own. The arguments are the module, its options
in JSON, and what the resolver on 127.0.0.1 does: `dead` (nobody listens), `silent` (it answers no
question), `absent` (it says of every name that there is none) or `exchangers` (it knows the mail
exchangers of every domain, and answers no other question).
"""

from __future__ import annotations

import io
import json
import runpy
import socket
import subprocess
import sys
import tempfile
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

EXCHANGERS = 12


def serve(how: str) -> None:
    """Take questions."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 53))
    while True:
        data, client = sock.recvfrom(4096)
        answer = answer_to(dns.message.from_wire(data), how)
        if answer is not None:
            sock.sendto(answer.to_wire(), client)


def answer_to(question: dns.message.Message, how: str) -> dns.message.Message | None:
    """Answer a question, or not."""
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.RA
    asked = question.question[0]
    if how == "absent":
        answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
    if how == "exchangers" and asked.rdtype == dns.rdatatype.MX:
        names = [f"{n} mx{n}.{asked.name}" for n in range(EXCHANGERS)]
        answer.answer = [dns.rrset.from_text(asked.name, 300, "IN", "MX", *names)]
        return answer
    return None


def main() -> None:
    """Set the host up, and run the module on it."""
    module, options, how = sys.argv[1:]
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        file.flush()
        subprocess.run(["mount", "--bind", file.name, "/etc/resolv.conf"], check=True)
    if how != "dead":
        threading.Thread(target=serve, args=(how,), daemon=True).start()
    arguments = {"ANSIBLE_MODULE_ARGS": json.loads(options)}
    sys.stdin = io.TextIOWrapper(io.BytesIO(json.dumps(arguments).encode()))
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
