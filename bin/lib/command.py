"""Own code, as manage.py knows no data folder: a command on the demonstration's database.

Usage: bin/manage [--data DIR] COMMAND …

The server is started if need be; it stops again when nobody uses it any more.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from catalogue import compile_catalogues
from console import ROOT, StartError, run
from datafolder import DataFolder


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="bin/manage", allow_abbrev=False)
    data = Path(os.environ.get("DATA_DIR", ROOT / "data"))
    parser.add_argument("--data", type=Path, default=data, help="data folder (data/)")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="of manage.py, and its arguments")
    options = parser.parse_args()
    folder, arguments = DataFolder(options.data), options.command
    if folder.embedded and not folder.server.cluster.exists():
        raise StartError(f"There is no database in {folder.path} yet: start bin/demo once.")
    folder.prepare()
    compile_catalogues()
    if folder.embedded:
        folder.server.start()
    try:
        if arguments[:1] == ["migrate"] and "--database" not in arguments:
            arguments += ["--database", "owner"]  # the application may not change tables
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(command, check=False, env=folder.environment()).returncode
    finally:
        if folder.embedded:
            folder.server.stop()


if __name__ == "__main__":
    sys.exit(run(main))
