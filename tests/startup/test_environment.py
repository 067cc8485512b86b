"""An environment that was killed in the making is never taken for a whole one."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import environment
from console import ROOT, StartError

LIBRARY = ROOT / "bin" / "lib"


@pytest.fixture
def clone(tmp_path, monkeypatch) -> Path:
    """A clone with a lock that holds nothing, so that nothing is fetched."""
    (tmp_path / "bin").mkdir()
    shutil.copytree(LIBRARY, tmp_path / "bin" / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "demo.txt").write_text("# nothing\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    return tmp_path


def _made(venv: Path) -> float:
    return (venv / "pyvenv.cfg").stat().st_mtime_ns


def test_a_whole_environment_is_left_alone_and_a_new_lock_is_installed(clone):
    venv = clone / ".venv"
    environment.ensure_libraries("demo", venv)
    made, installed = _made(venv), (venv / ".installed-demo").read_text()
    environment.ensure_libraries("demo", venv)
    assert _made(venv) == made
    (clone / "requirements" / "demo.txt").write_text("# still nothing\n")
    environment.ensure_libraries("demo", venv)
    assert _made(venv) == made
    assert (venv / ".installed-demo").read_text() != installed


def test_killed_in_the_middle_the_next_start_begins_again(clone):
    venv = clone / ".venv"
    command = [sys.executable, str(clone / "bin/lib/environment.py"), "demo", str(venv)]
    env = os.environ | {"HADERSLEV_PAUSE_AT": "environment"}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as start:
        assert start.stdout is not None
        assert any("Paused" in line for line in iter(start.stdout.readline, ""))
        start.kill()
    (venv / "half").touch()
    assert not (venv / ".installed-demo").exists()
    environment.ensure_libraries("demo", venv)
    assert (venv / ".installed-demo").exists()
    assert not (venv / "half").exists()


def test_a_half_made_environment_repairs_itself_when_it_is_the_one_that_runs(clone):
    venv = clone / ".venv"
    environment.ensure_libraries("demo", venv)
    (venv / ".installing").touch()
    command = [str(venv / "bin/python"), str(clone / "bin/lib/environment.py"), "demo", str(venv)]
    subprocess.run(command, check=True)
    assert not (venv / ".installing").exists()


def test_ctrl_c_ends_with_a_word_and_no_traceback(clone):
    venv = clone / ".venv"
    command = [sys.executable, str(clone / "bin/lib/environment.py"), "demo", str(venv)]
    env = os.environ | {"HADERSLEV_PAUSE_AT": "environment"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=env, stdout=pipe, stderr=pipe, text=True) as start:
        time.sleep(2)
        start.send_signal(signal.SIGINT)
        said, errors = start.communicate(timeout=30)
    assert "Stopped." in said
    assert errors == ""


def test_a_library_that_can_not_be_had_is_said(clone):
    (clone / "requirements" / "demo.txt").write_text("no-hash-at-all==1.0\n")
    with pytest.raises(StartError, match="could not be installed; pip said"):
        environment.ensure_libraries("demo", clone / ".venv")


def test_missing_system_packages_are_named_in_one_line(monkeypatch):
    monkeypatch.setattr(environment, "LIBRARIES", {"libnowhere.so.7": "libnowhere7"})
    monkeypatch.setattr(environment, "PROGRAMS", {"no-such-program": "no-such-package"})
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(shutil, "which", lambda name: "/apt" * (name == "apt-get"))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1))
    with pytest.raises(StartError) as error:
        environment.ensure_system("test")
    assert "sudo apt-get install -y libnowhere7 no-such-package" in str(error.value)


def _python(name: str, path: str, **env: str) -> subprocess.CompletedProcess[str]:
    script = f". {LIBRARY}/python.sh; {name}"
    return subprocess.run(
        ["/bin/sh", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": path, **env},
    )


def test_a_python_that_only_answers_to_its_name_is_passed_over(tmp_path):
    shim = tmp_path / "python3.14"
    shim.write_text("#!/bin/sh\necho 'version not installed' >&2; exit 127\n")
    shim.chmod(0o755)
    (tmp_path / "python3.13").symlink_to(os.path.realpath(sys.executable))
    found = _python("haderslev_python", f"{tmp_path}:/usr/bin:/bin", HOME="/nowhere")
    assert found.stdout.strip() == str(tmp_path / "python3.13")


def test_without_a_python_it_says_what_to_type(tmp_path):
    for tool in ("uname", "id", "sed", "sh"):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    found = _python("haderslev_candidates() { :; }; haderslev_python", str(tmp_path))
    assert found.returncode == 1
    assert "Haderslev needs Python 3.12 or newer" in found.stderr
    assert "Type:" in found.stderr
    assert "HADERSLEV_PYTHON=/path/to/python3.13" in found.stderr


def test_a_named_python_must_be_one():
    found = _python("haderslev_python", "/usr/bin:/bin", HADERSLEV_PYTHON="/bin/true-ly-not")
    assert found.returncode == 1
    assert "which is not a Python of at least 3.12" in found.stderr
