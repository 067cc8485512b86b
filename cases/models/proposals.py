"""The next level (næste led): what its step asks for, what is set aside, and the proposal."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import OF_CASE, Case, CaseRecord
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.models import DatedRow, InWords
from haderslev.core.policy import PermittedQuerySet, Policy, seen_by
from haderslev.core.states import StateField, StatefulModel
from plans.models import Guidance


class Proposal(CaseRecord, StatefulModel):
    """The team proposes another level; the school leader approves it or asks a question."""

    class State(models.TextChoices):
        """Where it is."""

        PROPOSED = "proposed", _("Waiting for the school leader")
        SENT_BACK = "sent_back", _("Sent back with a question")
        APPROVED = "approved", _("Approved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Target(models.TextChoices):
        """Levels that an approval can move to."""

        ANTICIPATORY = "anticipatory", _("Anticipatory")
        PREVENTIVE = "preventive", _("Preventive")

    page = "cases:proposal"
    locked_under = "case"
    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="proposals")
    target = models.CharField(_("to level"), max_length=12, choices=Target.choices)
    state = StateField(
        State.choices,
        max_length=10,
        births="proposed",
        moves=(
            ("proposed", "approved", "The leader approves."),
            ("proposed", "sent_back", "The leader asks a question."),
            ("sent_back", "proposed", "The team answers."),
            ("proposed sent_back", "withdrawn", "The team takes it back."),
        ),
    )
    reason = models.TextField(_("Why is it needed?"))
    guidance = models.ForeignKey(
        Guidance, models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    parents_informed_on = models.DateField(_("When were the parents told?"))
    parents_informed_how = models.CharField(_("How were the parents told?"), max_length=200)
    parents_words = models.TextField(_("What did the parents say?"))
    child_words = models.TextField(_("What did the child say?"))
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    question = models.TextField(_("the leader's question"), blank=True)
    answer = models.TextField(_("the team's answer"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_note = models.TextField(_("time and people given"), blank=True)

    objects = PermittedQuerySet.as_manager()

    # What must be answered or taken back before another is proposed.
    WAITING = (State.PROPOSED, State.SENT_BACK)
    races = ("one_open_proposal",)

    class Meta:
        verbose_name = _("proposal")
        ordering = ("-proposed_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                name="one_open_proposal",
                condition=Q(state__in=["proposed", "sent_back"]),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="proposal_approved_by",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent_back") | ~Q(question=""), name="sent_back_with_question"
            ),
            # Four eyes: also in the database.
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=models.F("proposed_by")),
                name="proposal_four_eyes",
            ),
        ]


class RequirementText(DatedRow):
    """The words of a requirement: gates know codes only."""

    gate = models.CharField(_("step"), max_length=4)
    kind = models.CharField(_("kind"), max_length=8)
    name_da = models.CharField(_("Danish words"), max_length=200)
    name_en = models.CharField(_("English words"), max_length=200)
    who_da = models.CharField(_("who can do it, Danish"), max_length=120)
    who_en = models.CharField(_("who can do it, English"), max_length=120)

    class Meta(DatedRow.Meta):
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ("gate", "code")

    name_in_words, who_in_words = InWords("name"), InWords("who")


class RequirementException(CaseRecord):
    """An own requirement is set aside by the one who decides the step. Legal ones never are."""

    locked_under = "case"
    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="exceptions")
    code = models.CharField(_("requirement"), max_length=60)
    urgent = models.BooleanField(_("urgent"), default=False)
    sentence = models.CharField(_("in one sentence"), max_length=300, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    complete_by = models.DateField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)
    # When another was made in its place: it counted no more, because its step was decided or its
    # reason was not written in time.
    ended_at = models.DateTimeField(null=True)

    objects = PermittedQuerySet.as_manager()
    policy = Policy(OF_CASE, seen=seen_by("view_requirements"))
    races = ("exception_once",)

    class Meta:
        ordering = ("made_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["case", "code"],
                name="exception_once",
                condition=Q(withdrawn_at=None, ended_at=None),
            ),
            models.CheckConstraint(
                condition=~Q(reason="")
                | (Q(urgent=True, complete_by__isnull=False) & ~Q(sentence="")),
                name="exception_reason_or_urgent",
            ),
        ]
