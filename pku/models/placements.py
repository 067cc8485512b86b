"""Special offers (skoletilbud): a year at most, then a new decision; the aim is to return."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.models.belongs import OF_CASE, CaseRecord
from districts.models import Institution
from haderslev.core import clock
from haderslev.core.ids import PublicIdField
from haderslev.core.policy import PermittedQuerySet, Policy, seen_by
from pku.models.decisions import DecisionGoal, PkuDecision


class PlacementQuerySet(PermittedQuerySet["Placement"]):
    """Offers by permission and by date."""

    def running(self) -> Self:
        """Return those that a child attends today, even if the last day is decided."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=clock.today()))

    def ended(self) -> Self:
        """Return those that a child has left."""
        return self.filter(ended_on__lte=clock.today())


class Placement(CaseRecord):
    """A pupil's time in a special offer under one decision.

    Its end is the deadline of a new decision; the child stays until there is one.
    """

    page = "pku:placement"
    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="placements")
    decision = models.OneToOneField(PkuDecision, models.PROTECT, related_name="made_placement")
    offer = models.ForeignKey(Institution, models.PROTECT, related_name="placements")
    starts_on = models.DateField()
    decide_before = models.DateField()
    # The first day that is not in the offer; once the new decision is delivered it may lie ahead.
    ended_on = models.DateField(null=True)

    objects = PlacementQuerySet.as_manager()
    policy = Policy(OF_CASE, seen=seen_by("view_offer"))
    races = ("one_running_offer",)

    class Meta:
        verbose_name = _("special offer")
        ordering = ("decide_before",)
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    decide_before__gt=F("starts_on"), decide_before__lte=F("starts_on") + 366
                ),
                name="offer_at_most_a_year",
            ),
            models.UniqueConstraint(
                fields=["case"], name="one_running_offer", condition=Q(ended_on=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.offer}"

    @property
    def is_running(self) -> bool:
        """Tell whether the child is in the offer today."""
        return self.ended_on is None or self.ended_on > clock.today()

    @property
    def is_overdue(self) -> bool:
        """Tell whether the new decision is late. The child stays in the offer either way."""
        return self.ended_on is None and self.decide_before < clock.today()


class PlacementStatus(models.Model):
    """The status that the offer or the home school gives before the revisitation."""

    class Side(models.TextChoices):
        """Who gives it."""

        OFFER = "offer", _("The offer")
        HOME = "home", _("The home school")

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="statuses")
    side = models.CharField(_("from"), max_length=6, choices=Side.choices)
    development = models.TextField(_("academic, social and personal development"))
    child_perspective = models.TextField(_("the child's perspective"))
    parents_perspective = models.TextField(_("the parents' perspective"))
    way_home = models.TextField(_("what the way home takes"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_on = models.DateField(default=clock.today)

    class Meta:
        ordering = ("-given_on",)

    def __str__(self) -> str:
        return f"{self.placement} {self.side}"


class GoalStatus(models.Model):
    """How far a goal of the decision has been reached."""

    class Result(models.TextChoices):
        """How far the goal has been reached."""

        REACHED = "reached", _("Reached")
        PARTLY = "partly", _("Partly reached")
        NOT = "not", _("Not reached")

    status = models.ForeignKey(PlacementStatus, models.CASCADE, related_name="goals")
    goal = models.ForeignKey(DecisionGoal, models.PROTECT, related_name="statuses")
    result = models.CharField(_("result"), max_length=8, choices=Result.choices)
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["status", "goal"], name="goal_status_once")]

    def __str__(self) -> str:
        return self.result
