# Copyright (c) 2026, the mailops.smtp maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make build`: the artifact that Galaxy takes, the same bytes whenever and wherever it is built.

ansible-galaxy builds it from the files that git does not ignore. It lists them in the order of the
file system, and puts the times of files and of the build into the archive. Here, files are in the
order of their names, and have the time SOURCE_DATE_EPOCH, or else the begin of 1980.
The bytes still depend on zlib: zlib-ng, for example, compresses the same files to others.

Usage: python build_artifact.py [FOLDER], where the artifact goes to FOLDER, or to the checkout.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from collection_files import ROOT, copy_collection

YEAR_1980 = 315532800  # the earliest time that ZIP knows, too
LISTS = ("MANIFEST.json", "FILES.json")  # which come first


def build(folder: Path) -> Path:
    """Build the artifact in a folder, and return its path."""
    galaxy = Path(sys.executable).with_name("ansible-galaxy")
    with tempfile.TemporaryDirectory() as temporary:
        tree, made = Path(temporary, "tree"), Path(temporary, "made")
        copy_collection(tree)
        building = [str(galaxy), "collection", "build", "--output-path", str(made), str(tree)]
        subprocess.run(building, check=True, stdout=subprocess.PIPE)
        (artifact,) = made.iterdir()
        content = normalize(artifact, int(os.environ.get("SOURCE_DATE_EPOCH", YEAR_1980)))
    normalized = folder / artifact.name
    normalized.write_bytes(content)
    return normalized


def normalize(artifact: Path, time: int) -> bytes:
    """Return an artifact in the order of names, each file with the same time."""
    with tarfile.open(artifact) as archive:
        members = {member.name: member for member in archive}
        opened = {name: archive.extractfile(member) for name, member in members.items()}
        contents = {name: file.read() for name, file in opened.items() if file}
    contents.update(sorted_lists(contents))
    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=time) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as archive,
    ):
        for name in (*LISTS, *sorted(members.keys() - set(LISTS))):
            content = contents.get(name, b"")
            member = members[name]
            member.mtime, member.size = time, len(content)
            member.pax_headers = {}  # with fractions of seconds
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def sorted_lists(contents: dict[str, bytes]) -> dict[str, bytes]:
    """Return the list of files, sorted, and the manifest that has the digest of that list."""
    manifest, listing = (json.loads(contents[name]) for name in LISTS)
    listing["files"].sort(key=lambda entry: str(entry["name"]))
    files = json.dumps(listing, indent=True).encode()
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(files).hexdigest()
    return {"MANIFEST.json": json.dumps(manifest, indent=True).encode(), "FILES.json": files}


def main() -> None:
    """Build the artifact, and print its path and digest, as sha256sum does."""
    artifact = build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
    print(f"{hashlib.sha256(artifact.read_bytes()).hexdigest()}  {artifact}")


if __name__ == "__main__":
    main()
