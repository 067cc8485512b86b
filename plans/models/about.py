"""What the records of the cycle share: whose rights they follow, and how they are withdrawn."""

from __future__ import annotations

from typing import Self

from django.db import models

from districts.models import LearningCommunity, Pupil
from haderslev.core.policy import PermittedQuerySet, Through, any_of

ABOUT = any_of(Through("pupil", Pupil), Through("community", LearningCommunity))


class StandingQuerySet[Row: models.Model](PermittedQuerySet[Row]):
    """Rows by rights, some of which may be withdrawn."""

    def standing(self) -> Self:
        """Return those that are not withdrawn."""
        return self.filter(withdrawn_at=None)


class WithdrawableModel(models.Model):
    """A record that stays in the history when it was wrong."""

    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
