"""Own code, as npm fetches whole packages: the few files of others that are committed here.

Usage: bin/vendor fetches each package of static/vendor/manifest.toml again and puts its files in
their places. A new version needs its number and npm's integrity there; the sums are written.
"""

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any  # what TOML says

from console import ROOT, StartError, run, say

MANIFEST = ROOT / "static" / "vendor" / "manifest.toml"
OVERVIEW = ROOT / "docs" / "third-party.md"
FOLDERS = ("static/vendor", "static/fonts")


def differences() -> str:
    """Return one line for each file that is not what the manifest says; needs no network."""
    packages = _packages()
    wanted = {entry["target"]: entry["sha256"] for each in packages for entry in each["file"]}
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if file.is_file()]
    found = {str(file.relative_to(ROOT)): _sum(file) for file in files if file != MANIFEST}
    wrong = [f"{name}: not as in the manifest" for name, _ in wanted.items() ^ found.items()]
    named = OVERVIEW.read_text(encoding="utf-8")
    headings = [f"## {each['name']} {each['version']}\n" for each in packages]
    wrong += [f"{OVERVIEW.name} lacks {each.strip()}" for each in headings if each not in named]
    return "\n".join(sorted(set(wrong)))


def _packages() -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["package"]
    return packages


def _sum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _place(package: dict[str, Any], folder: Path) -> None:
    """Fetch one package into a folder of its own, and put its files in their places."""
    name = f"{package['name']}@{package['version']}"
    command = ["npm", "pack", name, "--silent", "--pack-destination", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    archive = next(folder.glob("*.tgz"))
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if package["integrity"] != f"sha512-{digest}":
        raise StartError(f"{name}: the archive is not the one in the manifest.")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    for entry in package["file"]:
        target = ROOT / entry["target"]
        target.write_bytes((folder / "package" / entry["source"]).read_bytes())
        pattern = rf'(target = "{re.escape(entry["target"])}"\nsha256 = )"[0-9a-f]*"'
        text = MANIFEST.read_text(encoding="utf-8")
        MANIFEST.write_text(re.sub(pattern, rf'\g<1>"{_sum(target)}"', text), encoding="utf-8")


def main() -> int:
    """Fetch and place everything, and say what does not fit."""
    for package in _packages():
        with tempfile.TemporaryDirectory() as name:
            _place(package, Path(name))
    say(differences() or "All files of others are as in the manifest.")
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
