"""Frozen documents: canonical JSON and its hash, the PDF made from it alone.

They live with cases and not in core, because each belongs to one case and its rights follow.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.belongs import OF_CASE, CaseRecord
from cases.models.case import Case
from haderslev.core import clock
from haderslev.core.ids import PublicIdField
from haderslev.core.policy import (
    Both,
    Except,
    Needs,
    PermittedQuerySet,
    Policy,
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
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
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

    def __str__(self) -> str:
        return self.title


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

    def __str__(self) -> str:
        return self.sha256[:12]


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
    kind = models.CharField(_("kind"), max_length=18, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=160)
    dated = models.DateField(_("dated"))
    holder = models.CharField(_("where it lies"), max_length=160)
    text = models.TextField(_("text"), blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=1)

    objects = PermittedQuerySet.as_manager()

    class Meta:
        verbose_name = _("document record")
        ordering = ("-dated",)

    def __str__(self) -> str:
        return self.title
