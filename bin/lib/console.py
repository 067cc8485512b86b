"""Own code, as it must run on a bare Python: sentences for people, and files written whole."""

import contextlib
import errno
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = sorted(
    file.parent.name for file in ROOT.glob("*/__init__.py") if file.parent.name != "tests"
)
FULL = os.strerror(errno.ENOSPC)
MACHINE = re.compile(
    "CI|COLUMNS|HOME|JAVA_HOME|LANG|LOGNAME|NO_COLOR|PATH|PYENV_ROOT|SHELL|TERM|TMPDIR|USER"
    "|(DYLD|HADERSLEV|HYPOTHESIS|LC|LD|PIP|PYTEST|SSL_CERT|UV|XDG)_.*|(?i:(http|https|no|all)_proxy)"
)


class StartError(Exception):
    """Something a person can put right; its text is the whole message."""


def say(sentence: str) -> None:
    """Print one line at once, also into a pipe."""
    print(sentence, flush=True)


def note(sentence: str) -> None:
    """Print one line beside what a command prints."""
    print(sentence, file=sys.stderr, flush=True)


def point(name: str) -> None:
    """Mark a named point of the start; with ``HADERSLEV_PAUSE_AT`` a test stops here."""
    if os.environ.get("HADERSLEV_PAUSE_AT") == name:
        say(f"Paused at {name}")
        time.sleep(3600)


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file so that it is there whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode)
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def last_lines(path: Path, count: int = 12) -> str:
    """Return the end of a log, indented; empty if there is none."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    except OSError:
        return ""
    return "".join(f"\n    {line}" for line in lines)


def disk_full(folder: Path) -> StartError:
    """Return the sentence for a full disk."""
    free = 0
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(folder).free // 2**20
    return StartError(
        f"The disk that holds {folder} is full ({free} MB free): make room, start again."
    )


def inherited(*settings: str) -> dict[str, str]:
    """Return what a program may know of the caller's environment: the machine, and ``settings``.

    All else (another project's ``DEBUG`` or ``HTTPS``) would change what it does.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if name in settings or MACHINE.fullmatch(name)
    }


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def run(main: Callable[[], int]) -> int:
    """Run a command and turn its troubles into one sentence and an exit code."""
    # Also where a script started us in the background, and so told us to ignore SIGINT.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, _stop)
    try:
        return main()
    except StartError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"\n{disk_full(ROOT)}", file=sys.stderr, flush=True)
        return 1
