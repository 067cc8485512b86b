"""System checks: what start-up refuses."""

from typing import Any

from django.conf import settings
from django.core import checks

from haderslev.core import ports


@checks.register()
def rights_installed(**_: Any) -> list[checks.CheckMessage]:
    """Somebody must answer for rights."""
    if ports.is_installed():
        return []
    return [checks.Error("No app answers core.ports.Rights.", id="core.E001")]


@checks.register(deploy=True)
def database_roles_differ(**_: Any) -> list[checks.CheckMessage]:
    """The application may not own its tables: then the journal could be changed."""
    if settings.DATABASES["default"]["USER"] != settings.DATABASES["owner"]["USER"]:
        return []
    return [checks.Error("DATABASE_URL and DATABASE_OWNER_URL name the same role.", id="core.E002")]


@checks.register(deploy=True)
def not_a_demonstration(**_: Any) -> list[checks.CheckMessage]:
    """Fixed passwords and a movable clock have no place in production."""
    if not settings.DEMO:
        return []
    return [checks.Error("DEMO is on: fixed passwords, movable clock.", id="core.E003")]
