"""Openings of a case: council, PKU, special offer."""

from __future__ import annotations

from django.db import models

from cases.models.case import Case
from districts.models.grants import OpeningBase


class CaseOpening(OpeningBase):
    """A case is open to a group from outside, for a cause, until a date."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="openings")

    class Meta(OpeningBase.Meta):
        ordering = ("-opened_at",)

    def __str__(self) -> str:
        return f"{self.case} {self.cause}"
