"""Own code, as pre-commit has no checks that share a database: the checks of code and texts.

Usage: bin/lint [NAME …] — all checks, or those named (bin/lint --list)
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import figures
import vendor
from catalogue import compile_catalogues
from console import ROOT, StartError, run, say
from house_rules import house_rules
from scratch import environment, scratch_database
from texts import avoided_words, danish_catalogue

PYTHON = sys.executable
TOOLS = Path(PYTHON).parent
TEMPLATES = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]


def main() -> int:
    """Run the checks and return 1 if one of them failed."""
    names = sys.argv[1:]
    if names == ["--list"]:
        say("\n".join(CHECKS))
        return 0
    if unknown := [name for name in names if name not in CHECKS]:
        raise StartError(f"No check is called {unknown[0]}. There are: {', '.join(CHECKS)}.")
    compile_catalogues()
    failed = []
    for name in names or CHECKS:
        began = time.monotonic()
        findings = CHECKS[name]()
        say(f"{'failed' if findings else 'ok':7}{name} ({time.monotonic() - began:.1f} s)")
        if findings:
            failed.append(name)
            say("".join(f"    {line}\n" for line in findings.strip().splitlines()))
    say(
        f"bin/lint: {len(failed)} of {len(names or CHECKS)} checks failed."
        if failed
        else "bin/lint: all well."
    )
    return 1 if failed else 0


def _command(*command: str | Path, env: dict[str, str] | None = None) -> str:
    """Run a tool; return what it says if it is not content, else nothing."""
    env = env or environment(Path(tempfile.gettempdir()) / f"haderslev-lint-{os.geteuid()}")
    env = {**env, "NO_COLOR": "1"}
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, env=env)
    return (done.stdout + done.stderr).strip() or "failed silently" if done.returncode else ""


def _migrations() -> str:
    # Some fields ask the database what it can do.
    with scratch_database() as (_server, env):
        return _command(PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", env=env)


def _imports() -> str:
    # A banner stands before the heading, or the reason why no contract could be read.
    said = _command(TOOLS / "lint-imports")
    return said.partition("---------\nContracts\n---------")[2] or said


CHECKS: dict[str, Callable[[], str]] = {
    "ruff": lambda: _command(TOOLS / "ruff", "check", "--output-format", "concise", "."),
    "format": lambda: _command(TOOLS / "ruff", "format", "--check", "--quiet", "."),
    "mypy": lambda: _command(TOOLS / "mypy"),
    "imports": _imports,
    "djade": lambda: _command(TOOLS / "djade", "--check", "--target-version", "6.1", *TEMPLATES),
    "djlint": lambda: _command(TOOLS / "djlint", "--lint", "--quiet", "templates"),
    "migrations": _migrations,
    "catalogue": lambda: danish_catalogue(ROOT, PYTHON),
    "words": lambda: avoided_words(ROOT),
    "house": lambda: house_rules(ROOT),
    "figures": figures.check,
    "vendored": vendor.differences,
}

if __name__ == "__main__":
    sys.exit(run(main))
