"""Own code, as uv gets Python and libraries but nothing gets uv, or what Debian leaves out.

Usage: python bin/lib/environment.py LOCK VENV PROGRAM [ARGUMENT …]

Makes the environment VENV hold requirements/LOCK.txt and the system what its libraries need, then
becomes PROGRAM. Runs on any Python of at least 3.9 with nothing but the standard library. Killed in
the middle, it starts over the next time: a half-made environment is never taken for a whole one.
"""

import ctypes
import fcntl
import hashlib
import importlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from console import FULL, ROOT, StartError, disk_full, note, point, run, write_whole

OWN_UV = ROOT / ".uv"
PIP = ("pip", "ensurepip")  # Debian leaves both out of its Python
# What to look for, and the Debian package that holds it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
PROGRAMS = {
    "chromium": "chromium",
    "git": "git",
    "redis-server": "redis-server",
    "java": "default-jre-headless",
    "pdftoppm": "poppler-utils",
    "msgfmt": "gettext",
}
FILES = {"/usr/share/java/jaxb-runtime.jar": "libjaxb-java"}
# The servers are ours to start, never the system's.
APT = """
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap 'rm -f $policy' EXIT
    printf '#!/bin/sh\\nexit 101\\n' >$policy && chmod 755 $policy
fi
apt-get -qq update || true
apt-get -qq install -y --no-install-recommends "$@"
"""
NO_PYTHON = """
Name a Python of at least 3.12 that you have, or a mirror that uv may fetch one from:
    UV_PYTHON=/path/to/python3.13 bin/demo
    UV_PYTHON_INSTALL_MIRROR=https://… bin/demo"""


def missing_packages(lock: str) -> list[str]:
    """Return the Debian packages whose contents are not on this machine."""
    missing = [package for name, package in LIBRARIES.items() if not _loads(name)]
    if not (shutil.which("uv") or (OWN_UV / "bin" / "uv").exists() or any(map(find_spec, PIP))):
        missing.append("python3-venv")
    if lock == "dev":
        missing += [package for name, package in PROGRAMS.items() if not shutil.which(name)]
        missing += [package for path, package in FILES.items() if not Path(path).exists()]
    return missing


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def ensure_system(lock: str) -> None:
    """Install missing system packages where we may.

    Raises:
        StartError: We may not, or it failed; the text is the line to type.
    """
    if sys.platform == "darwin":
        if not (shutil.which("pango-view") or list(Path("/opt/homebrew/lib").glob("libpango-1*"))):
            raise StartError("The library Pango is missing. Type:  brew install pango")
    elif missing := missing_packages(lock):
        install(missing)
        importlib.invalidate_caches()
        if left := missing_packages(lock):
            raise StartError(f"Installed, but still not found: {' '.join(left)}.")


def install(packages: list[str]) -> None:
    """Install Debian packages without starting their services.

    Raises:
        StartError: We may not, or apt-get failed; the text is the line to type.
    """
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise StartError(f"Some system packages are missing. Install what Debian calls: {names}")
    become = "sudo sh -c" if shutil.which("sudo") else "su -c"
    line = f"{become} 'apt-get update; apt-get install -y {names}'"
    line = f"Some system packages are missing. Type:\n    {line}"
    sudo = ["sudo", "-n"] if os.geteuid() else []
    if sudo and not _runs(*sudo, "true"):
        raise StartError(line)
    note(f"Installing with apt-get: {names} …")
    command = [*sudo, "sh", "-c", APT, "sh", *packages]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise StartError(f"{line}\napt-get said: {done.stderr.strip()[-600:]}")


def _runs(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def uv() -> str:
    """Return a uv that runs: the one on PATH, or our own below the clone, fetched at first.

    Raises:
        StartError: pip failed; its last lines are the text.
    """
    own = str(OWN_UV / "bin" / "uv")
    for program in ("uv", own):
        if _runs(program, "--version"):
            return program
    note("Fetching uv, which finds Python and installs its libraries …")
    shutil.rmtree(OWN_UV, ignore_errors=True)
    python = sys.executable
    if not find_spec("pip"):
        call([python, "-m", "venv", str(OWN_UV / "pip")])
        python = str(OWN_UV / "pip" / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = str(ROOT / "requirements" / "uv.txt")
    call([*pip, "--target", str(OWN_UV), "--require-hashes", "-r", lock])
    return own


def _surroundings() -> dict[str, str]:
    # pyenv's shims answer to a name without running; uv is shown what they stand for, and first.
    pyenv = Path(os.environ.get("PYENV_ROOT", f"{os.environ.get('HOME', '')}/.pyenv"))
    versions = [str(folder) for folder in sorted(pyenv.glob("versions/3.1[2-9]*/bin"))]
    path = os.pathsep.join([*reversed(versions), os.environ.get("PATH", os.defpath)])
    # The certificates of the network a machine stands in are the system's, as for pip.
    return {"UV_SYSTEM_CERTS": "1", **os.environ, "PATH": path}


def call(command: list[str], held: tuple[int, ...] = (), advice: str = "") -> None:
    """Run a program from the clone; ``held`` is locked until it has ended, though we be killed.

    Raises:
        StartError: It failed; its last lines are the text, then the advice.
    """
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=_surroundings(),
        pass_fds=held,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        if FULL in said:
            raise disk_full(ROOT)
        lines = "\n    ".join(said.splitlines()[-8:])
        name = Path(command[0]).name
        raise StartError(f"The environment could not be made; {name} said:\n    {lines}{advice}")


def ensure_libraries(lock: str, venv: Path) -> None:
    """Make ``venv`` hold what ``requirements/<lock>.txt`` says, if it does not yet.

    Raises:
        StartError: uv failed; its last lines are the text.
    """
    requirements = ROOT / "requirements" / f"{lock}.txt"
    # An environment that was moved, or whose Python is gone, is none.
    wanted = f"{hashlib.sha256(requirements.read_bytes()).hexdigest()} {venv}"
    done = venv / ".complete"
    with Path(f"{venv}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        whole = done.exists() and done.read_text() == wanted
        if whole and (venv / "bin" / "python").exists():
            return
        program = uv()
        note(f"Setting up Python's libraries in {venv} (a minute the first time) …")
        call([program, "venv", "--quiet", "--clear", str(venv)], (file.fileno(),), NO_PYTHON)
        point("environment")
        sync = [program, "pip", "sync", "--quiet", "--require-hashes", "--python", str(venv)]
        call([*sync, str(requirements)], (file.fileno(),))
        write_whole(done, wanted)


def main() -> int:
    """Make the environment named on the command line, and become the program."""
    lock, name, program, *arguments = sys.argv[1:]
    venv = ROOT / name
    ensure_system(lock)
    ensure_libraries(lock, venv)
    command = [str(venv / "bin" / "python"), str(ROOT / "bin" / "lib" / program), *arguments]
    # No process of ours stays in between, so that signals reach the program.
    os.execv(command[0], command)  # noqa: S606 - the program is our own


if __name__ == "__main__":
    sys.exit(run(main))
