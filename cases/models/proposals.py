"""Proposals of the next level (næste led), and the leader's answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.models.belongs import CaseRecord
from cases.models.case import Case
from haderslev.core import clock
from haderslev.core.fsm import StateField, StatefulModel, state_triggers
from haderslev.core.ids import PublicIdField
from haderslev.core.policy import PermittedQuerySet
from plans.models import Guidance

_MOVES = (
    ("proposed", "approved"),
    ("proposed", "sent_back"),
    ("proposed", "withdrawn"),
    ("sent_back", "proposed"),
    ("sent_back", "withdrawn"),
)


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
    state = StateField(choices=State.choices, default=State.PROPOSED, max_length=10)
    reason = models.TextField(_("why the next level is needed"))
    guidance = models.ForeignKey(
        Guidance, models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    parents_told_on = models.DateField(_("parents told on"))
    parents_told_how = models.CharField(_("parents told how"), max_length=200)
    parents_words = models.TextField(_("what the parents said"))
    child_words = models.TextField(_("what the child said"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    question = models.TextField(_("the leader's question"), blank=True)
    answer = models.TextField(_("the team's answer"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_note = models.TextField(_("time and people given"), blank=True)

    objects = PermittedQuerySet.as_manager()
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
        triggers = state_triggers("state", initial=["proposed"], moves=_MOVES)

    def __str__(self) -> str:
        return f"{self.case} → {self.target}"

    @transition(field=state, source=State.PROPOSED, target=State.APPROVED)
    def to_approved(self) -> None:
        """The leader approves."""

    @transition(field=state, source=State.PROPOSED, target=State.SENT_BACK)
    def to_sent_back(self) -> None:
        """The leader asks a question."""

    @transition(field=state, source=State.SENT_BACK, target=State.PROPOSED)
    def to_proposed(self) -> None:
        """The team answers."""

    @transition(field=state, source=[State.PROPOSED, State.SENT_BACK], target=State.WITHDRAWN)
    def to_withdrawn(self) -> None:
        """The team takes it back."""
