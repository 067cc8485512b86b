"""The pedagogical cycle: observe, plan, evaluate, ask for guidance, meet."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from districts.sections import community_sections, pupil_sections
from haderslev.core import words


class PlansConfig(AppConfig):
    """Works without any case: a class or a child may be observed and planned for."""

    name = "plans"
    verbose_name = _("Plans")

    def ready(self) -> None:
        """Add the cycle to the pages of children and classes. Models are ready only now."""
        # These import models, which are not loaded yet when Django reads this module.
        from plans import sections  # noqa: PLC0415 - reads plans.models
        from plans.models import Meeting, SharingBasis  # noqa: PLC0415 - models

        words.register({"plans.meeting_kind": Meeting.Kind, "plans.sharing_basis": SharingBasis})
        pupil_sections.register(sections.observations, order=10)
        pupil_sections.register(sections.plans, order=20)
        pupil_sections.register(sections.guidance, order=30)
        pupil_sections.register(sections.meetings, order=40)
        community_sections.register(sections.plans, order=10)
        community_sections.register(sections.observations, order=20)
        community_sections.register(sections.guidance, order=30)
        community_sections.register(sections.meetings, order=40)
