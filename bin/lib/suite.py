"""Run the test suite against a PostgreSQL of its own, which lives only as long as the run.

Usage: bin/test [--postgres15] [pytest's arguments …]
"""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from catalogue import compile_catalogues
from console import ROOT, StartError, run, say
from environment import install
from postgres import Server
from roles import make_roles, run_sql, url

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
# Speed over safety: nothing in this cluster outlives the run.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Tests make their databases as the owner, and work in them as the application.
FOR_TESTS = "ALTER ROLE haderslev_owner CREATEDB; GRANT haderslev_app TO haderslev_owner;"


def main() -> int:
    """Run pytest and return its exit code."""
    arguments = sys.argv[1:]
    binaries = None
    if "--postgres15" in arguments:
        arguments.remove("--postgres15")
        binaries = _debian_15()
    if not any(argument.startswith(("-n", "--numprocesses")) for argument in arguments):
        arguments = ["-n", "2", *arguments]
    compile_catalogues()
    with tempfile.TemporaryDirectory(prefix="haderslev-test-") as name:
        server = Server(Path(name), binaries, **FAST)
        server.start()
        try:
            make_roles(server)
            run_sql(server, FOR_TESTS)
            env = _environment(server, Path(name))
            static = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
            subprocess.run(static, check=True, cwd=ROOT, env=env)
            say(f"PostgreSQL {run_sql(server, 'SHOW server_version').strip()}")
            command = [sys.executable, "-m", "pytest", *arguments]
            return subprocess.run(command, check=False, cwd=ROOT, env=env).returncode
        finally:
            server.stop()


def _environment(server: Server, folder: Path) -> dict[str, str]:
    # What stands in the caller's environment must not change what is tested.
    foreign = {"REDIS_URL", "SECRET_KEY_FILE", "CPR_KEY_FILE", "CPR_INDEX_KEY_FILE", "STATIC_ROOT"}
    return {name: value for name, value in os.environ.items() if name not in foreign} | {
        "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        "CPR_INDEX_KEY": base64.b64encode(b"i" * 32).decode(),
        "CPR_KEY": base64.b64encode(b"k" * 32).decode(),
        "DATABASE_OWNER_URL": url(server, "owner"),
        "DATABASE_URL": url(server, "app"),
        "DATA_DIR": str(folder / "data"),
        "DEBUG": "0",
        "DEMO": "1",
        "PYTHONUTF8": "1",
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    }


def _debian_15() -> Path:
    if not DEBIAN_15.exists():
        install(["postgresql-15"])
    if shutil.which("initdb", path=str(DEBIAN_15)) is None:
        raise StartError("PostgreSQL 15 is wanted here and could not be installed.")
    return DEBIAN_15


if __name__ == "__main__":
    sys.exit(run(main))
