"""Print a page of docs/ that is made from the code."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any  # what the command line gives

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser
from django.db import models
from django.utils.translation import override

from districts.permissions import (
    Role,
    causes,
    of_opened_case,
    of_opened_community,
    of_opened_pupil,
    of_role,
    outside,
    rights,
)
from haderslev.core.features import Act, Page, Seen, contributed
from haderslev.core.states import StateField, StatefulModel, state_field
from haderslev.core.subject import JournalSubject

JOURNAL = """# Journal

Made by `bin/manage print_docs journal` from the `features.py` of the apps; a test compares it with
the code. The journal has two tables that nobody can change: acts, and look-ups. Their names never
change once there is real data.

What is changed on the pages of the set-up is an act `app.model.added`, `app.model.changed` or
`app.model.removed`; these have no words of their own.
"""
PERMISSIONS = """# Permissions

Made by `bin/manage print_docs permissions` from the rights that each app declares in its
`features.py`, the only source; a test compares it with the code. A role is held at a unit by a
dated membership. What it may do is rows of `UnitGroupPermission`, written from these rights;
nothing is granted beside such rows and the rows of dated openings below.
"""
STATES = """# States

Made by `bin/manage print_docs states`; a test compares it with the code. Each machine is one table
of moves beside its column, kept twice: by `move`, which tells the person, and by triggers in the
database, which refuse every other move and every other state at birth.
"""


def journal_document() -> str:
    """Return docs/journal.md."""
    parts = [
        JOURNAL,
        "## Whom and what a row is about\n",
        "Texts `kind:value` in the column `about`.\n",
        "| Kind | Value |\n|---|---|",
    ]
    for kind in contributed(JournalSubject).values():
        value = f"key of a row of `{kind.model}`" if kind.model else "as it is read"
        parts.append(f"| `{kind.code}` | {value} |")
    parts += [
        "\n## Acts\n",
        *_tables(contributed(Act).values(), lambda code: code.partition(".")[0]),
        "## Pages that are looked up\n",
        *_tables(contributed(Page).values(), lambda code: code.rpartition(":")[0] or code),
        "## What of a page was seen\n",
        *_table(contributed(Seen).values()),
    ]
    return "\n".join(parts)


def _tables(rows: Iterable[Act | Page], app: Callable[[str], str]) -> Iterable[str]:
    """Yield a table for each app."""
    ordered = sorted(rows, key=lambda row: app(row.code))
    for name, group in groupby(ordered, key=lambda row: app(row.code)):
        yield f"### {name}\n"
        yield from _table(group)


def _table(rows: Iterable[Act | Page | Seen]) -> Iterable[str]:
    yield "| Code | English | Danish |\n|---|---|---|"
    for row in rows:
        with override("en"):
            english = str(row.label)
        with override("da"):
            yield f"| `{row.code}` | {english} | {row.label} |"
    yield ""


def permissions_document() -> str:
    """Return docs/permissions.md."""
    with override("en"):
        return "\n".join([PERMISSIONS, *_permissions()])


def _permissions() -> Iterator[str]:
    yield "## Permissions\n\n| Code | What | Standing at the unit |\n|---|---|---|"
    for right in rights():
        roles = ", ".join(f"`{role.value}`" for role in Role if role in right.at)
        yield f"| `{right.code}` | {right.name} | {roles or 'only by an opening'} |"
    yield "\n## Roles\n"
    for role in Role:
        yield f"### {role.label} (`{role.value}`)\n\n{_codes(of_role(role))}\n"
    yield "## Openings\n"
    yield "A community, a pupil or a case is opened for a cause, to a date.\n"
    yield "| Opened | Cause | To | Gives |\n|---|---|---|---|"
    for what, given in (("community", of_opened_community), ("pupil", of_opened_pupil)):
        for cause in causes():
            if given(cause.code):
                yield f"| {what} | {cause.label} | the one asked | {_codes(given(cause.code))} |"
    for cause in causes():
        for role in outside(cause.code):
            codes = _codes(of_opened_case(cause.code, role))
            yield f"| case | {cause.label} | {role.label} | {codes} |"
    yield ""


def _codes(perms: frozenset[str]) -> str:
    return ", ".join(f"`{code}`" for code in sorted(perms)) or "Nothing by the role itself."


def states_document() -> str:
    """Return docs/states.md."""
    with override("en"):
        parts = [STATES, *(_machine(model, field) for model, field in machines())]
    return "\n".join(parts)


def machines() -> list[tuple[type[models.Model], StateField]]:
    """Return every model with a state, and its column, in order of their labels."""
    found = [model for model in apps.get_models() if issubclass(model, StatefulModel)]
    return [(model, state_field(model)) for model in sorted(found, key=lambda m: m._meta.label)]


def _machine(model: type[models.Model], field: StateField) -> str:
    order = [value for value, _ in field.flatchoices]
    table = sorted(field.moves, key=lambda move: (order.index(move[0]), order.index(move[1])))
    ends = {b for _, b in table} - {a for a, _ in table}
    lines = [
        f"## {model._meta.label}.{field.name}\n",
        "| Code | Words |\n|---|---|",
        *(f"| `{value}` | {label} |" for value, label in field.flatchoices),
        "\n| From | To | When |\n|---|---|---|",
        *(f"| `{a}` | `{b}` | {field.moves[a, b]} |" for a, b in table),
        "\n```mermaid\nstateDiagram-v2",
        *(f"    [*] --> {state}" for state in field.births or [field.default]),
        *(f"    {a} --> {b}" for a, b in table),
        *(f"    {end} --> [*]" for end in sorted(ends)),
        "```\n",
    ]
    return "\n".join(lines)


DOCUMENTS: dict[str, Callable[[], str]] = {
    "journal": journal_document,
    "permissions": permissions_document,
    "states": states_document,
}


class Command(BaseCommand):
    """``bin/manage print_docs states > docs/states.md``."""

    help = "Print a page of docs/ that is made from the code, as Markdown."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name of the page."""
        parser.add_argument("name", choices=DOCUMENTS)

    def handle(self, *_args: object, **options: Any) -> None:
        """Print it."""
        self.stdout.write(DOCUMENTS[options["name"]](), ending="")
