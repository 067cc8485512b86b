"""Core's tables: law as data, calendar, form keys, outbox, jobs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.policy import Own, PermittedQuerySet, Policy, only, seen_by
from haderslev.core.subject import Subject


class InWords:
    """Words in the reader's language: a row's ``name_en`` where it is written, or ``name_da``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, row: models.Model, _model: object) -> str:
        english = getattr(row, f"{self.name}_en") if get_language() == "en" else ""
        return str(english or getattr(row, f"{self.name}_da"))


class DatedRow(models.Model):
    """Reference data with a source and a period of validity."""

    code = models.CharField(_("code"), max_length=60)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="%(class)s_once")
        ]

    def __str__(self) -> str:
        return self.code


class PeriodRow(models.Model):
    """What holds from a first day on, and perhaps until a last one."""

    starts_on = models.DateField(_("first day"), default=clock.today)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="%(class)s_period",
            ),
        ]


class LegalValue(DatedRow):
    """A number that law or municipality sets: a deadline, a threshold, a longest period."""

    value = models.DecimalField(_("value"), max_digits=9, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=20)
    is_legal = models.BooleanField(_("set by law"), help_text=_("Else the municipality's own."))
    name_da = models.CharField(_("Danish name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200)

    class Meta(DatedRow.Meta):
        verbose_name = _("legal value")
        verbose_name_plural = _("legal values")
        ordering = ("code", "-valid_from")
        constraints = [
            *DatedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")),
                name="legal_value_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.valid_from})"


class TextTemplate(DatedRow):
    """A letter's text with fixed placeholders in braces; read-only in admin for now."""

    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))

    class Meta(DatedRow.Meta):
        verbose_name = _("letter text")
        verbose_name_plural = _("letter texts")
        ordering = ("code", "-valid_from")


class Purpose(DatedRow):
    """Why somebody looks something up, with its legal basis."""

    name_da = models.CharField(_("Danish name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120)
    name_in_words = InWords("name")

    class Meta(DatedRow.Meta):
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")


class Holiday(models.Model):
    """Days when schools are closed, other than Saturdays and Sundays."""

    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ("first_on",)
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=models.F("first_on")), name="holiday_order"
            ),
            models.UniqueConstraint(fields=["first_on", "name"], name="holiday_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first_on}"


class FormKey(models.Model):
    """A form that was sent: the same key never acts twice."""

    key = models.CharField(max_length=36, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    redirect = models.CharField(max_length=200)
    used_at = models.DateTimeField(default=clock.now, db_index=True)


class OutboxRow(models.Model):
    """Work promised in an act's transaction; the queue only carries its number."""

    key = models.CharField(max_length=80, unique=True)
    work = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    parked_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"],
                name="outbox_open",
                condition=Q(done_at=None, parked_at=None),
            ),
            models.Index(
                fields=["done_at"], name="outbox_done", condition=Q(done_at__isnull=False)
            ),
        ]


class Job(models.Model):
    """Long work that somebody waits for, with its progress."""

    public_id = PublicIdField()
    outbox = models.ForeignKey(OutboxRow, models.CASCADE, related_name="jobs")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    result_url = models.CharField(max_length=200)
    back_url = models.CharField(max_length=200)
    step = models.CharField(max_length=40, default="waiting")
    done_steps = models.PositiveSmallIntegerField(default=0)
    total_steps = models.PositiveSmallIntegerField(default=1)
    cancelled_at = models.DateTimeField(null=True)

    objects = PermittedQuerySet.as_manager()
    policy = Policy(only("view_job", source=Own("requested_by")), seen=seen_by("view_job"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outbox", "requested_by"], name="one_job_per_person")
        ]

    def journal_subject(self) -> Subject:
        """A job is about nobody, though its document may be."""
        return Subject()
