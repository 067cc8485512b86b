"""Loading the whole demonstration in one transaction."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from demonstration import class_history, history, municipality, pupils
from demonstration.days import SchoolDays
from demonstration.directory import FOLDER, Directory, read
from districts.models import Pupil, Unit
from haderslev.accounts.models import User
from haderslev.core import tasks  # noqa: F401 - it is what hands the letters to the queue
from haderslev.core.errors import DomainError

NOT_HERE = "The demonstration is only loaded where DEMO is on."
NOT_EMPTY = "There is data already; the demonstration needs an empty database."

type Say = Callable[[str], object]


def load(say: Say) -> None:
    """Build the municipality and its history; on an error nothing of it stays.

    Raises:
        DomainError: This is no demonstration, or there are people or units already.
    """
    if not settings.DEMO:
        raise DomainError(NOT_HERE)
    with transaction.atomic(), override("da"):
        if any(model.objects.exists() for model in (Unit, User, Pupil)):
            raise DomainError(NOT_EMPTY)
        directory = Directory(SchoolDays())
        municipality.build(directory)
        say(f"Units: {len(directory.units)}. People: {len(directory.people)}.")
        pupils.build(directory)
        say(f"Classes: {len(directory.classes)}. Pupils: {Pupil.objects.count()}.")
        acts = history.History(directory)
        _read_texts(acts)
        say(f"Acts of the history: {acts.run()}.")


def _read_texts(acts: history.History) -> None:
    added = read("additions")
    for path in sorted((FOLDER / "texts").glob("*.toml")):
        text = _merged(read(f"texts/{path.stem}"), added.get(path.stem, {}))
        if "classes" not in text:
            history.of_child(acts, text)
            continue
        for community, course in text["classes"].items():
            class_history.of_class(acts, community, course)


def _merged(text: dict[str, Any], added: dict[str, Any]) -> dict[str, Any]:
    """Return the text with what is added to it, table by table."""
    both = dict(text)
    for key, value in added.items():
        known = both.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            both[key] = _merged(known, value)
        else:
            both[key] = value
    return both
