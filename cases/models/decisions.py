"""Outcomes as dated data, the leader's decision, and the delivery of any decision."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.models.belongs import CaseRecord
from cases.models.case import Case
from cases.models.documents import Document
from cases.models.hearings import Channel, Hearing
from districts.kinds import Concerned
from districts.models import CustodyHolder
from haderslev.core import clock
from haderslev.core.ids import PublicIdField
from haderslev.core.models import DatedRow
from haderslev.core.policy import Asking, PermittedQuerySet, Policy, Through, When, any_of, seen_by
from haderslev.core.subject import Subject


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

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ("competence", "order")
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="outcome_once")]

    def __str__(self) -> str:
        """Return the name in the reader's language; letters and material take the Danish one."""
        return self.name_en if get_language() == "en" else self.name_da

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
    no_hearing_reason = models.TextField(_("why the parties were not heard"), blank=True)
    outcome = models.ForeignKey(OutcomeType, models.PROTECT, related_name="support_decisions")
    what = models.TextField(_("what is decided"))
    weekly_hours = models.DecimalField(
        _("hours a week"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    revisit_on = models.DateField(_("new decision before"), null=True, blank=True)
    legal_basis = models.TextField(_("legal basis"))
    considerations = models.TextField(_("main considerations"))
    facts = models.TextField(_("facts given weight"))
    parents_views = models.TextField(_("the parents' views, and the answer to them"))
    child_views = models.TextField(_("the child's views, and the weight given to them"))
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
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

    def __str__(self) -> str:
        return f"{self.case} {self.outcome}"


_OF_PKU = Q(document__kind=Document.Kind.PKU_DECISION)
_OF_CASE = Through("document__case", Case)


class DeliveryQuerySet(PermittedQuerySet["Delivery"]):
    """Deliveries by who sends the letter."""

    def waiting(self) -> Self:
        """Return those still to be sent, or to arrive."""
        return self.filter(delivered_on=None, dropped_on=None)


class Delivery(models.Model):
    """A decision or another letter reaches one parent; periods and deadlines start here."""

    page = "cases:delivery"
    public_id = PublicIdField()
    document = models.OneToOneField(Document, models.PROTECT, related_name="delivery")
    custody_holder = models.ForeignKey(
        CustodyHolder, models.PROTECT, null=True, related_name="deliveries"
    )
    recipient = models.CharField(max_length=160)
    channel = models.CharField(_("sent by"), max_length=14, choices=Channel.choices, blank=True)
    sent_on = models.DateField(_("sent on"), null=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    delivered_on = models.DateField(_("delivered on"), null=True)
    # Custody ended, or the parent died, before it was delivered: nothing waits for it.
    dropped_on = models.DateField(null=True)
    dropped_because = models.TextField(_("why it is not to be sent any more"), blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = DeliveryQuerySet.as_manager()
    # PKU sends its own letters and the school all others; to send a letter is not to read it.
    policy = Policy(
        any_of(
            Asking({"dispatch_letter": "deliver_decision"}, When(_OF_PKU, _OF_CASE)),
            Asking({"dispatch_letter": "dispatch_letter"}, When(~_OF_PKU, _OF_CASE)),
        ),
        seen=seen_by("dispatch_letter"),
    )

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_on=None) | (~Q(channel="") & Q(sent_by__isnull=False)),
                name="sent_how",
            ),
            models.CheckConstraint(
                condition=Q(delivered_on=None) | Q(delivered_on__gte=F("sent_on")),
                name="delivered_after_sent",
            ),
            models.CheckConstraint(
                condition=Q(dropped_on=None)
                | Q(delivered_on=None, dropped_by__isnull=False) & ~Q(dropped_because=""),
                name="dropped_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.recipient

    @property
    def concerns(self) -> Concerned:
        """Those of the letter's case."""
        return self.document.concerns

    @property
    def is_waiting(self) -> bool:
        """Tell whether it is still to be sent, or to arrive."""
        return self.delivered_on is None and self.dropped_on is None

    @property
    def to_protected_address(self) -> bool:
        """Tell whether the letter carries a protected address."""
        return self.custody_holder is not None and self.custody_holder.address_protected

    def journal_subject(self) -> Subject:
        """About the letter's case."""
        return self.document.journal_subject()


class DeliveryVersion(models.Model):
    """A delivery as it was recorded before it was corrected, and why; kept visible."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="versions")
    channel = models.CharField(max_length=14, choices=Channel.choices)
    sent_on = models.DateField()
    delivered_on = models.DateField()
    reason = models.TextField(_("why it is corrected"))
    replaced_at = models.DateTimeField(default=clock.now)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-pk",)
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.delivery} {self.delivered_on}"
