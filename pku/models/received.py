"""A parent's request, recorded by somebody who need not have access to the child.

Sources: folkeskoleloven § 12; bekendtgørelse 693/2014 § 2.
"""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.kinds import Concerned
from districts.models import Unit
from haderslev.core import clock
from haderslev.core.fsm import text_stays
from haderslev.core.ids import PublicIdField
from haderslev.core.policy import PermittedQuerySet, Policy, at, seen_by
from haderslev.core.subject import Subject
from pku.models.ppv import ParentAsk


class ReceivedRequestQuerySet(PermittedQuerySet["ReceivedRequest"]):
    """Received requests by the school they are sent to."""

    def waiting(self) -> Self:
        """Return those that nobody has answered yet."""
        return self.filter(closed_at=None)


class ReceivedRequest(models.Model):
    """A parent's request for a PPV on its way to the child's school.

    Only the blind index of a CPR number is kept: it finds the child and reveals nothing.
    """

    page = "pku:received_request"
    public_id = PublicIdField()
    school = models.ForeignKey(Unit, models.PROTECT, related_name="received_requests")
    child_name = models.CharField(_("the child's name"), max_length=160)
    cpr_index = models.CharField(max_length=64, blank=True, editable=False)
    born_on = models.DateField(_("born"), null=True, blank=True)
    parent_name = models.CharField(_("the parent's name"), max_length=120)
    parent_contact = models.CharField(_("how to reach the parent"), max_length=200)
    asked_on = models.DateField(_("asked on"))
    words = models.TextField(_("what the parent asked for"))
    wants_special = models.BooleanField(
        _("wishes support over the threshold, special class or special school"), default=False
    )
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=clock.now)
    # How it ended: recorded on the child, or not placed and the parent answered.
    ask = models.OneToOneField(ParentAsk, models.PROTECT, null=True, related_name="received")
    not_placed_reason = models.TextField(_("why it can not be placed"), blank=True)
    answered_on = models.DateField(_("the parent was answered on"), null=True, blank=True)
    answer = models.TextField(_("what the parent was told"), blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    objects = ReceivedRequestQuerySet.as_manager()
    # Only the leaders of the school see it.
    policy = Policy(
        at("school"), seen=seen_by("request_ppv"), along=("ask__request__case", "school")
    )

    class Meta:
        verbose_name = _("received request for PPV")
        ordering = ("-received_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="received_closed_by",
            ),
            models.CheckConstraint(
                condition=Q(ask__isnull=False, closed_at__isnull=False)
                | Q(ask=None, closed_at=None)
                | Q(ask=None, answered_on__isnull=False) & ~Q(answer="") & ~Q(not_placed_reason=""),
                name="received_ended_how",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            text_stays(
                "received_stays",
                columns=(
                    "child_name",
                    "cpr_index",
                    "born_on",
                    "parent_name",
                    "parent_contact",
                    "asked_on",
                    "words",
                    "wants_special",
                    "received_by_id",
                    "received_at",
                ),
                once="TRUE",
            ),
            text_stays(
                "end_stays",
                columns=(
                    "school_id",
                    "ask_id",
                    "not_placed_reason",
                    "answered_on",
                    "answer",
                    "closed_by_id",
                    "closed_at",
                ),
                once="OLD.closed_at IS NOT NULL",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def concerns(self) -> Concerned:
        """Nobody we know, until it is placed."""
        return {}

    def journal_subject(self) -> Subject:
        """About the child when it is placed; until then about nobody we know."""
        return self.ask.request.journal_subject() if self.ask else Subject()
