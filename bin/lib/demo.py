"""Own code, as no runner of processes goes on where a start was killed: bin/demo, until Ctrl-C.

Usage: bin/demo [--port N] [--data DIR] [--reset]

Every completed point leaves a mark in the data folder, so that a start that was killed goes on
where it can and starts over where it must.
"""

import argparse
import contextlib
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from http import HTTPStatus
from pathlib import Path

from catalogue import compile_catalogues
from console import ROOT, StartError, disk_full, last_lines, point, run, say
from datafolder import DataFolder
from processes import Children

MANAGE = [sys.executable, str(ROOT / "manage.py")]
NO_ROOM = 5 * 2**20
END_SESSIONS = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = 'haderslev' AND pid <> pg_backend_pid();
"""
# Changes when the migrations are begun anew: before there is a version that runs anywhere.
TABLES = "4"
PATIENCE = 60  # seconds until the site must answer


def main() -> int:
    """Run the demonstration that the command line describes."""
    options = _options()
    folder = DataFolder(options.data)
    folder.prepare()
    with folder.alone():
        children = Children(folder.path / "run", folder.path / "logs", {})
        left = children.end_leftovers()
        listener = _listen(options.port, patience=10 if left else 0)
        if options.reset and not folder.embedded:
            raise StartError("--reset empties our own database, not the one of DATABASE_URL.")
        if options.reset:
            say(f"Emptying {folder.path} …")
            folder.reset()
            folder.prepare()
        try:
            _start_database(folder, left=left)
            _fill(folder, children)
            _serve(folder, children, listener)
        except StartError as error:
            if shutil.disk_usage(folder.path).free < NO_ROOM:  # whatever else it looked like
                raise disk_full(folder.path) from error
            raise
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            children.stop()
            point("stopping")
            if folder.embedded:
                folder.server.stop()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/demo", description="Run the demonstration.")
    parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (8000); 0 is any")
    data = Path(os.environ.get("DATA_DIR", ROOT / "data"))
    parser.add_argument("--data", type=Path, default=data, help="data folder (data/)")
    parser.add_argument("--reset", action="store_true", help="empty the data folder first")
    return parser.parse_args()


def _listen(port: int, patience: float) -> socket.socket:
    """Hold the port from the start, so that nobody but us answers there when all is ready."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return socket.create_server(("127.0.0.1", port), backlog=128)
        except (OSError, OverflowError) as error:
            if getattr(error, "errno", None) != errno.EADDRINUSE:
                reason = f"Port {port} can not be used; choose one between 1024 and 65535."
                raise StartError(reason) from error
            if time.monotonic() > deadline:
                reason = f"Port {port} is taken by another program"
                raise StartError(f"{reason}. Choose another: bin/demo --port {port + 1}") from error
        time.sleep(0.2)  # what was just ended still holds it for a moment


def _start_database(folder: DataFolder, *, left: bool) -> None:
    if not folder.embedded:
        return
    if not folder.server.cluster.exists():
        say("Making the database …")
    folder.server.start()
    if left:  # the server has not yet noticed that its clients were ended
        folder.server.run_sql(END_SESSIONS)
    folder.server.make_roles()
    point("roles")


def _check_tables(folder: DataFolder) -> None:
    """Refuse tables of a version whose migrations were begun anew since: nothing leads over."""
    known = folder.has("tables", TABLES)
    if not known and (folder.has("demonstration-begun") or folder.has("demonstration")):
        raise StartError(
            f"The demonstration in {folder.path} was made by an earlier version, whose tables can "
            "not be carried over.\nBuild it anew. Type:\n    bin/demo --reset"
        )
    folder.set("tables", TABLES)


def _fill(folder: DataFolder, children: Children) -> None:
    """Bring database, static files and catalogues up to the code's state."""
    compile_catalogues()
    _check_tables(folder)
    now = folder.fingerprint()
    children.env = folder.environment()
    if not folder.has("prepared", now):
        say("Making the tables and loading the reference data …")
        for name, *command in (
            # The application may not make tables: the owner does.
            ("migrate", "migrate", "--noinput", "--database", "owner"),
            ("reference", "load_reference"),
            ("static", "collectstatic", "--noinput", "--clear"),
        ):
            children.finish(name, [*MANAGE, *command], f"manage.py {command[0]} failed")
        folder.set("prepared", now)
    if not folder.has("demonstration"):
        say("Loading the demonstration …")
        command = [*MANAGE, "load_demonstration"]
        if folder.has("demonstration-begun"):
            # It loads all or nothing: a start that was killed left it whole, or not at all.
            command.append("--unless-loaded")
        folder.set("demonstration-begun")
        children.finish(
            "demonstration", command, "The demonstration could not be loaded", shown=True
        )
        folder.set("demonstration")


def _serve(folder: DataFolder, children: Children, listener: socket.socket) -> None:
    # Celery warns of root at length with each start; a demonstration has no other user to be.
    python = [sys.executable, "-W", "ignore:You're running the worker", "-m"]
    web = ["gunicorn", "haderslev.wsgi:application", "--bind", f"fd://{listener.fileno()}"]
    web += ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
    web += ["--name", str(folder.path)]  # tells in a list of processes which demonstration it is
    worker = ["celery", "-A", "haderslev", "worker", "--beat", "--concurrency", "1"]
    # No schedule is kept; its path tells whose worker it is, as the name does of the web.
    worker += ["--schedule", str(folder.path / "run" / "beat"), "--loglevel", "WARNING"]
    children.start("web", [*python, *web], pass_fds=[listener.fileno()])
    children.start("worker", [*python, *worker])
    accounts = subprocess.run(
        [*MANAGE, "demo_accounts"], check=False, capture_output=True, text=True, env=children.env
    )
    if accounts.returncode:
        raise StartError(f"The accounts could not be listed: {accounts.stderr.strip()[-600:]}")
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    _wait_until_ready(children, address)
    say(f"\nReady: {address}\n\n{accounts.stdout}\nCtrl-C stops it.")
    point("serving")
    while not (fallen := children.fallen()):
        time.sleep(0.5)
    log = children.logs / f"{fallen}.log"
    raise StartError(f"The {fallen} process ended by itself; the end of {log}:{last_lines(log)}")


def _wait_until_ready(children: Children, address: str) -> None:
    # No proxy: the address is this machine's own.
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if fallen := children.fallen():
            log = children.logs / f"{fallen}.log"
            raise StartError(f"The {fallen} process does not start; {log} ends:{last_lines(log)}")
        with contextlib.suppress(OSError):
            if ask(f"{address}sundhed/klar/", timeout=5).status == HTTPStatus.OK:
                return
        time.sleep(0.2)
    log = children.logs / "web.log"
    raise StartError(f"The site did not answer in {PATIENCE} seconds; {log} ends:{last_lines(log)}")


if __name__ == "__main__":
    sys.exit(run(main))
