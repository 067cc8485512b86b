"""PPV, referral, PKU's decision, special offer and revisitation."""

from django.apps import AppConfig

from cases import ports
from districts.sections import pupil_sections
from haderslev.core import words


class PkuConfig(AppConfig):
    """The app of the last stage; cases reads its facts through a port."""

    name = "pku"
    verbose_name = "PKU"

    def ready(self) -> None:
        """Register what cases calls, and the links on the pages of a case and of a child."""
        # These import models, which are not loaded yet when Django reads this module.
        from cases import links  # noqa: PLC0415 - reads cases.models
        from pku import links as ours  # noqa: PLC0415 - reads pku.models
        from pku.answers import Answers  # noqa: PLC0415 - reads pku.models
        from pku.models import PlacementStatus  # noqa: PLC0415 - models

        words.register({"pku.placement_side": PlacementStatus.Side})
        ports.pku.install(Answers())
        links.register(ours.ppv_acts)
        links.register(ours.referral_links)
        pupil_sections.register(ours.ppv_of_pupil, order=60)
