"""What every record of a case shares: rights, subject, timeline follow from the case."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from cases.models.case import Case
from haderslev.core.journalling import Subject


class CaseRecordQuerySet(models.QuerySet[Any]):
    """Records by rights on their case."""

    view_perm = "view_case"

    def permitted(self, user: Any, perm: str) -> Self:
        """Return the records on whose case the person holds ``perm``."""
        return self.filter(case__in=Case.objects.permitted(user, perm))

    def visible_to(self, user: Any) -> Self:
        """Return the records the person may know of."""
        return self.permitted(user, self.view_perm)


class CaseRecord(models.Model):
    """A record of a case. The model declares ``case`` itself, for its own related name."""

    class Meta:
        abstract = True

    def journal_subject(self) -> Subject:
        """About the case's pupil or community."""
        case: Case = self.case  # type: ignore[attr-defined]  # declared by each model
        return case.journal_subject()
