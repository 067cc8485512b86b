"""Own code, as Django makes no roles: the two of the database, and how they reach it."""

import os
import subprocess
from pathlib import Path
from urllib.parse import quote

from postgres import Server

SQL = Path(__file__).with_name("roles.sql")


def make_roles(server: Server) -> None:
    """Make or mend both roles, what new databases grant, and the database."""
    script = SQL.read_text(encoding="utf-8")
    for role in ("owner", "app"):
        script = script.replace(f"<{role}>", server.password(role))
    run_sql(server, script)


def run_sql(server: Server, script: str) -> str:
    """Run SQL as the superuser and return what it prints.

    Raises:
        StartError: The server refused; its own words are the text.
    """
    flags = ["-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres", "-f", "-"]
    quiet = {"PGOPTIONS": "-c client_min_messages=warning"}
    done = subprocess.run(
        [str(server.binaries / "psql"), "-h", str(server.socket), *flags],
        check=False,
        input=script,
        capture_output=True,
        text=True,
        env={**os.environ, **quiet, "PGPASSWORD": server.password("admin")},
    )
    if done.returncode:
        raise server.error("PostgreSQL refused", done.stderr)
    return done.stdout


def url(server: Server, role: str) -> str:
    """Return the address under which ``role`` (owner or app) reaches the database."""
    who = f"haderslev_{role}:{server.password(role)}"
    return f"postgresql://{who}@/haderslev?host={quote(str(server.socket), safe='/')}"
