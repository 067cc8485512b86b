"""docs/permissions.md is the print of districts.permissions."""

from pathlib import Path

from django.conf import settings

from districts.management.commands.print_permissions import permissions_document
from districts.permissions import (
    CASE_OPENING,
    COMMUNITY_OPENING,
    PERMISSIONS,
    PUPIL_OPENING,
    ROLE_PERMISSIONS,
)


def test_the_page_is_the_print_of_the_code() -> None:
    page = Path(settings.BASE_DIR, "docs", "permissions.md").read_text(encoding="utf-8")
    assert page == permissions_document(), "Run: bin/manage print_permissions > docs/permissions.md"


def test_every_set_names_known_permissions_and_every_permission_is_held_by_somebody() -> None:
    sets = [
        *ROLE_PERMISSIONS.values(),
        *COMMUNITY_OPENING.values(),
        *PUPIL_OPENING.values(),
        *CASE_OPENING.values(),
    ]
    held = frozenset().union(*sets)
    assert held == set(PERMISSIONS)
