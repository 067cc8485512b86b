"""PKU's calendar."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models import Unit
from haderslev.core.ids import PublicIdField


class PkuMeeting(models.Model):
    """PKU meets."""

    public_id = PublicIdField()
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="pku_meetings", verbose_name=_("committee")
    )
    held_on = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=120)
    papers_by = models.DateField(_("papers no later than"))

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
        return f"{self.held_on:%d.%m.%Y} {self.place}"
