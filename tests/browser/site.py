"""The real program for a browser: server and worker as processes, over a database of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


class Site:
    """A running server; ``worker()`` adds a worker that draws PDFs.

    The server asks a kept connection whether it is alive, so the database under its name may be
    another one in the next test; it is started once.
    """

    def __init__(self, static: Path, folder: Path) -> None:
        self.folder, self._static = folder, static
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._database = ""
        self._server: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Return what the program is told."""
        return environment(self._database, self._static, self.folder)

    def start(self, database: str) -> None:
        """Start the server, unless it runs over a database of this name; wait until it answers."""
        if self._server is None or database != self._database:
            self.stop()
            self._database = database
            web = f"gunicorn haderslev.wsgi:application --bind 127.0.0.1:{self.port} --threads 4"
            self._server = self._run(*web.split(), "--no-control-socket", "--log-level", "warning")
        # No proxy: the address is this machine's own.
        ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        until = time.monotonic() + PATIENCE
        while True:
            try:
                ask(f"{self.url}/sundhed/klar/", timeout=5).close()
            except OSError:
                assert time.monotonic() < until, "the server did not start"
                assert self._server.poll() is None, "the server ended by itself"
                time.sleep(0.2)
            else:
                return

    def worker(self) -> None:
        """Start a worker with its beat."""
        for name in ("messages", "control"):
            (self.folder / "queue" / name).mkdir(parents=True, exist_ok=True)
        words = "celery -A haderslev worker -B -c 1 -l WARNING --without-gossip --without-mingle"
        self._worker = self._run(*words.split())

    def stop_worker(self) -> None:
        """Kill the worker, if there is one; what waits for it is of a database that goes."""
        _kill(self._worker)
        self._worker = None
        shutil.rmtree(self.folder / "queue", ignore_errors=True)

    def stop(self) -> None:
        """Kill the processes that were started, and no others."""
        self.stop_worker()
        _kill(self._server)
        self._server = None

    def _run(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
        )


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def environment(database: str, static: Path, folder: Path) -> dict[str, str]:
    """Return what the program is told: the database, its folders, a demonstration over http."""
    url = settings.DATABASES["default"]
    password = f":{url['PASSWORD']}" if url["PASSWORD"] else ""
    where = f"{url['USER']}{password}@/{database}?host={url['HOST']}&port={url['PORT']}"
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://{where}",
        "DATABASE_OWNER_URL": f"postgresql://{where}",
        "DATA_DIR": str(folder),
        "STATIC_ROOT": str(static),
        "DEBUG": "0",
        "DEMO": "1",
        "HTTPS": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "OUTBOX_SWEEP_SECONDS": "2",
    }


def collect_static(static: Path, folder: Path) -> None:
    """Collect the static files as an installation does."""
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=ROOT,
        env=environment("unused", static, folder),
        check=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
