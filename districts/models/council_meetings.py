"""Meetings of the district councils."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.kinds import Concerned
from districts.models.units import Unit
from haderslev.core import clock
from haderslev.core.ids import PublicIdField
from haderslev.core.policy import PermittedQuerySet, Policy, at, seen_by
from haderslev.core.subject import Subject


class CouncilMeetingQuerySet(PermittedQuerySet["CouncilMeeting"]):
    """Meetings by rights and by time."""

    def upcoming(self) -> Self:
        """Return the meetings from today on."""
        return self.filter(held_on__gte=clock.today())


class CouncilMeeting(models.Model):
    """The council of a district meets; its agenda is published before."""

    public_id = PublicIdField()
    district = models.ForeignKey(
        Unit, models.PROTECT, related_name="council_meetings", verbose_name=_("district")
    )
    held_on = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=120)
    published_at = models.DateTimeField(_("agenda published"), null=True, blank=True)

    objects = CouncilMeetingQuerySet.as_manager()
    # The chief belongs to every district of the municipality.
    policy = Policy(at("district", "district__parent"), seen=seen_by("view_council_sheet"))

    class Meta:
        verbose_name = _("council meeting")
        verbose_name_plural = _("council meetings")
        ordering = ("held_on",)
        constraints = [
            models.UniqueConstraint(fields=["district", "held_on"], name="council_meeting_once")
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.held_on}"

    @property
    def concerns(self) -> Concerned:
        """Nobody: no child and no class."""
        return {}

    def journal_subject(self) -> Subject:
        """About nobody; the items on its agenda are."""
        return Subject()
