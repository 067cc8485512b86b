"""Loading the whole demonstration in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import override

from districts.models import Pupil, Unit
from haderslev.accounts.models import User
from haderslev.core import tasks  # noqa: F401 - it is what hands the letters to the queue
from haderslev.core.errors import DomainError
from pku.demonstration import class_history, history, municipality, pupils
from pku.demonstration.days import SchoolDays
from pku.demonstration.town import FOLDER, Town, read

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
    with transaction.atomic(), _one_piece(), override("da"):
        if any(model.objects.exists() for model in (Unit, User, Pupil)):
            raise DomainError(NOT_EMPTY)
        town = Town(SchoolDays())
        municipality.build(town)
        say(f"Units: {len(town.units)}. People: {len(town.people)}.")
        pupils.build(town)
        say(f"Classes: {len(town.classes)}. Pupils: {Pupil.objects.count()}.")
        plot = history.History(town)
        _read_all(plot)
        say(f"Acts of the history: {plot.run()}.")


@contextmanager
def _one_piece() -> Iterator[None]:
    """Let the acts go without savepoints: all or nothing, and they are a fourth of the work."""
    features = connection.features
    features.uses_savepoints = False
    try:
        yield
    finally:
        features.uses_savepoints = True


def _read_all(plot: history.History) -> None:
    added = read("additions")
    for path in sorted((FOLDER / "texts").glob("*.toml")):
        text = _merged(read(f"texts/{path.stem}"), added.get(path.stem, {}))
        if "classes" not in text:
            history.of_child(plot, text)
            continue
        for community, course in text["classes"].items():
            class_history.of_class(plot, community, course)


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
