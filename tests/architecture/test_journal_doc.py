"""docs/journal.md is the print of what the apps contribute to the journal."""

from pathlib import Path

from django.conf import settings

from districts.management.commands.print_docs import journal_document


def test_the_page_is_the_print_of_the_code() -> None:
    page = Path(settings.BASE_DIR, "docs", "journal.md").read_text(encoding="utf-8")
    assert page == journal_document(), "Run: bin/manage print_docs journal > docs/journal.md"
