"""Print who may do what: the print of ``districts.permissions``."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from districts.permissions import (
    CASE_OPENING,
    COMMUNITY_OPENING,
    PERMISSIONS,
    PUPIL_OPENING,
    ROLE_PERMISSIONS,
)

HEAD = """# Permissions

Made by `bin/manage print_permissions` from `districts/permissions.py`, the only source of rights; a
test compares it with the code. A role is held at a unit by a dated membership. What it may do is
rows of `UnitGroupPermission`, written from these sets; nothing is granted beside such rows and the
rows of dated openings below.
"""


class Command(BaseCommand):
    """``bin/manage print_permissions > docs/permissions.md``."""

    help = "Print roles, permissions and openings as Markdown, for docs/permissions.md."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print it."""
        self.stdout.write(permissions_document(), ending="")


def permissions_document() -> str:
    """Return docs/permissions.md."""
    with override("en"):
        return "\n".join([HEAD, *_permissions(), *_roles(), *_openings()])


def _permissions() -> list[str]:
    holders = {
        code: [role.value for role, held in ROLE_PERMISSIONS.items() if code in held]
        for code in PERMISSIONS
    }
    lines = ["## Permissions", "", "| Code | What | Standing at the unit |", "|---|---|---|"]
    for code, words in PERMISSIONS.items():
        roles = ", ".join(f"`{role}`" for role in holders[code]) or "only by an opening"
        lines.append(f"| `{code}` | {words} | {roles} |")
    return [*lines, ""]


def _roles() -> list[str]:
    lines = ["## Roles", ""]
    for role, held in ROLE_PERMISSIONS.items():
        lines += [f"### {role.label} (`{role.value}`)", "", _codes(held), ""]
    return lines


def _openings() -> list[str]:
    lines = [
        "## Openings",
        "",
        "A community, a pupil or a case is opened for a cause, to a date.",
        "",
    ]
    lines += ["| Opened | Cause | To | Gives |", "|---|---|---|---|"]
    for what, table in (("community", COMMUNITY_OPENING), ("pupil", PUPIL_OPENING)):
        for cause, held in table.items():
            lines.append(f"| {what} | {cause.label} | the one asked | {_codes(held)} |")
    for (cause, role), held in CASE_OPENING.items():
        lines.append(f"| case | {cause.label} | {role.label} | {_codes(held)} |")
    return [*lines, ""]


def _codes(held: frozenset[str]) -> str:
    return ", ".join(f"`{code}`" for code in sorted(held)) or "Nothing by the role itself."
