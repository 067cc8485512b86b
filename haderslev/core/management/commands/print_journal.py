"""Print the names of the journal, with the words that each app gives them."""

from collections.abc import Callable, Iterable
from itertools import groupby

from django.core.management.base import BaseCommand
from django.utils.translation import override

from haderslev.core.features import Act, Page, Seen, contributed
from haderslev.core.subject import JournalSubject

HEAD = """# Journal

Made by `bin/manage print_journal` from the `features.py` of the apps; a test compares it with the
code. The journal has two tables that nobody can change: acts, and look-ups. Their names never
change once there is real data.

What is changed on the pages of the set-up is an act `app.model.added`, `app.model.changed` or
`app.model.removed`; these have no words of their own.
"""


class Command(BaseCommand):
    """``bin/manage print_journal > docs/journal.md``."""

    help = "Print the acts and look-ups of the journal as Markdown, for docs/journal.md."

    def handle(self, *_args: object, **_options: object) -> None:
        """Print it."""
        self.stdout.write(journal_document(), ending="")


def journal_document() -> str:
    """Return docs/journal.md."""
    parts = [
        HEAD,
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
