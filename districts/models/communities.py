"""Learning communities (classes, year groups) and the teams around them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.kinds import Concerned
from districts.models.units import Unit
from haderslev.core import request_cache
from haderslev.core.columns import DanishKey, PublicIdField
from haderslev.core.models import PeriodRow
from haderslev.core.policy import AtUnits, Opened, PermittedQuerySet, Policy, any_of, seen_by
from haderslev.core.rows import PeriodQuerySet
from haderslev.core.subject import Subject


def _around(units: frozenset[int]) -> Q:
    """Return the communities of these schools and today's teams."""
    by_team = TeamCommunity.objects.active().filter(team__in=units).values("community")
    return Q(school__in=units) | Q(pk__in=by_team)


def units_of(community: LearningCommunity) -> frozenset[int]:
    """Return the school and today's teams. One query, once a request."""

    def find() -> frozenset[int]:
        teams = TeamCommunity.objects.active().filter(community=community)
        return frozenset({community.school_id, *teams.values_list("team", flat=True)})

    return request_cache.once(("units-of", community.pk), find)


class LearningCommunity(models.Model):
    """A class or another group that learns together; it belongs to one school."""

    page = "districts:community"
    public_id = PublicIdField()
    school = models.ForeignKey(
        Unit, models.PROTECT, related_name="communities", verbose_name=_("school")
    )
    name = models.CharField(_("name"), max_length=40)
    name_key = DanishKey(source="name")
    grade = models.PositiveSmallIntegerField(_("grade"))
    teams: models.ManyToManyField[Unit, TeamCommunity] = models.ManyToManyField(
        Unit, through="TeamCommunity", related_name="team_communities"
    )

    objects = PermittedQuerySet.as_manager()
    policy = Policy(
        any_of(AtUnits(_around, units_of), Opened("districts.CommunityGroupPermission")),
        seen=seen_by("view_community"),
    )

    class Meta:
        verbose_name = _("learning community")
        verbose_name_plural = _("learning communities")
        ordering = ("grade", "name_key")
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], name="community_once"),
            models.CheckConstraint(condition=Q(grade__lte=10), name="community_grade"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def concerns(self) -> Concerned:
        """The community."""
        return {"community": self}

    def journal_subject(self) -> Subject:
        """About the community, not about each child in it."""
        return Subject.of(community=self.pk)


class TeamCommunity(PeriodRow):
    """A team works with a community for a time."""

    team = models.ForeignKey(
        Unit, models.CASCADE, related_name="team_community_rows", verbose_name=_("team")
    )
    community = models.ForeignKey(
        LearningCommunity,
        models.CASCADE,
        related_name="team_rows",
        verbose_name=_("learning community"),
    )

    objects = PeriodQuerySet.as_manager()

    class Meta(PeriodRow.Meta):
        verbose_name = _("team's community")
        verbose_name_plural = _("team's communities")

    def __str__(self) -> str:
        return f"{self.team}: {self.community}"
