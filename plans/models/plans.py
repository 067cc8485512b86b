"""Goal-and-intervention plans (mål- og indsatsplaner, SMTTE), and the catalogue they name.

The catalogue of interventions is inspiration, editable (H-CAT-1 … H-CAT-15).
"""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder, LearningCommunity, Unit
from districts.models.about import ONE_TARGET, AboutModel, PartModel
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.models import DatedRow, InWords
from haderslev.core.policy import Asking, PermittedQuerySet, Policy, Through, any_of, seen_by
from haderslev.core.states import StateField, StatefulModel, part_stays
from plans.hints import OTHER_PARENT, READABLE, without_names
from plans.models.about import ABOUT, StandingQuerySet, WithdrawableModel
from plans.models.meetings import Meeting
from plans.models.observations import Observation

# How often a sign is seen.
SCORES = [(score, str(score)) for score in range(5)]


class Level(models.TextChoices):
    """Levels of an effort. They belong to the effort, never to the child."""

    PREVENTIVE = "preventive", _("Preventive")
    ANTICIPATORY = "anticipatory", _("Anticipatory")
    INTERVENING = "intervening", _("Intervening")


class Intervention(DatedRow):
    """One kind of intervention that a plan can name."""

    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    group_da = models.CharField(_("group, Danish"), max_length=120)
    name_da = models.CharField(_("Danish name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=160)
    actors = models.CharField(_("who"), max_length=160)

    class Meta(DatedRow.Meta):
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ("level", "code")

    def __str__(self) -> str:
        return self.name_da

    name_in_words = InWords("name")


class Plan(AboutModel, WithdrawableModel):
    """A team's plan for a community or a pupil; its contents are in numbered versions.

    One that never was in use, made for the wrong child or not needed after all, is withdrawn.
    """

    page = "plans:plan"
    public_id = PublicIdField()
    title = models.CharField(
        _("Title"),
        max_length=120,
        help_text=_("What it is about, for example: Calm beginnings of lessons."),
    )
    # The two of which there are plans; a constraint says the same.
    level = models.CharField(
        _("Level of the effort"),
        max_length=12,
        choices=Level.choices[:2],
        help_text=_("The level belongs to the effort, not to the child."),
    )
    team = models.ForeignKey(Unit, models.PROTECT, related_name="plans", verbose_name=_("Team"))
    community_plan = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="pupil_plans",
        verbose_name=_("The class's plan"),
        help_text=_("A pupil's plan goes with the plan for the class."),
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ended_on = models.DateField(null=True)
    revision = models.PositiveIntegerField(default=1)

    objects = StandingQuerySet.as_manager()
    # PLC sees the communities' plans of the own school from the start.
    policy = Policy(
        any_of(
            ABOUT,
            Asking({"view_plan": "view_community_plan"}, Through("community", LearningCommunity)),
        ),
        seen=seen_by("view_plan"),
        along=("pupil", "community__school", "team", "community_plan"),
    )

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("-made_at",)
        constraints = [
            models.CheckConstraint(condition=ONE_TARGET, name="plan_one_target"),
            models.CheckConstraint(
                condition=Q(community_plan=None) | Q(pupil__isnull=False),
                name="only_pupils_plan_is_linked",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["preventive", "anticipatory"]), name="plan_level"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None)
                | (Q(ended_on__isnull=False) & ~Q(withdrawn_reason="")),
                name="plan_withdrawn_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanVersionQuerySet(PermittedQuerySet["PlanVersion"]):
    """Versions by rights on their plan."""

    def in_use(self) -> Self:
        """Return those that are or were in use; they never change."""
        return self.filter(state=PlanVersion.State.APPROVED)


class PlanVersion(PartModel, StatefulModel):
    """One version of a plan. In use it is frozen; changing it makes the next."""

    class State(models.TextChoices):
        """Draft, in use, or dropped before it was in use."""

        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("In use")
        DROPPED = "dropped", _("Dropped")

    page = "plans:version"
    whole = locked_under = "plan"
    public_id = PublicIdField()
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = StateField(
        State.choices,
        max_length=10,
        births="draft",
        moves=(
            ("draft", "approved", "Put into use, complete."),
            ("draft", "dropped", "Nobody goes on with it; it stays readable."),
        ),
    )
    revision = models.PositiveIntegerField(default=1)
    context = models.TextField(
        _("Context"),
        blank=True,
        help_text=without_names(_("Why now? What is difficult, and what works already?")),
    )
    observations: models.ManyToManyField[Observation, models.Model] = models.ManyToManyField(
        Observation,
        related_name="plan_versions",
        blank=True,
        verbose_name=_("Observations it starts from"),
        help_text=_("Write a new observation first if it is not here."),
    )
    team_meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="plan_versions",
        verbose_name=_("Team meeting that agreed the plan"),
        help_text=_("Record the team meeting first if it is not here."),
    )
    evaluate_on = models.DateField(_("Evaluated on"), null=True, blank=True)
    evaluate_how = models.CharField(
        _("How is it evaluated, and by whom?"), max_length=300, blank=True
    )
    # The pupil's plan: a written reason when a voice is missing.
    no_voice_reason = models.TextField(_("If the child has not been heard: why?"), blank=True)
    # The community's plan: common voice, and how the parents were told.
    common_voice = models.TextField(
        _("The children's common voice"),
        blank=True,
        help_text=without_names(
            _("What do the children say about their class, and how were they asked?")
        ),
    )
    parents_informed_on = models.DateField(_("Parents told on"), null=True, blank=True)
    parents_informed_how = models.CharField(
        _("How were they told?"),
        max_length=300,
        blank=True,
        help_text=_("For example: a message to all parents, a parents' meeting."),
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_on = models.DateField(null=True)

    objects = PlanVersionQuerySet.as_manager()
    policy = Policy(
        Through("plan", Plan),
        seen=seen_by("view_plan"),
        along=("plan__pupil", "plan__community__school", "team_meeting", "approved_by"),
    )
    races = ("plan_version_once", "plan_one_draft")

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["plan"], name="plan_one_draft", condition=Q(state="draft")
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"], approved_by=None, approved_on=None)
                | Q(state="approved", approved_by__isnull=False, approved_on__isnull=False),
                name="plan_version_approved_by",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="approved_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="approved"),
            ),
        ]


