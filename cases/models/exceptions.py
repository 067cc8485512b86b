"""Requirements in words, and own requirements set aside with a reason."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.models.belongs import OF_CASE, CaseRecord
from cases.models.case import Case
from haderslev.core import clock
from haderslev.core.ids import PublicIdField
from haderslev.core.models import DatedRow
from haderslev.core.policy import PermittedQuerySet, Policy, seen_by


class RequirementText(DatedRow):
    """The words of a requirement: gates know codes only."""

    gate = models.CharField(_("step"), max_length=4)
    kind = models.CharField(_("kind"), max_length=8)
    name_da = models.CharField(_("Danish words"), max_length=200)
    name_en = models.CharField(_("English words"), max_length=200)
    who_da = models.CharField(_("who can do it, Danish"), max_length=120)
    who_en = models.CharField(_("who can do it, English"), max_length=120)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ("gate", "code")
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="requirement_text_once")
        ]

    @property
    def name_in_words(self) -> str:
        """Return the requirement in the language of the reader."""
        return self.name_en if get_language() == "en" else self.name_da

    @property
    def who_in_words(self) -> str:
        """Return who can do it in the language of the reader."""
        return self.who_en if get_language() == "en" else self.who_da


class RequirementException(CaseRecord):
    """An own requirement is set aside by the one who decides the step. Legal ones never are."""

    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="exceptions")
    code = models.CharField(_("requirement"), max_length=60)
    urgent = models.BooleanField(_("urgent"), default=False)
    sentence = models.CharField(_("in one sentence"), max_length=300, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    complete_by = models.DateField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
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

    def __str__(self) -> str:
        return f"{self.case}: {self.code}"
