"""System checks: the apps above must answer what plans asks."""

from django.core import checks

from plans import ports


@checks.register()
def ports_answered(**_: object) -> list[checks.CheckMessage]:
    """Somebody must say the level of a case, where the next is proposed, and what is tried."""
    return [
        checks.Error(f"No app answers plans.ports.{name}.", id="plans.E001")
        for name in ports.missing()
    ]
