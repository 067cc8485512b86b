"""The leader's decision: outcomes as dated data, the hearing before it (partshøring), itself.

Source of the hearing: forvaltningsloven § 19.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case, CaseRecord
from cases.models.documents import Document
from districts.models import CustodyHolder
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.models import DatedRow, InWords
from haderslev.core.policy import PermittedQuerySet
from haderslev.core.states import StateField, StatefulModel, text_stays

# What the parties read in their letters.
HEARING_TEXTS = ("facts", "weighty", "intended", "rules")


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
    state = StateField(
        State.choices,
        max_length=10,
        births="draft",
        moves=(
            ("draft", "sent", "Sent to each party."),
            ("sent", "closed", "Answered, or the deadline has passed."),
            ("draft", "dropped", "Given up before it was sent."),
        ),
    )
    revision = models.PositiveIntegerField(default=1)
    facts = models.TextField(_("The facts"))
    weighty = models.TextField(_("What weight is given to"))
    intended = models.TextField(_("What we mean to decide"))
    rules = models.TextField(
        _("The rules"), default="Folkeskoleloven § 3, stk. 2, og § 12. Forvaltningsloven § 19."
    )
    answer_by = models.DateField(_("Answer no later than"), null=True)
    assessment = models.TextField(_("What the answers led to"), blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
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
            text_stays(
                "sent_text_stays",
                columns=HEARING_TEXTS,
                once="OLD.state <> 'draft'",
            ),
        ]


class HearingParty(models.Model):
    """One party: the letter, what was answered, what the school says to it.

    How the letter was sent and when it arrived stands in its ``Delivery`` alone.
    """

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="parties")
    custody_holder = models.ForeignKey(CustodyHolder, models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    answer = models.TextField(_("The answer"), blank=True)
    answered_on = models.DateField(_("Answered on"), null=True, blank=True)
    no_remarks = models.BooleanField(_("No remarks"), default=False)
    reply = models.TextField(_("The school's reply"), blank=True)
    races = ("party_once",)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["hearing", "custody_holder"], name="party_once")
        ]


class HearingAnswerVersion(models.Model):
    """An earlier text of an answer that was written down anew, kept visible."""

    party = models.ForeignKey(HearingParty, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    answer = models.TextField(blank=True)
    no_remarks = models.BooleanField(default=False)
    answered_on = models.DateField()
    reply = models.TextField(blank=True)
    replaced_at = models.DateTimeField(default=clock.now)
    replaced_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=["party", "number"], name="hearing_answer_version_once")
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)]


class OutcomeType(DatedRow):
    """An outcome of a decision: what it needs, who may make it, where to complain."""

    class Competence(models.TextChoices):
        """Who may decide it."""

        LEADER = "leader", _("School leader")
        PKU = "pku", _("PKU")
        REVISIT = "revisit", _("PKU at the revisitation")

    class Threshold(models.TextChoices):
        """On which side of the weekly hours of special education (folkeskoleloven § 3 stk. 2)."""

        UNDER = "under", _("under")
        OVER = "over", _("at or over")

    name_da = models.CharField(_("Danish name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=160)
    competence = models.CharField(_("who decides"), max_length=10, choices=Competence.choices)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    needs_period = models.BooleanField(_("needs a period"))
    needs_revisitation = models.BooleanField(_("needs a date of revisitation"))
    needs_offer = models.BooleanField(_("names an offer"))
    is_refusal = models.BooleanField(_("refusal"))
    needs_hearing = models.BooleanField(_("needs a hearing"))
    ends_at_leader = models.BooleanField(_("ends the course at the school"))
    threshold = models.CharField(
        _("hours a week by the threshold"), max_length=5, choices=Threshold.choices, blank=True
    )
    level_after = models.CharField(_("level after delivery"), max_length=12, blank=True)
    appeal_code = models.CharField(_("complaint guidance"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta(DatedRow.Meta):
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ("competence", "order")

    name_in_words = InWords("name")

    def __str__(self) -> str:
        """Return the name in the reader's language; letters and material take the Danish one."""
        return self.name_in_words

    @property
    def needs_first_day(self) -> bool:
        """Tell whether it names a first day: of a period, or back at the mainstream school."""
        return self.needs_period or self.competence == self.Competence.REVISIT


class SupportDecision(CaseRecord):
    """The school leader's decision. Signed once; a correction is a new decision."""

    page = "cases:decision"
    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="support_decisions")
    hearing = models.ForeignKey(
        Hearing, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    no_hearing_reason = models.TextField(_("Why the parties were not heard"), blank=True)
    outcome = models.ForeignKey(OutcomeType, models.PROTECT, related_name="support_decisions")
    what = models.TextField(_("What is decided"))
    weekly_hours = models.DecimalField(
        _("Hours a week"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    starts_on = models.DateField(_("From"), null=True, blank=True)
    ends_on = models.DateField(_("Until"), null=True, blank=True)
    revisit_on = models.DateField(_("A new decision no later than"), null=True, blank=True)
    legal_basis = models.TextField(_("Legal basis"))
    considerations = models.TextField(_("Main considerations"))
    facts = models.TextField(_("Facts given weight"))
    parents_views = models.TextField(_("The parents' views, and the answer to them"))
    child_views = models.TextField(_("The child's views, and the weight given to them"))
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_on = models.DateField(default=clock.today)
    signed_at = models.DateTimeField(default=clock.now)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        verbose_name = _("school leader's decision")
        triggers = [pgtrigger.Protect(name="signed", operation=pgtrigger.Update | pgtrigger.Delete)]
        ordering = ("-signed_at",)
        constraints = [
            # The outer bound; the longest period in force is a legal value.
            models.CheckConstraint(
                condition=Q(ends_on=None)
                | Q(
                    starts_on__isnull=False,
                    ends_on__gt=F("starts_on"),
                    ends_on__lte=F("starts_on") + 366,
                ),
                name="support_period",
            ),
            models.CheckConstraint(
                condition=~Q(legal_basis="") & ~Q(considerations="") & ~Q(facts=""),
                name="support_three_reasons",
            ),
            models.CheckConstraint(
                condition=Q(hearing__isnull=False) | ~Q(no_hearing_reason=""),
                name="support_heard_or_reason",
            ),
        ]
