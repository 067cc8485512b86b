"""A start of the demonstration as a script makes it, and what is left of it."""

import contextlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from console import ROOT, inherited

LIBRARY = ROOT / "bin" / "lib"
DEMO = (sys.executable, str(LIBRARY / "demo.py"))
# A shell tells what a script starts in the background to ignore SIGINT.
BACKGROUND = ("sh", "-c", "trap '' INT; exec \"$@\"", "sh")
# What other programs of a person mean by these is nothing to the demonstration.
STRANGE = {"DEBUG": "*", "HTTPS": "1", "SECRET_KEY_FILE": "/nowhere"}


class Start:
    """One start of the demonstration on a data folder."""

    def __init__(
        self, data: Path, port: int = 0, pause: str = "", command: Sequence[str] = DEMO
    ) -> None:
        self.output = Path(tempfile.mkstemp(prefix="haderslev-output-")[1])
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*BACKGROUND, *command, "--data", str(data), "--port", str(port)],
                env=inherited() | STRANGE | {"HADERSLEV_PAUSE_AT": pause},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str, seconds: float = 240) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.said():
            assert self.process.poll() is None, f"ended without {text!r}:\n{self.said()}"
            assert time.monotonic() < deadline, f"no {text!r} in {seconds} s:\n{self.said()}"
            time.sleep(0.1)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    @property
    def port(self) -> int:
        """The port it said, once it is ready."""
        return int(re.findall(r"Ready: http://127\.0\.0\.1:(\d+)/", self.said())[0])

    def answers(self) -> bool:
        ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        with contextlib.suppress(OSError):
            return ask(f"http://127.0.0.1:{self.port}/sundhed/klar/", timeout=10).status == 200
        return False


def processes(data: Path) -> Iterator[int]:
    """Processes that name the folder, but not what has ended and was not yet collected."""
    command = ["ps", "-eo", "pid=,stat=,args="]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for pid, state, arguments in (line.split(None, 2) for line in listed.splitlines()):
        if str(data) in arguments and not state.startswith("Z"):
            yield int(pid)
