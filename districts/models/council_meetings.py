"""Meetings of the district councils."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models.units import Unit
from districts.scope import scope_of
from haderslev.core import clock
from haderslev.core.ids import PublicIdField
from haderslev.core.journalling import Subject


class CouncilMeetingQuerySet(models.QuerySet["CouncilMeeting"]):
    """Meetings by district. The chief belongs to every district of the municipality."""

    def permitted(self, user: Any, perm: str) -> Self:
        """Return the meetings of districts where the person holds ``perm``."""
        units = scope_of(user).units(perm)
        return self.filter(models.Q(district__in=units) | models.Q(district__parent__in=units))

    def visible_to(self, user: Any) -> Self:
        """Return the meetings the person may know of."""
        return self.permitted(user, "view_council_sheet")

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

    class Meta:
        verbose_name = _("council meeting")
        verbose_name_plural = _("council meetings")
        ordering = ("held_on",)
        constraints = [
            models.UniqueConstraint(fields=["district", "held_on"], name="council_meeting_once")
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.held_on}"

    def journal_subject(self) -> Subject:
        """About nobody; the items on its agenda are."""
        return Subject()
