"""System checks: the apps above must answer what plans asks."""

from typing import Any

from django.core import checks

from plans import ports


@checks.register()
def ports_answered(**_: Any) -> list[checks.CheckMessage]:
    """Somebody must say the level of a case and where the next level is proposed."""
    return [
        checks.Error(f"No app answers plans.ports.{name}.", id="plans.E001")
        for name in ports.missing()
    ]
