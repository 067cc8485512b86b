"""bin/demo says what is wrong in a sentence, and comes up after whatever happened to it."""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console import inherited
from tests.startup.starting import LIBRARY, STRANGE, Start, processes


@pytest.fixture
def data(tmp_path) -> Iterator[Path]:
    yield tmp_path / "data"
    for pid in processes(tmp_path):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _manage(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(LIBRARY / "command.py"), *arguments]
    env = inherited() | STRANGE
    return subprocess.run(command, check=False, env=env, capture_output=True, text=True)


def test_a_command_without_its_folder_or_database_is_answered_in_a_sentence(data):
    lacking = _manage("--data")
    assert lacking.returncode == 2
    assert "argument --data: expected one argument" in lacking.stderr
    early = _manage("--data", str(data), "check")
    assert early.returncode == 1
    assert f"There is no database in {data} yet: start bin/demo once." in early.stderr
    assert "Traceback" not in lacking.stderr + early.stderr


def test_the_port_is_held_from_the_start(data):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = Start(data, port, pause="initdb")
    start.wait_for("Paused at initdb")
    with pytest.raises(OSError, match="in use"):
        socket.create_server(("127.0.0.1", port))
    assert start.end(signal.SIGTERM) == 130


def _refused(data: Path, port: int = 0) -> str:
    start = Start(data, port)
    assert start.process.wait(60) == 1
    assert "Traceback" not in start.said()
    return start.said().strip()


def test_a_taken_port_is_said_and_another_proposed(data):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = _refused(data, port)
    assert said == (
        f"Port {port} is taken by another program. Choose another: bin/demo --port {port + 1}"
    )


def test_a_port_that_does_not_exist_is_said(data):
    assert _refused(data, 80000) == "Port 80000 can not be used; choose one between 1024 and 65535."


def test_a_second_start_on_the_folder_is_refused(data):
    (data / "run").mkdir(parents=True)
    with (data / "run" / "demo.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert _refused(data) == f"Another bin/demo already runs on {data}: stop it first."


def test_a_folder_that_can_not_be_written_is_said(data):
    data.write_text("a file")
    assert _refused(data / "below").startswith(f"The data folder {data}/below can not be written: ")


def test_a_folder_with_other_files_is_left_alone(data):
    data.mkdir()
    (data / "thesis.odt").touch()
    assert _refused(data) == f"{data} holds other files; name an empty folder with --data."
    assert [file.name for file in data.iterdir()] == ["thesis.odt"]


def test_a_server_that_can_not_start_shows_the_end_of_its_log(data):
    start = Start(data, pause="roles")
    start.wait_for("Paused at roles")
    assert start.end(signal.SIGTERM) == 130
    (data / "postgres" / "cluster" / "global" / "pg_control").unlink()
    said = _refused(data)
    assert said.startswith("PostgreSQL does not start; its log ends:")
    assert "pg_control" in said


@pytest.mark.usefixtures("as_root")
def test_a_full_disk_is_said_and_room_is_enough(data):
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=330m", "tmpfs", str(data)], check=True)
    try:
        start = Start(data)
        start.wait_for("Making the tables")
        with contextlib.suppress(OSError), (data / "filler").open("wb") as filler:
            while True:
                filler.write(bytes(2**20))
        assert start.process.wait(120) == 1
        assert f"The disk that holds {data}" in start.said()
        assert "Traceback" not in start.said()
        assert f"The disk that holds {data} is full" in _refused(data)
        (data / "filler").unlink()
        subprocess.run(["mount", "-o", "remount,size=600m", str(data)], check=True)
        again = Start(data, pause="reference")
        again.wait_for("Paused at reference")
        again.end(signal.SIGINT)
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=True)
