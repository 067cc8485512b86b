"""PPV, referral, PKU's decision, special offer and revisitation."""

from django.apps import AppConfig


class PkuConfig(AppConfig):
    """Answers the questions that cases asks of the last stage."""

    name = "pku"
    verbose_name = "PKU"

    def ready(self) -> None:
        """Install the answer."""
        from cases.ports import install_desk  # noqa: PLC0415 - models are ready only now
        from pku.desk import Desk  # noqa: PLC0415

        install_desk(Desk())
