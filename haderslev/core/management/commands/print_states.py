"""Print every state machine: the moves that the code and the database allow."""

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models
from django.utils.translation import override

from haderslev.core.states import StateField, StatefulModel, state_field

HEAD = """# States

Made by `bin/manage print_states`; a test compares it with the code. Each machine is one table of
moves beside its column, kept twice: by `move`, which tells the person, and by triggers in the
database, which refuse every other move and every other state at birth.
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
