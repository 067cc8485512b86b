"""Own code, as pytest starts no database: the suite with a PostgreSQL of its own.

Usage: bin/test [--postgres15] [pytest's arguments …]
"""

import shutil
import subprocess
import sys
from pathlib import Path

from catalogue import compile_catalogues
from console import ROOT, StartError, run, say
from environment import install
from scratch import scratch_database

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


def main() -> int:
    """Run pytest and return its exit code."""
    arguments = sys.argv[1:]
    binaries = None
    if "--postgres15" in arguments:
        arguments.remove("--postgres15")
        binaries = _debian_15()
    if not any(argument.startswith(("-n", "--numprocesses")) for argument in arguments):
        # Files stay together, so that what is made for a whole file is made once.
        arguments = ["-n", "4", "--dist", "worksteal", *arguments]
    compile_catalogues()
    with scratch_database(binaries) as (server, env):
        static = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        if subprocess.run(static, check=False, cwd=ROOT, env=env).returncode:
            raise StartError("manage.py collectstatic failed (above); no test was run.")
        say(f"PostgreSQL {server.run_sql('SHOW server_version').strip()}")
        command = [sys.executable, "-m", "pytest", *arguments]
        return subprocess.run(command, check=False, cwd=ROOT, env=env).returncode


def _debian_15() -> Path:
    if not DEBIAN_15.exists():
        install(["postgresql-15"])
    if shutil.which("initdb", path=str(DEBIAN_15)) is None:
        raise StartError("PostgreSQL 15 is wanted here and could not be installed.")
    return DEBIAN_15


if __name__ == "__main__":
    sys.exit(run(main))
