"""Evaluations of a plan's version: per goal, per intervention, and what follows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.models.about import PartModel
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.policy import PermittedQuerySet, Policy, Through, seen_by
from plans.hints import NO_NAMES, OTHER_PARENT
from plans.models.observations import Observation
from plans.models.plans import SCORES, Goal, Plan, PlanAction, PlanVersion


class Evaluation(PartModel):
    """How a version of a plan went."""

    class Conclusion(models.TextChoices):
        """What follows; each opens its next page."""

        CONTINUE = "continue", _("Continue")
        ADJUST = "adjust", _("Adjust")
        END = "end", _("End")
        ASK_GUIDANCE = "ask_guidance", _("Ask for guidance")
        NEXT_LEVEL = "next_level", _("Next level")

    page = "plans:evaluation"
    whole = "version"
    public_id = PublicIdField()
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="evaluations")
    evaluated_on = models.DateField(_("Evaluated on"), default=clock.today)
    participants = models.CharField(_("Those present, with role"), max_length=300)
    child_assessment = models.TextField(
        _("The child's own assessment"), blank=True, help_text=NO_NAMES
    )
    parents_assessment = models.TextField(
        _("The parents' assessment"), blank=True, help_text=OTHER_PARENT
    )
    changed_by_child = models.TextField(
        _("What did we do differently because of what the child said?"), help_text=NO_NAMES
    )
    conclusion = models.CharField(_("Conclusion"), max_length=14, choices=Conclusion.choices)
    reason = models.TextField(_("Reason for the conclusion"), help_text=NO_NAMES)
    next_evaluation_on = models.DateField(
        _("Next evaluation"), null=True, blank=True, help_text=_("Only when the plan continues.")
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    objects = PermittedQuerySet.as_manager()
    policy = Policy(
        Through("version__plan", Plan),
        seen=seen_by("view_plan"),
        along=("version__plan__pupil", "version__plan__community__school", "made_by"),
    )

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ("-evaluated_on", "-pk")

    @property
    def number(self) -> int:
        """The number of the version."""
        return self.version.number


class GoalResult(models.Model):
    """How far a goal was reached, shown by observations."""

    class Result(models.TextChoices):
        """Reached, partly, not."""

        REACHED = "reached", _("Reached")
        PARTLY = "partly", _("Partly reached")
        NOT = "not", _("Not reached")

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="goal_results")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="results")
    result = models.CharField(_("Result"), max_length=8, choices=Result.choices)
    score = models.PositiveSmallIntegerField(
        _("The signs today, 0–4"),
        choices=SCORES,
        help_text=_("0: not seen · 2: sometimes · 4: almost always"),
    )
    remark = models.TextField(_("What shows it?"), help_text=NO_NAMES)
    evidence: models.ManyToManyField[Observation, models.Model] = models.ManyToManyField(
        Observation, related_name="goal_results", blank=True, verbose_name=_("observations")
    )

    class Meta:
        ordering = ("goal__order",)
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "goal"], name="goal_result_once"),
            models.CheckConstraint(condition=Q(score__lte=4), name="goal_result_score"),
        ]


class InterventionEffect(models.Model):
    """What an intervention did."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="effects")
    action = models.ForeignKey(PlanAction, models.PROTECT, related_name="effects")
    carried_out = models.BooleanField(_("It was carried out"), default=True)
    weeks = models.PositiveSmallIntegerField(_("Weeks carried out"))
    effect = models.TextField(_("Effect"), help_text=NO_NAMES)

    class Meta:
        ordering = ("action__starts_on", "pk")
        constraints = [models.UniqueConstraint(fields=["evaluation", "action"], name="effect_once")]
