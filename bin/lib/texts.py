"""Own code, as no linter reads what people see: the Danish is whole, avoided words are nowhere."""

import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from console import APPS

WORDS = Path(__file__).with_name("avoided_words.txt")
DANISH = Path("locale/da/LC_MESSAGES/django.po")
# What a person does not see of a template: comments, tags and their names, variables.
HIDDEN = re.compile(
    r"{#.*?#}|{% comment %}.*?{% endcomment %}|{%.*?%}|{{.*?}}|<!--.*?-->|<[^>]*>", re.DOTALL
)
SEEN_ATTRIBUTE = re.compile(r'\b(?:title|alt|aria-label|placeholder|value)="([^"{]*)"')


def danish_catalogue(root: Path, python: str) -> str:
    """Return the texts of the code that have no finished Danish.

    gettext's own tools bring a copy up to date, so that the committed catalogue stays as it is.
    """
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for folder in (*APPS, "templates", "locale"):
            shutil.copytree(root / folder, copy / folder)
        found = ""
        for command in (
            [python, "-m", "django", "makemessages", "--locale=da", "--no-location", "-v0"],
            ["msgattrib", "--no-obsolete", "--untranslated", str(DANISH)],
            ["msgattrib", "--no-obsolete", "--only-fuzzy", str(DANISH)],
        ):
            done = subprocess.run(command, check=False, cwd=copy, capture_output=True, text=True)
            found += done.stderr if done.returncode else done.stdout
        return found


def avoided_words(root: Path) -> str:
    """Return one line per avoided word that a person could meet."""
    words = [
        (re.compile(pattern, re.IGNORECASE), instead.strip())
        for line in WORDS.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
        for pattern, instead in [line.split("  ", 1)]
    ]
    return "\n".join(
        f"{place}: {found[0]!r} – write: {instead}"
        for place, text in _read_by_people(root)
        for pattern, instead in words
        if (found := pattern.search(text))
    )


def _read_by_people(root: Path) -> Iterator[tuple[str, str]]:
    for file in sorted((root / "templates").rglob("*.*")):
        if file.suffix in {".html", ".txt", ".svg"}:
            source = file.read_text(encoding="utf-8")
            name = str(file.relative_to(root))
            yield from ((name, text) for text in SEEN_ATTRIBUTE.findall(source))
            seen = HIDDEN.sub("\n", source)
            yield from ((name, line.strip()) for line in seen.splitlines() if line.strip())
    for file in sorted((root / "fixtures").rglob("*.toml")):
        for value in _values(tomllib.loads(file.read_text(encoding="utf-8"))):
            # Codes and names of files are the code's own words.
            if " " in value or not value.isascii():
                yield str(file.relative_to(root)), value
    if (root / DANISH).exists():
        with (root / DANISH).open("rb") as catalogue:
            messages = read_po(catalogue, locale="da")
        for message in messages:
            said = message.string or ""
            for text in (said,) if isinstance(said, str) else said:
                if message.id:
                    yield f"{DANISH}: {message.id!r}", text


def _values(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _values(value)
