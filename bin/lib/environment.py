"""Make an environment hold one locked set of libraries, and the system what they need.

Usage: python bin/lib/environment.py SET VENV

Runs on any Python of at least 3.12 with nothing but the standard library. Killed in the middle, it
starts over the next time: a half-installed environment is never taken for a whole one.
"""

import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from console import FULL, ROOT, StartError, disk_full, point, run, say, write_whole

# What to look for, and the Debian package that holds it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
PROGRAMS = {
    "chromium": "chromium",
    "redis-server": "redis-server",
    "java": "default-jre-headless",
    "pdftoppm": "poppler-utils",
    "msgfmt": "gettext",
}
FILES = {"/usr/share/java/jaxb-runtime.jar": "libjaxb-java"}
NEEDS_PROGRAMS = {"test", "dev"}


def missing_packages(lock: str) -> list[str]:
    """Return the Debian packages whose contents are not on this machine."""
    missing = [package for name, package in LIBRARIES.items() if not _loads(name)]
    if lock in NEEDS_PROGRAMS:
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
        if (
            not shutil.which("pango-view")
            and not Path("/opt/homebrew/lib/libpango-1.0.dylib").exists()
        ):
            raise StartError("The library Pango is missing. Type:  brew install pango")
        return
    if missing := missing_packages(lock):
        install(missing)
        if left := missing_packages(lock):
            message = f"Installed, but still not found: {' '.join(left)}."
            raise StartError(message)


def install(packages: list[str]) -> None:
    """Install Debian packages without starting their services.

    Raises:
        StartError: We may not, or apt-get failed; the text is the line to type.
    """
    names = " ".join(packages)
    line = f"Some system packages are missing. Type:\n    sudo apt-get install -y {names}"
    if not shutil.which("apt-get"):
        message = f"Some system libraries are missing. Install what Debian calls: {names}"
        raise StartError(message)
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and subprocess.run([*sudo, "true"], check=False, capture_output=True).returncode:
        raise StartError(line)
    say(f"Installing with apt-get: {names} …")
    policy = Path("/usr/sbin/policy-rc.d")
    quiet = not sudo and not policy.exists()
    if quiet:  # the servers are ours to start, never the system's
        policy.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
        policy.chmod(0o755)
    try:
        apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        subprocess.run([*apt, "update"], check=False, capture_output=True)
        command = [*apt, "install", "-y", "--no-install-recommends", *packages]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    finally:
        if quiet:
            policy.unlink(missing_ok=True)
    if done.returncode:
        raise StartError(f"{line}\napt-get said: {done.stderr.strip()[-600:]}")


def ensure_libraries(lock: str, venv: Path) -> None:
    """Make ``venv`` hold what ``requirements/<lock>.txt`` says, if it does not yet.

    Raises:
        StartError: pip failed; its last lines are the text.
    """
    requirements = ROOT / "requirements" / f"{lock}.txt"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    done = venv / f".installed-{lock}"
    with Path(f"{venv}.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        # A venv that was moved or whose Python is gone is no venv.
        whole = (venv / "bin" / "python").exists() and not (venv / ".installing").exists()
        if whole and done.exists() and done.read_text() == f"{wanted} {venv}":
            return
        python = os.path.realpath(sys.executable)  # what is removed below may be how we were called
        say(f"Setting up Python's libraries in {venv} (a minute or two the first time) …")
        if not whole:
            shutil.rmtree(venv, ignore_errors=True)
            venv.mkdir(parents=True)
            write_whole(venv / ".installing", lock)
            _call([python, "-m", "venv", str(venv)], venv, held.fileno())
        write_whole(venv / ".installing", lock)
        point("environment")
        pip = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install"]
        options = ["--quiet", "--no-input", "--progress-bar", "off", "--require-hashes"]
        _call([*pip, *options, "-r", str(requirements)], venv, held.fileno())
        write_whole(done, f"{wanted} {venv}")
        (venv / ".installing").unlink()


def _call(command: list[str], venv: Path, lock: int) -> None:
    # The child holds the lock too: if we are killed, the next start waits until it has ended.
    done = subprocess.run(command, check=False, capture_output=True, text=True, pass_fds=[lock])
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        if FULL in said:
            raise disk_full(venv.parent)
        lines = "\n    ".join(said.splitlines()[-5:])
        raise StartError(f"Python's libraries could not be installed; pip said:\n    {lines}")


def main() -> int:
    """Make the environment named on the command line."""
    lock, venv = sys.argv[1], Path(sys.argv[2]).absolute()
    ensure_system(lock)
    ensure_libraries(lock, venv)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