def _part_of_draft(name: str) -> pgtrigger.Trigger:
    """Refuse changes to parts of a version in use."""
    return part_stays(name, whole="plans_planversion", key="version_id", draft="draft")


class Goal(models.Model):
    """What shall be reached."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="goals")
    order = models.PositiveSmallIntegerField()
    text = models.TextField(
        _("Goal"),
        help_text=without_names(
            _("Concrete and within reach. Empty the field to remove the goal.")
        ),
    )
    reached_by = models.DateField(_("To be reached by"), null=True, blank=True)

    class Meta:
        ordering = ("order", "pk")
        triggers = [_part_of_draft("goal_of_draft")]


class Sign(models.Model):
    """What one will see, hear or notice when the goal is near."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="signs")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="signs")
    text = models.TextField(_("sign"))
    measured_how = models.CharField(_("how it is noticed"), max_length=200, blank=True)
    baseline = models.PositiveSmallIntegerField(_("today, 0–4"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(baseline=None) | Q(baseline__lte=4), name="sign_baseline"
            )
        ]
        triggers = [_part_of_draft("sign_of_draft")]


class PlanAction(models.Model):
    """An intervention of a plan: what, who, when, how much (indsats)."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="actions")
    intervention = models.ForeignKey(
        Intervention,
        models.PROTECT,
        related_name="plan_actions",
        verbose_name=_("from the catalogue"),
    )
    what = models.TextField(
        _("What is done?"),
        help_text=without_names(
            _("Choose nothing in the catalogue and empty this field to remove the action.")
        ),
    )
    who = models.CharField(_("Who does it?"), max_length=200)
    starts_on = models.DateField(_("From"))
    weeks = models.PositiveSmallIntegerField(_("weeks"))
    weekly_hours = models.DecimalField(
        _("hours a week"), max_digits=4, decimal_places=1, null=True, blank=True
    )

    class Meta:
        ordering = ("starts_on", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(weeks__gte=1, weeks__lte=60), name="action_weeks")
        ]
        triggers = [_part_of_draft("action_of_draft")]


class Voice(models.Model):
    """The child's own words to one of the four statements (H-PLAN-11)."""

    class Statement(models.TextChoices):
        """The four statements of the municipality's policy for children and young people."""

        SEEN = "seen", _("I am seen as I am")
        BELONG = "belong", _("I belong in a community")
        CHALLENGED = "challenged", _("I am challenged")
        SUPPORTED = "supported", _("I am supported")

    class ParentsMaySee(models.TextChoices):
        """Answer to "Må dine forældre se det?"."""

        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNKNOWN = "unknown", _("Does not know")

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="voices")
    statement = models.CharField(_("statement"), max_length=12, choices=Statement.choices)
    words = models.TextField(_("The child's own words"))
    gathered_how = models.CharField(_("How was the child asked?"), max_length=200)
    gathered_on = models.DateField(_("Asked on"))
    parents_may_see = models.CharField(
        _("May your parents see it?"),
        max_length=8,
        choices=ParentsMaySee.choices,
        help_text=_("Ask the child. No keeps it out of everything addressed to a parent."),
    )

    class Meta:
        ordering = ("pk",)
        triggers = [_part_of_draft("voice_of_draft")]


class ParentPerspective(models.Model):
    """What one parent says to the plan, or why it is missing (H-PLAN-7)."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="perspectives")
    custody_holder = models.ForeignKey(CustodyHolder, models.PROTECT, related_name="perspectives")
    words = models.TextField(_("What does the parent say?"), blank=True, help_text=OTHER_PARENT)
    missing_reason = models.TextField(_("If it is missing: why?"), blank=True, help_text=READABLE)

    class Meta:
        ordering = ("custody_holder",)
        constraints = [
            models.UniqueConstraint(fields=["version", "custody_holder"], name="perspective_once"),
            models.CheckConstraint(
                condition=~Q(words="", missing_reason=""), name="perspective_or_reason"
            ),
        ]
        triggers = [_part_of_draft("perspective_of_draft")]
