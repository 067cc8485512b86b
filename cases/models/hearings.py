"""Hearing of the parties (partshøring): statement of facts, deadline, answers.

Source: forvaltningsloven § 19.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.models.belongs import CaseRecord
from cases.models.case import Case
from cases.models.documents import Document
from districts.models import CustodyHolder
from haderslev.core import clock
from haderslev.core.fsm import StateField, StatefulModel, state_triggers, text_stays
from haderslev.core.ids import PublicIdField
from haderslev.core.policy import PermittedQuerySet


class Channel(models.TextChoices):
    """How something was sent."""

    DIGITAL_POST = "digital_post", _("Digital Post")
    LETTER = "letter", _("Letter")
    HANDED_OVER = "handed_over", _("Handed over")
    READ_ALOUD = "read_aloud", _("Read aloud with an interpreter")


class Hearing(CaseRecord, StatefulModel):
    """What the school means to decide, the facts it rests on, and what the parties say."""

    class State(models.TextChoices):
        """Where it is."""

        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        CLOSED = "closed", _("Closed")
        DROPPED = "dropped", _("Dropped as a draft")

    page = "cases:hearing"
    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="hearings")
    state = StateField(choices=State.choices, default=State.DRAFT, max_length=10)
    revision = models.PositiveIntegerField(default=1)
    facts = models.TextField(_("the facts"))
    weighty = models.TextField(_("what weight is given to"))
    intended = models.TextField(_("what we mean to decide"))
    rules = models.TextField(_("the rules"))
    answer_by = models.DateField(_("answer no later than"), null=True)
    assessment = models.TextField(_("what the answers led to"), blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    sent_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)

    objects = PermittedQuerySet.as_manager()

    # What must be ended before the decision, and before another hearing.
    OPEN = (State.DRAFT, State.SENT)
    races = ("one_open_hearing",)

    class Meta:
        verbose_name = _("hearing")
        ordering = ("-made_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="one_open_hearing", condition=Q(state__in=["draft", "sent"])
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"])
                | Q(sent_on__isnull=False, answer_by__isnull=False),
                name="hearing_sent_with_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_on__isnull=False) & ~Q(assessment="")),
                name="hearing_closed_with_assessment",
            ),
        ]
        triggers = [
            *state_triggers(
                "state",
                initial=["draft"],
                moves=[("draft", "sent"), ("sent", "closed"), ("draft", "dropped")],
            ),
            text_stays(
                "sent_text_stays",
                columns=("facts", "weighty", "intended", "rules"),
                once="OLD.state <> 'draft'",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.state}"

    @transition(field=state, source=State.DRAFT, target=State.SENT)
    def to_sent(self) -> None:
        """Sent to each party."""

    @transition(field=state, source=State.SENT, target=State.CLOSED)
    def to_closed(self) -> None:
        """Answered, or the deadline has passed."""

    @transition(field=state, source=State.DRAFT, target=State.DROPPED)
    def to_dropped(self) -> None:
        """Given up before it was sent."""


class HearingParty(models.Model):
    """One party: the letter, what was answered, what the school says to it.

    How the letter was sent and when it arrived stands in its ``Delivery`` alone.
    """

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="parties")
    custody_holder = models.ForeignKey(CustodyHolder, models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    answer = models.TextField(_("answer"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    no_remarks = models.BooleanField(_("no remarks"), default=False)
    reply = models.TextField(_("the school's reply"), blank=True)
    races = ("party_once",)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["hearing", "custody_holder"], name="party_once")
        ]

    def __str__(self) -> str:
        return str(self.custody_holder)


class HearingAnswerVersion(models.Model):
    """An earlier text of an answer that was written down anew, kept visible."""

    party = models.ForeignKey(HearingParty, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    answer = models.TextField(blank=True)
    no_remarks = models.BooleanField(default=False)
    answered_on = models.DateField()
    reply = models.TextField(blank=True)
    replaced_at = models.DateTimeField(default=clock.now)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=["party", "number"], name="hearing_answer_version_once")
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.party_id} v{self.number}"
