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
from collections.abc import Iterator
from pathlib import Path

import pytest

from console import ROOT, inherited
from tests.startup.starting import STRANGE, Start, processes

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = "".join(re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
LINES = [line.partition("#")[0].strip() for line in BLOCKS.splitlines()]
# These run the whole suite, and this test with it: they are tried by being run.
WHOLE = ["bin/test", ".ci/run"]
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


@pytest.mark.slow
def test_the_demonstration_and_its_commands_work_from_fresh_clones(place):
    known = ("git clone ", "bin/demo", "bin/manage ", "bin/test ", *QUICK)
    assert [line for line in LINES if not line.startswith(known)] == WHOLE
    folder = _clone(place / "en klon på fynsk")
    data = folder / "data"
    start = Start(data, command=[str(folder / "bin" / "demo")])
    start.wait_for("Ready: ", 600)
    assert start.answers()
    other = _clone(place / "en klon på jysk")
    for line in LINES:
        if line.startswith("bin/manage "):
            _run(other, line, DATA_DIR=str(data))
    assert (other / "referral.pdf").read_bytes().startswith(b"%PDF")
    assert start.end(signal.SIGINT) == 130
    assert list(processes(folder)) == []
