"""Each documented command works from a fresh clone without an environment, and README is true.

The clones share what uv has fetched before, but neither environment nor data.
"""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from console import ROOT, inherited
from tests.startup.starting import STRANGE, Start, processes

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = "".join(re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
LINES = [line.partition("#")[0].strip() for line in BLOCKS.splitlines()]
# These run the whole suite, and this test with it: they are tried by being run.
WHOLE = ["bin/test", ".ci/run"]
# Where a start of the demonstration is ended, and how; the environment has tests of its own.
FILLING = (
    ("initdb", signal.SIGKILL),
    ("roles", signal.SIGKILL),
    ("migrate", signal.SIGINT, signal.SIGKILL),
    ("reference", signal.SIGKILL),
    ("demonstration", signal.SIGINT, signal.SIGKILL),
)
# What takes a second stands for all.
QUICK = {"bin/lint": "bin/lint words", "bin/bench": "bin/bench --help"}


@pytest.fixture
def place() -> Iterator[Path]:
    """A temporary folder outside pytest's own, which every pytest closes to other users."""
    with tempfile.TemporaryDirectory(prefix="haderslev-clone-") as name:
        yield Path(name)
        for pid in processes(Path(name)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _clone(folder: Path) -> Path:
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


def _run(folder: Path, line: str, **env: str) -> str:
    done = subprocess.run(
        shlex.split(line),
        check=False,
        cwd=folder,
        env=inherited() | STRANGE | {"TMPDIR": str(folder.parent)} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_ci_begins_with_the_test_command_of_the_readme():
    commands = re.findall(r"^bin/.*", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert commands == ["bin/test", "bin/lint", "bin/test --postgres15 -m postgres15"]
    assert next(line for line in LINES if "test" in line) == commands[0]


@pytest.mark.slow
@pytest.mark.parametrize("line", [line for line in LINES if line.startswith(("bin/test ", *QUICK))])
def test_a_command_of_the_readme_works_from_its_own_fresh_clone(place, line):
    place.chmod(0o711)  # what the database's own user must enter, where we are root
    folder = _clone(place / "en klon på dansk")
    assert _run(folder, QUICK.get(line, line))
    assert not (folder / ".venv").exists()


def _ended_at_each_point(start: Callable[..., Start]) -> None:
    """End starts at every point of the way, by Ctrl-C or for good; none loads the whole."""
    for point, *ends in FILLING:
        for number in ends:
            begun = start(pause=point)
            begun.wait_for(f"Paused at {point}", 600)
            if point == "demonstration":
                time.sleep(3)  # so that it is in the middle of it
            code = begun.end(number)
            if number is signal.SIGINT:
                assert code == 130
                assert begun.said().rstrip().endswith("Stopped.")


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_demonstration_works_from_a_fresh_clone_however_it_ended_before(place):
    known = ("git clone ", "bin/demo", "bin/manage ", "bin/test ", *QUICK)
    assert [line for line in LINES if not line.startswith(known)] == WHOLE
    folder = _clone(place / "en klon på fynsk")
    data = folder / "data"
    start = partial(Start, data, command=[str(folder / "bin" / "demo")])
    _ended_at_each_point(start)
    serving = start()
    serving.wait_for("Ready: ")
    assert "The demonstration is loaded (" in serving.said()
    assert serving.answers()
    serving.end(signal.SIGKILL)

    # On the same port: what the killed one left is ended first.
    # And as if it had been killed between loading and the mark that says so.
    (data / "marks" / "demonstration").unlink()
    stopping = start(port=serving.port, pause="stopping")
    stopping.wait_for("Ready: ")
    assert "The demonstration is loaded already." in stopping.said()
    stopping.process.send_signal(signal.SIGTERM)
    stopping.wait_for("Paused at stopping")
    stopping.end(signal.SIGKILL)

    last = start()
    last.wait_for("Ready: ")
    assert last.answers()
    other = _clone(place / "en klon på jysk")
    for line in LINES:
        if line.startswith("bin/manage "):
            _run(other, line, DATA_DIR=str(data))
    assert (other / "referral.pdf").read_bytes().startswith(b"%PDF")
    assert last.end(signal.SIGINT) == 130
    assert list(processes(folder)) == []
    # Celery's word to root, with every start.
    assert "superuser privileges" not in (data / "logs" / "worker.log").read_text()
