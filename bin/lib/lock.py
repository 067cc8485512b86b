"""Own code, as no option of uv keeps several locks of one environment at the same versions.

Usage: bin/lock [--upgrade] [--upgrade-package NAME]
"""

import re
import subprocess
import sys

from console import ROOT, StartError, run
from environment import uv

OPTIONS = (
    "--universal --python-version 3.12 --generate-hashes --no-annotate --quiet "
    "--custom-compile-command bin/lock"
)


def main() -> int:
    """Lock requirements/*.in with hashes into requirements/*.txt, without hosts and paths."""
    command = [uv(), "pip", "compile", *OPTIONS.split(), *sys.argv[1:]]
    for name in ("run", "demo", "dev", "uv"):
        lock = ROOT / "requirements" / f"{name}.txt"
        files = [str(lock.with_suffix(".in")), "--output-file", str(lock)]
        if subprocess.run([*command, *files], check=False, cwd=ROOT).returncode:
            raise StartError(f"{lock.with_suffix('.in')} could not be locked.")
        if found := re.search(r".*(://| @ |^--(index|find)).*", lock.read_text(encoding="utf-8")):
            raise StartError(f"{lock} names a host or a path: {found[0]}")
        # So that the next fits into one environment with it.
        command += ["--constraints", str(lock)]
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
