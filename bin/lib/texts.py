"""Checks of what people read: the Danish catalogue is whole, and avoided words are nowhere."""

import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

WORDS = Path(__file__).with_name("avoided_words.txt")
APPS = ("haderslev", "districts", "plans", "cases", "pku", "insights", "demonstration", "templates")
DANISH = Path("locale/da/LC_MESSAGES/django.po")
# What a person does not see of a template: comments, tags and their names, variables.
HIDDEN = re.compile(
    r"{#.*?#}|{% comment %}.*?{% endcomment %}|{%.*?%}|{{.*?}}|<!--.*?-->|<[^>]*>", re.DOTALL
)
SEEN_ATTRIBUTE = re.compile(r'\b(?:title|alt|aria-label|placeholder|value)="([^"{]*)"')


def danish_catalogue(root: Path, python: str) -> str:
    """Return one line per text of the code that has no finished Danish.

    The texts are extracted into a copy with gettext's own tools, so that the committed catalogue
    stays as it is.
    """
    if shutil.which("xgettext") is None:
        return "gettext's xgettext is missing. Type:  sudo apt-get install gettext"
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for app in APPS:
            if (root / app).exists():
                shutil.copytree(
                    root / app, copy / app, ignore=shutil.ignore_patterns("__pycache__")
                )
        (copy / DANISH.parent).mkdir(parents=True)
        extract = [python, "-m", "django", "makemessages", "--locale", "da", "--no-location"]
        done = subprocess.run(
            [*extract, "--no-wrap"], check=False, cwd=copy, capture_output=True, text=True
        )
        if done.returncode:
            return done.stdout + done.stderr
        wanted = _read(copy / DANISH)
    if not (root / DANISH).exists():
        return f"{DANISH} does not exist."
    return "\n".join(_unfinished(wanted, _read(root / DANISH)))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="da")


def _unfinished(wanted: Catalog, danish: Catalog) -> Iterator[str]:
    for message in danish:
        if message.id and message.fuzzy:
            yield f"fuzzy: {message.id!r}"
        elif message.id and not all(_strings(message)):
            yield f"untranslated: {message.id!r}"
    for message in wanted:
        if message.id and danish.get(message.id, message.context) is None:
            yield f"not in the catalogue: {message.id!r}"


def _strings(message: Message) -> list[str]:
    text = message.string or ""
    return [text] if isinstance(text, str) else list(text)


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
        for message in _read(root / DANISH):
            if message.id:
                yield from ((f"{DANISH}: {message.id!r}", text) for text in _strings(message))


def _values(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _values(value)
