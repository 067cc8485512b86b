"""Cases: requirements, hearing, the leader's decision, the district council."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from districts.sections import community_sections, pupil_sections
from haderslev.core import words
from plans import ports


class CasesConfig(AppConfig):
    """Adds its openings to the rows of rights, its sections and acts to the pages."""

    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Register what other floors ask for."""
        # These import models, which are not loaded yet when Django reads this module.
        from cases import links, models, sections  # noqa: PLC0415 - models
        from cases.selectors.pages import acts_of  # noqa: PLC0415 - reads cases.models
        from cases.services.openings import Basis  # noqa: PLC0415 - reads cases.models
        from districts.scope import GRANT_TABLES  # noqa: PLC0415 - reads accounts.models

        words.register(
            {
                "cases.level": models.Case.Level,
                "cases.document_kind": models.Document.Kind,
                "cases.proposal_target": models.Proposal.Target,
                "cases.opening_basis": Basis,
            }
        )
        GRANT_TABLES.append((models.CaseGroupPermission, models.CaseUserPermission))
        pupil_sections.register(sections.cases_of, order=50)
        pupil_sections.register_facts(sections.informed_facts)
        community_sections.register(sections.cases_of, order=50)
        links.register(acts_of)
        ports.cases.install(sections)
