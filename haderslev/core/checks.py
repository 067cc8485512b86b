"""System checks: what start-up refuses."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from haderslev.core import features, ports
from haderslev.core.database_rights import too_much


@checks.register()
def rights_installed(**_: Any) -> list[checks.CheckMessage]:
    """Somebody must answer for rights."""
    if ports.is_installed():
        return []
    return [checks.Error("No app answers core.ports.Rights.", id="core.E001")]


@checks.register(deploy=True)
def application_only_works(**_: Any) -> list[checks.CheckMessage]:
    """The database itself says what the application may: else the journal could be changed."""
    try:
        found = too_much()
    except DatabaseError as error:
        found = [f"The database could not be asked what the application may: {error}"]
    return [checks.Error(sentence, id="core.E002") for sentence in found]


@checks.register(deploy=True)
def not_a_demonstration(**_: Any) -> list[checks.CheckMessage]:
    """Fixed passwords and a movable clock have no place in production."""
    if not settings.DEMO:
        return []
    return [checks.Error("DEMO is on: fixed passwords, movable clock.", id="core.E003")]


@checks.register()
def contributions_fit(**_: Any) -> list[checks.CheckMessage]:
    """What the apps add must name pages and tables that exist, each once."""
    return [checks.Error(sentence, id="core.E004") for sentence in features.problems()]
