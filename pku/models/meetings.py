"""PKU's calendar."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.models import Unit
from districts.scope import scope_of
from haderslev.core import clock
from haderslev.core.dates import short_date
from haderslev.core.ids import PublicIdField
from haderslev.core.subject import Subject


class PkuMeetingQuerySet(models.QuerySet["PkuMeeting"]):
    """Meetings by rights at the committee or at the municipality above it."""

    def permitted(self, user: Any, perm: str) -> Self:
        """Return the meetings of units where the person holds ``perm``."""
        units = scope_of(user).units(perm)
        return self.filter(Q(unit__in=units) | Q(unit__parent__in=units))

    def visible_to(self, user: Any) -> Self:
        """Return the calendar of those who see the list of referrals."""
        return self.permitted(user, "view_referral_list")

    def coming(self) -> Self:
        """Return the meetings from today on."""
        return self.filter(held_on__gte=clock.today())


class PkuMeeting(models.Model):
    """PKU meets."""

    public_id = PublicIdField()
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="pku_meetings", verbose_name=_("committee")
    )
    held_on = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=120)
    papers_by = models.DateField(_("papers no later than"))

    objects = PkuMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("PKU meeting")
        verbose_name_plural = _("PKU calendar")
        ordering = ("held_on",)
        constraints = [
            models.UniqueConstraint(fields=["unit", "held_on"], name="pku_meeting_once"),
            models.CheckConstraint(
                condition=models.Q(papers_by__lte=models.F("held_on")), name="pku_papers_before"
            ),
        ]

    def __str__(self) -> str:
        return f"{short_date(self.held_on)}, {self.place}"

    def journal_subject(self) -> Subject:
        """A meeting is about nobody; its referrals are."""
        return Subject()
