"""What every record of a case shares: rights, subject, timeline follow from the case."""

from __future__ import annotations

from django.db import models

from cases.models.case import Case
from districts.kinds import Concerned
from haderslev.core.policy import Policy, Through, seen_by
from haderslev.core.subject import Subject

OF_CASE = Through("case", Case)


class CaseRecord(models.Model):
    """A record of a case. The model declares ``case`` itself, for its own related name."""

    policy = Policy(OF_CASE, seen=seen_by("view_case"))

    class Meta:
        abstract = True

    @property
    def concerns(self) -> Concerned:
        """Return whom the case concerns, for timeline and to-dos."""
        case: Case = self.case  # type: ignore[attr-defined]  # declared by each model
        return case.concerns

    def journal_subject(self) -> Subject:
        """About the case's pupil or community."""
        case: Case = self.case  # type: ignore[attr-defined]  # declared by each model
        return case.journal_subject()
