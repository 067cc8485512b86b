"""Print every state machine: the moves that the code and the database allow."""

import re
from typing import Any  # a field of django-fsm-2

import pgtrigger
from django.apps import apps
from django.core.management.base import BaseCommand
from django.utils.translation import override

from haderslev.core.fsm import StateField, StatefulModel

type Move = tuple[str, str, str, str]

HEAD = """# States

Made by `bin/manage print_states`; a test compares it with the code. Each machine is kept twice: by
the model's transition methods (django-fsm-2) and by triggers in the database, which refuse every
other move and every other state at birth.
"""


class Command(BaseCommand):
    """``bin/manage print_states > docs/states.md``."""

    help = "Print the state machines as Markdown, for docs/states.md."

    def handle(self, *_args: object, **_options: object) -> None:
        """Print them all."""
        self.stdout.write(states_document(), ending="")


def states_document() -> str:
    """Return docs/states.md."""
    with override("en"):
        parts = [HEAD, *(_machine(model, field) for model, field in machines())]
    return "\n".join(parts)


def machines() -> list[tuple[type[StatefulModel], Any]]:
    """Return every model with a protected state, and the field, in order of their labels."""
    found = [
        (model, field)
        for model in apps.get_models()
        if issubclass(model, StatefulModel)
        for field in model._meta.concrete_fields
        if isinstance(field, StateField)
    ]
    return sorted(found, key=lambda pair: pair[0]._meta.label)


def moves(model: type[StatefulModel], field: Any) -> list[Move]:
    """Return from, to, method and what it means, one for each move."""
    order = [value for value, _ in field.flatchoices]
    found = [
        (str(move.source), str(move.target), move.name, (move.method.__doc__ or "").strip())
        for move in field.get_all_transitions(model)
    ]
    return sorted(found, key=lambda move: (order.index(move[0]), order.index(move[1])))


def births(model: type[StatefulModel], field: Any) -> list[str]:
    """Return the states in which the database lets a row be born without more."""
    for owner, trigger in pgtrigger.registered():
        if owner._meta.model is model and trigger.name == f"{field.name}_birth":
            found = re.search(r"NOT IN \(([^)]*)\)", str(trigger.func))
            if found:
                return [part.strip(" '") for part in found[1].split(",")]
    return [field.default]


def _machine(model: type[StatefulModel], field: Any) -> str:
    table = moves(model, field)
    ends = {b for _, b, _, _ in table} - {a for a, _, _, _ in table}
    lines = [
        f"## {model._meta.label}.{field.name}\n",
        "| Code | Words |\n|---|---|",
        *(f"| `{value}` | {label} |" for value, label in field.flatchoices),
        "\n| From | To | Method | When |\n|---|---|---|---|",
        *(f"| `{a}` | `{b}` | `{name}` | {text} |" for a, b, name, text in table),
        "\n```mermaid\nstateDiagram-v2",
        *(f"    [*] --> {state}" for state in births(model, field)),
        *(f"    {a} --> {b}: {name}" for a, b, name, _ in table),
        *(f"    {end} --> [*]" for end in sorted(ends)),
        "```\n",
    ]
    return "\n".join(lines)
