"""Own code, as pytest's plug-ins know no roles: a PostgreSQL that lives as long as its use."""

import base64
import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from console import inherited
from postgres import Server

PREFIX = "haderslev-test-"
# Speed over safety: nothing in this cluster outlives the run.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Tests make their databases as the owner, and work in them as the application.
FOR_TESTS = "ALTER ROLE haderslev_owner CREATEDB; GRANT haderslev_app TO haderslev_owner;"


@contextlib.contextmanager
def scratch_database(binaries: Path | None = None) -> Iterator[tuple[Server, dict[str, str]]]:
    """Yield a server with roles and an empty database, and the environment for using it."""
    _sweep()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        server = Server(Path(name), binaries, **FAST)
        server.start()
        try:
            server.make_roles()
            server.run_sql(FOR_TESTS)
            yield server, environment(Path(name) / "data") | server.addresses()
        finally:
            server.stop()


def _sweep() -> None:
    """Remove the servers of runs that were killed: those that nobody holds any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        users = folder / "postgres" / "users"
        if not os.access(users, os.W_OK):
            continue
        with users.open("a") as held, contextlib.suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            Server(folder).end()
            shutil.rmtree(folder, ignore_errors=True)


def environment(data: Path) -> dict[str, str]:
    """Return the environment of a program that is tested, without addresses of a database."""
    return inherited() | {
        "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        "CPR_INDEX_KEY": base64.b64encode(b"i" * 32).decode(),
        "CPR_KEY": base64.b64encode(b"k" * 32).decode(),
        "DATABASE_OWNER_URL": "postgresql://nobody@/none?host=/nonexistent",
        "DATABASE_URL": "postgresql://nobody@/none?host=/nonexistent",
        "DATA_DIR": str(data),
        "DEBUG": "0",
        "DEMO": "1",
        "PYTHONUTF8": "1",
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    }
