"""Guidance (vejledning): asked of an adviser, with or without a child's name."""

from __future__ import annotations

from typing import Self, override

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from districts.kinds import Concerned
from districts.models import CustodyHolder, LearningCommunity, Opening, Pupil, Unit, UnitRole
from districts.permissions import Role
from districts.scope import scope_of
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.dates import short_date
from haderslev.core.policy import (
    Asking,
    Except,
    Hold,
    PermittedQuerySet,
    Policy,
    Source,
    Standing,
    Through,
    Ways,
    When,
    any_of,
    only,
    seen_by,
)
from haderslev.core.states import StateField, StatefulModel
from haderslev.core.subject import Subject
from plans.hints import NO_NAMES
from plans.models.observations import Observation
from plans.models.plans import Plan


class SharingBasis(models.TextChoices):
    """Why a class or a child is opened to an adviser; the particulars stand in the request."""

    CLASS = "class", _("Guidance about the class, without a child's name")
    OWN_ADVISER = "own_adviser", _("Guidance by the own school's adviser")
    AGREEMENT = "agreement", _("Agreement with each parent, see the request")
    OTHER = "other", _("Another basis with a reason, see the request")


class SentToRole(Source):
    """Requests sent to the unit and the role in which the person works."""

    @override
    def rows(self, who: Standing, perm: str) -> Q:
        asked = UnitRole.objects.filter(unit=OuterRef("unit"), role=OuterRef("role"))
        return Q(Exists(asked.filter(group__in=who.groups)))

    @override
    def ways(self, row: Guidance) -> Ways:
        roles = UnitRole.objects.filter(unit=row.unit_id, role=row.role)
        groups = frozenset(roles.values_list("group", flat=True))
        return lambda _perm: [(Hold(groups=groups),)]


class GuidanceQuerySet(PermittedQuerySet["Guidance"]):
    """Requests by rights: those who asked, and the unit that was asked."""

    def sent_to(self, user: User) -> Self:
        """Return the requests to the units where the person has the role that was asked."""
        return self.filter(SentToRole().rows(scope_of(user), ""))

    def opened(self) -> Self:
        """Return those whose opening counts today."""
        return self.filter(_opened())


def _opened() -> Q:
    return Q(opening__closed_at=None, closes_on__gte=clock.today())


# The community of a request about a named child gives no rights on it.
_ABOUT = any_of(
    Through("pupil", Pupil), When(Q(pupil=None), Through("community", LearningCommunity))
)
# Only the unit that was asked can answer, and only while the opening lasts.
_ASKED = When(_opened, SentToRole())


class Guidance(StatefulModel):
    """A question to an adviser, and the answer."""

    class State(models.TextChoices):
        """Asked, answered or withdrawn."""

        ASKED = "asked", _("Waiting for an answer")
        ANSWERED = "answered", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Kind(models.TextChoices):
        """Whom it is about."""

        COMMUNITY = "community", _("A class")
        UNNAMED = "unnamed", _("A child without a name")
        PUPIL = "pupil", _("A named child")

    class Verb(models.TextChoices):
        """What the adviser does to the plan (H-CAT-6, 7, 8)."""

        DEVELOPS = "develops", _("Develops the plan")
        DEVELOPS_FURTHER = "develops_further", _("Develops the plan further")
        QUALIFIES = "qualifies", _("Qualifies the plan")

    class NextLevel(models.TextChoices):
        """Is the next level needed?"""

        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNSURE = "unsure", _("Not decided yet")

    page = "plans:guidance"
    public_id = PublicIdField()
    kind = models.CharField(_("about"), max_length=10, choices=Kind.choices)
    role = models.CharField(_("adviser"), max_length=30, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="guidance_requests")
    community = models.ForeignKey(
        LearningCommunity, models.PROTECT, related_name="guidance_requests"
    )
    pupil = models.ForeignKey(Pupil, models.PROTECT, null=True, related_name="guidance_requests")
    plan = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="guidance_requests",
        verbose_name=_("Plan it is about"),
    )
    state = StateField(
        State.choices,
        max_length=10,
        births="asked",
        moves=(
            ("asked", "answered", "The adviser has answered."),
            ("asked", "withdrawn", "The team no longer asks."),
        ),
    )
    question = models.TextField(_("Your question"), help_text=NO_NAMES)
    closes_on = models.DateField(
        _("Open to the adviser until"),
        help_text=_("On that day the adviser's access ends by itself."),
    )
    opening = models.ForeignKey(Opening, models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    # The answer
    observation = models.ForeignKey(
        Observation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="guidance_answers",
        verbose_name=_("Your focused observation"),
    )
    observed = models.TextField(_("What did you see?"), blank=True, help_text=NO_NAMES)
    verb = models.CharField(
        _("What do you do to the plan?"), max_length=18, choices=Verb.choices, blank=True
    )
    contribution = models.TextField(
        _("Your contribution to the plan"), blank=True, help_text=NO_NAMES
    )
    children_involved = models.TextField(_("How were the children involved?"), blank=True)
    parents_involved = models.TextField(_("How were the parents involved?"), blank=True)
    next_level = models.CharField(
        _("Is the next level needed?"), max_length=8, choices=NextLevel.choices, blank=True
    )
    next_level_sentence = models.CharField(_("Say it in one sentence"), max_length=400, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    objects = GuidanceQuerySet.as_manager()
    # An adviser whose opening has ended knows of the request, but reads the question no more.
    policy = Policy(
        any_of(
            Except(frozenset({"answer_guidance", "read_question"}), _ABOUT),
            only("view_plan", source=SentToRole()),
            only("answer_guidance", "read_question", source=_ASKED),
            Asking({"read_question": "view_plan"}, _ABOUT),
        ),
        seen=seen_by("view_plan"),
        along=("pupil", "community__school", "asked_by", "answered_by", "observation"),
    )

    class Meta:
        verbose_name = _("guidance")
        ordering = ("-asked_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="pupil", pupil__isnull=False)
                | Q(kind__in=["community", "unnamed"], pupil=None),
                name="guidance_about",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered")
                | (
                    Q(answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(contribution="")
                    & ~Q(next_level="")
                ),
                name="guidance_answer_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {short_date(self.asked_at)}"

    @property
    def is_open_today(self) -> bool:
        """Tell whether the adviser may still know whom it is about."""
        return self.opening is not None and self.opening.is_open

    @property
    def concerns(self) -> Concerned:
        """Return whom it concerns, for timeline and to-dos."""
        return {"pupil": self.pupil, "community": None if self.pupil else self.community}

    def journal_subject(self) -> Subject:
        """About the pupil, or the community."""
        if self.pupil_id:
            return Subject.of(pupil=self.pupil_id)
        return Subject.of(community=self.community_id)


class GuidanceAgreement(models.Model):
    """A parent's agreement to share the named child with the adviser, or another basis.

    Without a parent in the system there is one row without a holder, with the basis.
    """

    guidance = models.ForeignKey(Guidance, models.CASCADE, related_name="agreements")
    custody_holder = models.ForeignKey(CustodyHolder, models.PROTECT, null=True, related_name="+")
    agreed_on = models.DateField(_("The parent agreed on"), null=True, blank=True)
    other_basis = models.TextField(_("Or another basis, with the reason"), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guidance", "custody_holder"],
                name="guidance_agreement_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(custody_holder__isnull=False) | ~Q(other_basis=""),
                name="guidance_agreement_without_holder",
            ),
            models.CheckConstraint(
                condition=Q(agreed_on__isnull=False) | ~Q(other_basis=""),
                name="guidance_agreement_or_basis",
            ),
        ]
