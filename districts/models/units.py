"""Units of the municipality, the role groups at them, and the meetings of district councils."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.kinds import Concerned
from districts.permissions import Role
from haderslev.core import clock
from haderslev.core.columns import DanishKey, PublicIdField
from haderslev.core.models import PeriodRow
from haderslev.core.policy import PermittedQuerySet, Policy, at, seen_by
from haderslev.core.subject import Subject


class Unit(PeriodRow):
    """A place where roles are held: a municipality, a district, a school, a team, PKU."""

    class Kind(models.TextChoices):
        """What a unit is."""

        MUNICIPALITY = "municipality", _("Municipality")
        DISTRICT = "district", _("District")
        SCHOOL = "school", _("School")
        INSTITUTION = "institution", _("Special school or other offer")
        TEAM = "team", _("Team")
        ADVISORY_TEAM = "advisory_team", _("The advisory team")
        FAMILY_COUNSELLING = "family_counselling", _("Family counselling")
        PKU = "pku", _("PKU")

    public_id = PublicIdField()
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    name_key = DanishKey(source="name")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )

    class Meta(PeriodRow.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("kind", "name_key")
        constraints = [
            *PeriodRow.Meta.constraints,
            models.UniqueConstraint(fields=["kind", "name", "parent"], name="unit_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def concerns(self) -> Concerned:
        """Nobody: no child and no class."""
        return {}


class School(models.Model):
    """What is particular to a school."""

    unit = models.OneToOneField(
        Unit, models.CASCADE, primary_key=True, related_name="school", verbose_name=_("unit")
    )
    number = models.CharField(_("institution number"), max_length=6)
    address = models.CharField(_("address"), max_length=200)

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")

    def __str__(self) -> str:
        return str(self.unit)


class Institution(models.Model):
    """A special school, a special class or another offer outside the ordinary class."""

    class Provider(models.TextChoices):
        """Who runs it. A private school or efterskole needs the parents' consent."""

        MUNICIPAL = "municipal", _("Municipal")
        OTHER_MUNICIPALITY = "other_municipality", _("Another municipality or the region")
        PRIVATE = "private", _("Private school or efterskole")

    unit = models.OneToOneField(
        Unit, models.CASCADE, primary_key=True, related_name="institution", verbose_name=_("unit")
    )
    provider = models.CharField(
        _("run by"), max_length=20, choices=Provider.choices, default=Provider.MUNICIPAL
    )
    target_group = models.CharField(_("target group"), max_length=300)
    address = models.CharField(_("address"), max_length=200)

    class Meta:
        verbose_name = _("special offer")
        verbose_name_plural = _("special offers")

    def __str__(self) -> str:
        return str(self.unit)


class UnitRole(models.Model):
    """One role at one unit, and its group."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="roles", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    group = models.OneToOneField(
        Group, models.CASCADE, related_name="unit_role", verbose_name=_("group")
    )

    class Meta:
        verbose_name = _("role at unit")
        verbose_name_plural = _("roles at units")
        ordering = ("unit", "role")
        constraints = [models.UniqueConstraint(fields=["unit", "role"], name="unit_role_once")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.unit}"


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
