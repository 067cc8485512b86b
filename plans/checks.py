"""System checks: the apps above must answer what plans asks."""

from django.core import checks

from plans import ports


@checks.register()
def ports_answered(**_: object) -> list[checks.CheckMessage]:
    """Somebody must say the level of a case, where the next is proposed, and what is tried."""
    if ports.is_installed():
        return []
    return [checks.Error("No app answers plans.ports.CaseAnswers.", id="plans.E001")]
