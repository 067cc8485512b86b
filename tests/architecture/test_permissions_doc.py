"""docs/permissions.md is the print of the rights that the apps declare."""

from pathlib import Path

from django.conf import settings

from districts.management.commands.print_docs import permissions_document


def test_the_page_is_the_print_of_the_code() -> None:
    page = Path(settings.BASE_DIR, "docs", "permissions.md").read_text(encoding="utf-8")
    assert page == permissions_document(), (
        "Run: bin/manage print_docs permissions > docs/permissions.md"
    )
