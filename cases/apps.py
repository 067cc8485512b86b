"""The climb: case, requirements, hearing, the leader's decision, the district council."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from haderslev.core import words


class CasesConfig(AppConfig):
    """Adds its openings to the rows of rights, its sections and acts to the pages."""

    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Register what other floors ask for. Models are ready only now."""
        from cases import links, links_hearing, plan_answers, sections  # noqa: PLC0415 - models
        from cases.models import Case, Document, Proposal  # noqa: PLC0415 - the same
        from cases.selectors.acts import acts_of  # noqa: PLC0415 - the same
        from cases.services.openings import Basis  # noqa: PLC0415 - the same
        from districts import community_sections, pupil_sections  # noqa: PLC0415 - models
        from districts.scope import GRANT_TABLES  # noqa: PLC0415 - models
        from plans import ports  # noqa: PLC0415 - models

        words.register(Case.Level, Document.Kind, Proposal.Target, Basis)
        GRANT_TABLES.append(
            (
                self.get_model("CaseGroupPermission"),
                self.get_model("CaseUserPermission"),
            )
        )
        pupil_sections.register(sections.cases_of_pupil, order=50)
        pupil_sections.register_facts(sections.informed_facts)
        community_sections.register(sections.cases_of_community, order=50)
        links.register(acts_of)
        links.register(links_hearing.hearing_acts)
        ports.install_case_level(plan_answers.level_of)
        ports.install_next_level(plan_answers.next_level_url)
        ports.install_pupil_levels(plan_answers.pupil_levels_of)
        ports.install_ideas(plan_answers.ideas_of)
