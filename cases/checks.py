"""System checks: what start-up refuses."""

from django.core import checks

from cases import ports


@checks.register()
def pku_installed(**_: object) -> list[checks.CheckMessage]:
    """Somebody must answer for PPV and referral: without it the gates know nothing of them."""
    if ports.is_installed():
        return []
    return [checks.Error("No app answers cases.ports.PkuAnswers.", id="cases.E001")]
