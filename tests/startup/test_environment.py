"""The environment of a command: never taken for whole when it is half made, and found anywhere."""

import ast
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import environment
from console import ROOT, StartError, inherited
from scratch import environment as scratch_environment
from tests.startup.starting import BACKGROUND, STRANGE

LIBRARY = ROOT / "bin" / "lib"
START = ("demo", ".venv", "hello.py", "one two", "æ")


@pytest.fixture
def clone(tmp_path, monkeypatch) -> Path:
    """A clone whose lock holds nothing, so that nothing but uv is fetched, and that once."""
    uv = Path(str(shutil.which(environment.uv()))).parent
    shutil.copytree(LIBRARY, tmp_path / "bin" / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "bin" / "lib" / "hello.py").write_text("import sys; print(*sys.argv[1:], sep='|')")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "demo.txt").write_text("# nothing\n")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setenv("PATH", str(uv), prepend=os.pathsep)
    return tmp_path


def _command(clone: Path, python: str = sys.executable) -> list[str]:
    return [python, str(clone / "bin" / "lib" / "environment.py"), *START]


def test_a_whole_environment_is_left_alone_and_a_new_lock_is_installed(clone):
    venv = clone / ".venv"
    environment.ensure_libraries("demo", venv)
    made = (venv / "pyvenv.cfg").stat().st_mtime_ns
    environment.ensure_libraries("demo", venv)
    assert (venv / "pyvenv.cfg").stat().st_mtime_ns == made
    (clone / "requirements" / "demo.txt").write_text("# still nothing\n")
    environment.ensure_libraries("demo", venv)
    assert (venv / "pyvenv.cfg").stat().st_mtime_ns != made


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ended_in_the_middle_it_says_a_word_and_the_next_start_begins_again(clone, number):
    env = os.environ | {"HADERSLEV_PAUSE_AT": "environment"}
    pipe = subprocess.PIPE
    command = [*BACKGROUND, *_command(clone)]
    with subprocess.Popen(command, env=env, stdout=pipe, stderr=pipe, text=True) as start:
        assert start.stdout is not None
        assert any("Paused" in line for line in iter(start.stdout.readline, ""))
        start.send_signal(number)
        said, errors = start.communicate(timeout=30)
    assert "Stopped." in said
    assert "Traceback" not in errors
    (clone / ".venv" / "half").touch()
    # Also when it is the half-made one that runs.
    command = _command(clone, str(clone / ".venv" / "bin" / "python"))
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == "one two|æ\n"
    assert not (clone / ".venv" / "half").exists()


def test_a_library_that_can_not_be_had_is_said(clone):
    (clone / "requirements" / "demo.txt").write_text("no-hash-at-all==1.0\n")
    with pytest.raises(StartError, match=r"could not be made; uv said:\n.*hash"):
        environment.ensure_libraries("demo", clone / ".venv")


def test_without_a_python_of_today_uv_is_heard_and_two_ways_are_shown(clone, monkeypatch):
    monkeypatch.setenv("UV_PYTHON", "/nowhere/python3.13")
    with pytest.raises(StartError, match=r"uv said:\n.*/nowhere/python3\.13") as error:
        environment.ensure_libraries("demo", clone / ".venv")
    assert "UV_PYTHON=/path/to/python3.13 bin/demo" in str(error.value)
    assert "UV_PYTHON_INSTALL_MIRROR=" in str(error.value)


def test_a_shim_that_only_answers_to_its_name_is_passed_over(clone, monkeypatch):
    shims, version = clone / "shims", clone / "pyenv" / "versions" / "3.13.0" / "bin"
    for folder in (shims, version):
        folder.mkdir(parents=True)
    for name in ("python3", "python3.13"):
        (shims / name).write_text("#!/bin/sh\nexit 127\n")
        (shims / name).chmod(0o755)
    (version / "python3").symlink_to(os.path.realpath(sys.executable))
    for name in ("dirname", "uv"):
        (shims / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PYENV_ROOT", str(clone / "pyenv"))
    monkeypatch.setenv("PATH", str(shims))
    environment.ensure_libraries("demo", clone / ".venv")
    shutil.rmtree(clone / ".venv")
    monkeypatch.setenv("PATH", f"{shims}:{version}")
    command = ["/bin/sh", str(clone / "bin" / "lib" / "start"), *START]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == "one two|æ\n"


def test_what_runs_first_is_written_for_an_old_python():
    for name in ("environment.py", "console.py"):
        ast.parse((LIBRARY / name).read_text(encoding="utf-8"), feature_version=(3, 9))


@pytest.fixture
def machine(tmp_path, monkeypatch) -> Path:
    """A folder with the only programs of a machine on which we are not root."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("dirname", "env", "sh"):
        (programs / name).symlink_to(str(shutil.which(name)))
    _program(programs, "id", "echo 1000")
    _program(programs, "apt-get", "exit 1")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return programs


def _program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_missing_system_packages_are_named_in_one_line(machine, monkeypatch):
    monkeypatch.setattr(environment, "LIBRARIES", {"libnowhere.so.7": "libnowhere7"})
    monkeypatch.setattr(environment, "PROGRAMS", {"no-such-program": "no-such-package"})
    monkeypatch.setattr(environment, "FILES", {})
    line = "'apt-get update; apt-get install -y libnowhere7 no-such-package'"
    with pytest.raises(StartError, match=f"Type:\n    su -c {line}$"):
        environment.ensure_system("dev")
    _program(machine, "sudo", "exit 1")
    with pytest.raises(StartError, match=f"Type:\n    sudo sh -c {line}$"):
        environment.ensure_system("dev")
    (machine / "apt-get").unlink()
    with pytest.raises(StartError, match="Install what Debian calls: libnowhere7"):
        environment.ensure_system("dev")


def test_without_any_python_it_says_what_to_type(machine):
    def said() -> str:
        command = ["/bin/sh", str(LIBRARY / "start"), *START]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 1
        return done.stderr

    line = "'apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv'"
    assert f"Type:\n    su -c {line}\n" in said()
    _program(machine, "sudo", "exit 1")
    assert f"Type:\n    sudo sh -c {line}\n" in said()
    (machine / "apt-get").unlink()
    assert "xcode-select --install" in said()


def test_what_stands_in_the_callers_environment_changes_nothing(monkeypatch, tmp_path):
    for name, value in STRANGE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert not set(STRANGE) & set(inherited())
    assert inherited("HTTPS")["HTTPS"] == "1"
    assert inherited()["LC_ALL"] == "C.UTF-8"
    assert scratch_environment(tmp_path)["DEBUG"] == "0"
