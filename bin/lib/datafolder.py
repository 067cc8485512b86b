"""Own code, as nobody else knows what a killed start had completed: the data folder."""

import base64
import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from console import APPS, ROOT, StartError, disk_full, inherited, write_whole
from postgres import Server

NOTE = "This folder holds the data of a Haderslev demonstration; bin/demo --reset empties it.\n"
NOTE_NAME = "README"
NEEDED = 300  # MB: cluster 45, write-ahead log 80, demonstration and documents the rest
OURS = ("postgres", "keys", "logs", "run", "marks", "queue", "static")
# What a person may set of a demonstration.
SETTINGS = "DATABASE_OWNER_URL DATABASE_URL MUNICIPALITY_NAME REDIS_URL SYSTEM_NAME".split()
CODE = (*APPS, "fixtures", "static", "requirements")


class DataFolder:
    """A folder that belongs to one demonstration."""

    def __init__(self, path: Path) -> None:
        """Name the folder; nothing is made yet."""
        self.path = path.absolute()
        self.marks = self.path / "marks"
        self.embedded = "DATABASE_URL" not in os.environ

    @cached_property
    def server(self) -> Server:
        """Our own PostgreSQL, when no address of another is given."""
        return Server(self.path)

    def prepare(self) -> None:
        """Make the folder and the keys.

        Raises:
            StartError: The folder is someone else's, can not be written, or the disk is full.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            inside = {entry.name for entry in self.path.iterdir()}
            if NOTE_NAME not in inside and inside - set(OURS):
                message = f"{self.path} holds other files; name an empty folder with --data."
                raise StartError(message)
            fresh = not self.has("demonstration")
            if shutil.disk_usage(self.path).free < (NEEDED if fresh else 20) * 2**20:
                raise disk_full(self.path)
            write_whole(self.path / NOTE_NAME, NOTE)
            # Whoever runs the server must pass through; each folder with a secret is closed.
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for name in OURS[1:]:
                (self.path / name).mkdir(mode=0o700, exist_ok=True)
            (self.path / "queue" / "messages").mkdir(exist_ok=True)
            (self.path / "queue" / "control").mkdir(exist_ok=True)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise disk_full(self.path) from error
            message = f"The data folder {self.path} can not be written: {error.strerror}."
            raise StartError(message) from error
        for name, make in KEYS.items():
            key = self.path / "keys" / name
            if not key.exists():
                write_whole(key, make())

    def reset(self) -> None:
        """Empty the folder of everything we made."""
        if self.embedded and self.server.cluster.exists():
            self.server.start()
            self.server.stop()
            shutil.rmtree(self.server.folder)
            del self.server
        for name in set(OURS) - {"run"}:  # its lock is ours to keep
            shutil.rmtree(self.path / name, ignore_errors=True)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder; another start on it is refused.

        Raises:
            StartError: Another demonstration runs on the folder.
        """
        with (self.path / "run" / "demo.lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = f"Another bin/demo already runs on {self.path}: stop it first."
                raise StartError(message) from error
            yield

    def has(self, mark: str, value: str = "done") -> bool:
        """Whether a point was completed (with this very value)."""
        file = self.marks / self._name(mark)
        return file.exists() and file.read_text(encoding="utf-8") == value

    def set(self, mark: str, value: str = "done") -> None:
        """Record that a point is completed."""
        write_whole(self.marks / self._name(mark), value)

    def _name(self, mark: str) -> str:
        # What was done to another database was not done to this one.
        address = os.environ.get("DATABASE_URL", "")
        return f"{mark}-{hashlib.sha256(address.encode()).hexdigest()[:8]}" if address else mark

    def environment(self) -> dict[str, str]:
        """Return the environment of a program that works on this folder."""
        ours = {
            "DATA_DIR": str(self.path),
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "haderslev.settings",
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
        }
        ours |= {f"{name}_FILE": str(self.path / "keys" / name) for name in KEYS}
        if self.embedded:
            ours |= self.server.addresses()
        return inherited(*SETTINGS) | ours

    def fingerprint(self) -> str:
        """Return a value that changes when the code or the reference data do."""
        seen = hashlib.sha256()
        for name in CODE:
            for file in sorted((ROOT / name).rglob("*")):
                if file.is_file() and file.suffix not in {".pyc", ".mo"}:
                    seen.update(bytes(file.relative_to(ROOT)) + file.read_bytes())
        return seen.hexdigest()


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


KEYS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "CPR_KEY": _random_key,
    "CPR_INDEX_KEY": _random_key,
}
