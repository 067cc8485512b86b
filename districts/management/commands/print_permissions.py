"""Print who may do what, as the apps declare it."""

from collections.abc import Iterator

from django.core.management.base import BaseCommand
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

HEAD = """# Permissions

Made by `bin/manage print_permissions` from the rights that each app declares in its `features.py`,
the only source; a test compares it with the code. A role is held at a unit by a dated membership.
What it may do is rows of `UnitGroupPermission`, written from these rights; nothing is granted
beside such rows and the rows of dated openings below.
"""


class Command(BaseCommand):
    """``bin/manage print_permissions > docs/permissions.md``."""

    help = "Print roles, permissions and openings as Markdown, for docs/permissions.md."

    def handle(self, *_args: object, **_options: object) -> None:
        """Print it."""
        self.stdout.write(permissions_document(), ending="")


def permissions_document() -> str:
    """Return docs/permissions.md."""
    with override("en"):
        return "\n".join([HEAD, *_lines()])


def _lines() -> Iterator[str]:
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
