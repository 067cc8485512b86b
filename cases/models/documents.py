"""Frozen documents and how they reach a parent; papers that lie elsewhere.

A document is canonical JSON and its hash, and the PDF made from it alone. They live with cases and
not in core, because each belongs to one case and its rights follow.
"""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import OF_CASE, Case, CaseRecord
from districts.models import CustodyHolder
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.policy import (
    Asking,
    Both,
    Except,
    Needs,
    PermittedQuerySet,
    Policy,
    Through,
    When,
    any_of,
    only,
    seen_by,
)

_READ = Needs("needs", among=lambda: Document.Needs.values, source=OF_CASE)


class Document(CaseRecord):
    """A document of a case, frozen when it is made; a correction is a new one."""

    class Kind(models.TextChoices):
        """What it is."""

        INFORMATION = "information", _("Information letter")
        PPV_REQUEST = "ppv_request", _("PPV request – collected material")
        PPV_LETTER = "ppv_letter", _("Letter about the PPV")
        PPV_REPORT = "ppv_report", _("PPV")
        HEARING = "hearing", _("Hearing letter")
        DECISION = "decision", _("Decision letter")
        PKU_REFERRAL = "pku_referral", _("Referral to PKU – collected material")
        PKU_DECISION = "pku_decision", _("PKU's decision letter")

    class Needs(models.TextChoices):
        """Permission on the case that a reader must hold."""

        LETTER = "view_letter", "view_letter"
        PKU_LETTER = "view_pku_letter", "view_pku_letter"
        CASE = "view_case", "view_case"
        DOSSIER = "view_dossier", "view_dossier"
        REPORT = "view_ppv_report", "view_ppv_report"
        REFERRAL = "view_referral", "view_referral"

    page = "cases:document"
    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    needs = models.CharField(max_length=20, choices=Needs.choices)
    title = models.CharField(max_length=160)
    version = models.PositiveSmallIntegerField(default=1)
    # Public id of the decision whose letters belong together, one for each parent.
    decision_key = models.CharField(max_length=8, blank=True, db_index=True)
    # Canonical JSON as text: jsonb would not keep its bytes.
    payload = models.TextField()
    payload_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    objects = PermittedQuerySet.as_manager()
    # A document names the permission that its reader needs; an act takes its own beside that.
    policy = Policy(
        any_of(
            only("view_document", source=_READ),
            Except(frozenset({"view_document"}), Both(_READ, OF_CASE)),
        ),
        seen=seen_by("view_document"),
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("-made_at", "-pk")
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]


class DocumentFile(models.Model):
    """The PDF of a document; made once, in the transaction that closes its outbox row."""

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="file")
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="file_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class Channel(models.TextChoices):
    """How something was sent."""

    DIGITAL_POST = "digital_post", _("Digital Post")
    LETTER = "letter", _("Letter")
    HANDED_OVER = "handed_over", _("Handed over")
    READ_ALOUD = "read_aloud", _("Read aloud with an interpreter")


_OF_PKU = Q(document__kind=Document.Kind.PKU_DECISION)
_OF_CASE = Through("document__case", Case)


class DeliveryQuerySet(PermittedQuerySet["Delivery"]):
    """Deliveries by who sends the letter."""

    def waiting(self) -> Self:
        """Return those still to be sent, or to arrive."""
        return self.filter(delivered_on=None, dropped_on=None)


class Delivery(CaseRecord):
    """A decision or another letter reaches one parent; periods and deadlines start here."""

    page = "cases:delivery"
    public_id = PublicIdField()
    document = models.OneToOneField(Document, models.PROTECT, related_name="delivery")
    custody_holder = models.ForeignKey(
        CustodyHolder, models.PROTECT, null=True, related_name="deliveries"
    )
    recipient = models.CharField(max_length=160)
    channel = models.CharField(
        _("How was it sent?"), max_length=14, choices=Channel.choices, blank=True
    )
    sent_on = models.DateField(_("Sent on"), null=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    delivered_on = models.DateField(_("Delivered on"), null=True, blank=True)
    # Custody ended, or the parent died, before it was delivered: nothing waits for it.
    dropped_on = models.DateField(null=True)
    dropped_because = models.TextField(_("why it is not to be sent any more"), blank=True)
    dropped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

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

    @property
    def case(self) -> Case:
        """The letter's."""
        return self.document.case

    @property
    def is_waiting(self) -> bool:
        """Tell whether it is still to be sent, or to arrive."""
        return self.delivered_on is None and self.dropped_on is None

    @property
    def to_protected_address(self) -> bool:
        """Tell whether the letter carries a protected address."""
        return self.custody_holder is not None and self.custody_holder.address_protected


class DeliveryVersion(models.Model):
    """A delivery as it was recorded before it was corrected, and why; kept visible."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="versions")
    channel = models.CharField(max_length=14, choices=Channel.choices)
    sent_on = models.DateField()
    delivered_on = models.DateField()
    reason = models.TextField(_("why it is corrected"))
    replaced_at = models.DateTimeField(default=clock.now)
    replaced_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-pk",)
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)]


class DocumentRecord(CaseRecord):
    """A paper that lies elsewhere: title, date and holder; there is no upload yet."""

    class Kind(models.TextChoices):
        """What kind of paper."""

        SCHOOL_STATEMENT = "school_statement", _("School statement")
        PUPIL_PLAN = "pupil_plan", _("Pupil plan")
        EXPERT = "expert", _("Statement of another expert")
        MINUTES = "minutes", _("Minutes")
        TEST = "test", _("Test")
        OTHER = "other", _("Other")

    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="records")
    kind = models.CharField(_("Kind of paper"), max_length=18, choices=Kind.choices)
    title = models.CharField(_("Title"), max_length=160)
    dated = models.DateField(_("Dated"))
    holder = models.CharField(_("Where does it lie?"), max_length=160)
    text = models.TextField(_("Text, or what it says in short"), blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=1)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        verbose_name = _("document record")
        ordering = ("-dated",)
