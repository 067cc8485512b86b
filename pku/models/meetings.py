"""PKU's calendar."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models import Unit
from haderslev.core import clock
from haderslev.core.dates import short_date
from haderslev.core.ids import PublicIdField
from haderslev.core.policy import PermittedQuerySet, Policy, at, seen_by
from haderslev.core.subject import Subject


class PkuMeetingQuerySet(PermittedQuerySet["PkuMeeting"]):
    """Meetings by permission and by date."""

    def coming(self) -> Self:
        """Return the meetings from today on."""
        return self.filter(held_on__gte=clock.today())


class PkuMeeting(models.Model):
    """A meeting of PKU."""

    page = "pku:meeting"
    public_id = PublicIdField()
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="pku_meetings", verbose_name=_("committee")
    )
    held_on = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=120)
    papers_by = models.DateField(_("papers no later than"))

    objects = PkuMeetingQuerySet.as_manager()
    # The committee's own meetings, also for the municipality above it.
    policy = Policy(at("unit", "unit__parent"), seen=seen_by("view_referral_list"))

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
        """Return no subject: only its referrals are about a child."""
        return Subject()
