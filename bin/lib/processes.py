"""Own code, as no runner of processes ends what it left running when it was killed itself."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from console import FULL, ROOT, StartError, disk_full, last_lines, point, write_whole


def command_line(pid: str) -> str:
    """Return with what ``pid`` was started; empty if there is no such process."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            return ""
    ps = ["ps", "-o", "args=", "-p", pid]
    return subprocess.run(ps, check=False, capture_output=True, text=True).stdout.strip()


class Children:
    """The processes of one start, written down so that the next start can end what we left."""

    def __init__(self, folder: Path, logs: Path, env: dict[str, str]) -> None:
        """Keep notes in ``folder`` and what the processes say in ``logs``."""
        self.folder, self.logs, self.env = folder, logs, env
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        for place in (folder, logs):
            place.mkdir(exist_ok=True)

    def end_leftovers(self) -> bool:
        """End what an earlier start, killed before it could tidy up, left running.

        Returns:
            Whether there was any.
        """
        any_left = False
        for note in self.folder.glob("*.json"):
            with contextlib.suppress(ValueError, KeyError):
                left = json.loads(note.read_text(encoding="utf-8"))
                if command_line(str(left["pid"])) == left["command"]:
                    _end_group(left["pid"])
                    any_left = True
            note.unlink()
        return any_left

    def start(
        self, name: str, command: list[str], *, shown: bool = False, pass_fds: Sequence[int] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a process in a group of its own; what it says goes to its log."""
        with (self.logs / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=None if shown else log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,
                pass_fds=pass_fds,
            )
        note = {"pid": child.pid, "command": " ".join(command)}
        write_whole(self.folder / f"{name}.json", json.dumps(note))
        self.running[name] = child
        return child

    def finish(self, name: str, command: list[str], sentence: str, *, shown: bool = False) -> None:
        """Run a process to its end.

        Raises:
            StartError: It failed; the end of its log is the text.
        """
        log = self.logs / f"{name}.log"
        log.unlink(missing_ok=True)
        child = self.start(name, command, shown=shown)
        point(name)
        if child.wait():
            self.forget(name)
            said = last_lines(log)
            raise disk_full(log) if FULL in said else StartError(f"{sentence}; {log} ends:{said}")
        self.forget(name)

    def forget(self, name: str) -> None:
        """Strike out a process that has ended."""
        del self.running[name]
        (self.folder / f"{name}.json").unlink(missing_ok=True)

    def fallen(self) -> str | None:
        """Return the name of a process that has ended by itself."""
        return next((n for n, child in self.running.items() if child.poll() is not None), None)

    def stop(self) -> None:
        """End all processes: politely, then for good; whatever is lost is done again.

        Celery would wait for the work in hand, and some seconds for its own threads.
        """
        for child in self.running.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + 2
        for name, child in list(self.running.items()):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            _end_group(child.pid)
            child.wait()
            self.forget(name)


def _end_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
