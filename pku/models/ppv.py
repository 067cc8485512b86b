"""PPV: asked for, received, written, sent. And what parents ask for of others than the school.

Sources: folkeskoleloven § 12; bekendtgørelse 693/2014 §§ 2–3, 15.
"""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Document
from cases.models.case import OF_CASE, CaseRecord
from cases.models.documents import Channel
from districts.kinds import Concerned
from districts.models import CustodyHolder, Unit
from districts.permissions import Role
from haderslev.accounts.models import Membership, User
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.policy import (
    AnyUnit,
    Except,
    PermittedQuerySet,
    Policy,
    When,
    any_of,
    at,
    only,
    seen_by,
)
from haderslev.core.states import StateField, StatefulModel, text_stays
from haderslev.core.subject import Subject

# A parent's request that can still be taken back, and what keeps a case open.
UNDER_WAY = ("parent_request", "requested", "received")
OPEN_STATES = ("draft", *UNDER_WAY)


def _for_any_psychologist() -> Q:
    """Return requests not received, or received by somebody who is no longer a psychologist."""
    still = Membership.objects.active().filter(
        user=OuterRef("psychologist"), group__unit_role__role=Role.PSYCHOLOGIST
    )
    left = Q(~Exists(still), state=PPVRequest.State.RECEIVED)
    return Q(state=PPVRequest.State.REQUESTED) | left


class PPVRequestQuerySet(PermittedQuerySet["PPVRequest"]):
    """Requests by permission and by state."""

    def open(self) -> Self:
        """Return those that are neither reported nor withdrawn; a case has one at most."""
        return self.filter(state__in=OPEN_STATES)


class PPVRequest(CaseRecord, StatefulModel):
    """A request for a PPV: the school's own, or a parent's that the school forwards."""

    class State(models.TextChoices):
        """Where it is."""

        DRAFT = "draft", _("Draft")
        PARENT_REQUEST = "parent_request", _("A parent has asked")
        REQUESTED = "requested", _("Sent to the advisory team")
        RECEIVED = "received", _("Received by the psychologist")
        REPORTED = "reported", _("PPV sent")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        WITHDRAWN_BY_PARENT = "withdrawn_by_parent", _("Withdrawn by the parent")
        REFUSED = "refused", _("Refused with reasons")

    class Requester(models.TextChoices):
        """Who asks."""

        LEADER = "leader", _("The school leader")
        PARENTS = "parents", _("A parent")
        PUPIL = "pupil", _("The pupil")
        HEALTH = "health", _("The municipal health service")

    page = "pku:ppv"
    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="ppv_requests")
    state = StateField(
        State.choices,
        max_length=20,
        births="draft parent_request",
        moves=(
            ("draft parent_request", "requested", "The leader signs and sends."),
            ("requested", "received", "A psychologist takes it."),
            ("received", "reported", "The PPV is sent."),
            ("received", "requested", "Given back, so that another can take it."),
            ("draft", "withdrawn", "The school withdraws its own draft."),
            # Only the parent withdraws it, until the PPV is sent; nobody can delete it.
            (
                "parent_request requested received",
                "withdrawn_by_parent",
                "No parent asks now.",
            ),
            # By the leader, or by the psychologist where the municipality has delegated it.
            ("parent_request received", "refused", "It need not be made (BEK 693/2014 § 15)."),
        ),
    )
    revision = models.PositiveIntegerField(default=1)
    requester = models.CharField(_("who asks"), max_length=10, choices=Requester.choices)
    # A parent's own request, as it was said
    asked_by = models.ForeignKey(
        CustodyHolder, models.PROTECT, null=True, blank=True, related_name="ppv_requests"
    )
    asked_on = models.DateField(_("When did the parent ask?"), null=True, blank=True)
    asked_words = models.TextField(_("What does the parent ask for?"), blank=True)
    wants_special = models.BooleanField(
        _("The parent wishes support over the threshold, a special class or a special school"),
        default=False,
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    # The request
    consulted_on = models.DateField(
        _("When did you talk it over with parents and child (samråd)?"), null=True, blank=True
    )
    consulted_how = models.CharField(_("How, and with whom?"), max_length=200, blank=True)
    problem = models.TextField(_("Why do you ask for a PPV?"), blank=True)
    questions = models.TextField(_("What shall the psychologist answer?"), blank=True)
    resources = models.TextField(_("strengths and resources"), blank=True)
    difficulties = models.TextField(_("difficulties"), blank=True)
    academic = models.TextField(_("Danish and mathematics"), blank=True)
    social = models.TextField(_("language, social life, body and health"), blank=True)
    absence = models.CharField(_("absence"), max_length=200, blank=True)
    done_so_far = models.TextField(
        _("What has been done, for how long, with what effect?"), blank=True
    )
    school_statement = models.TextField(_("the school's statement"), blank=True)
    school_statement_on = models.DateField(_("statement dated"), null=True, blank=True)
    pupil_view = models.TextField(_("What does the child say to it?"), blank=True)
    parents_view = models.TextField(_("What do the parents say to it?"), blank=True)
    against_parents_reason = models.TextField(
        _("why PPV is absolutely necessary although a parent disagrees"), blank=True
    )
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField(null=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    psychologist = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    received_on = models.DateField(null=True)
    # A parent's request for a PPV that need not be made may be refused, in writing, with reasons.
    refusal_reason = models.TextField(_("why it is refused"), blank=True)
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    refused_on = models.DateField(null=True)

    objects = PPVRequestQuerySet.as_manager()
    # The inbox, of those who hold it anywhere, has what nobody has received yet.
    policy = Policy(
        any_of(
            only("view_ppv_inbox", source=When(_for_any_psychologist, AnyUnit())),
            Except(frozenset({"view_ppv_inbox"}), OF_CASE),
        ),
        seen=seen_by("view_case", "view_ppv_inbox"),
        along=("case__pupil", "psychologist", "signed_by", "recorded_by"),
    )
    races = ("one_open_ppv",)

    class Meta:
        verbose_name = _("PPV request")
        ordering = ("-recorded_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                name="one_open_ppv",
                condition=Q(state__in=["draft", "parent_request", "requested", "received"]),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["requested", "received", "reported"])
                | Q(signed_by__isnull=False, signed_on__isnull=False),
                name="ppv_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["received", "reported"])
                | Q(psychologist__isnull=False, received_on__isnull=False),
                name="ppv_received_by",
            ),
            models.CheckConstraint(
                condition=~Q(requester="parents")
                | (Q(asked_by__isnull=False, asked_on__isnull=False)),
                name="ppv_parent_named",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn_by_parent", "refused"]) | Q(requester="parents"),
                name="ppv_parents_own",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", refused_by__isnull=False, refused_on__isnull=False)
                & ~Q(refusal_reason="")
                | ~Q(state="refused") & Q(refused_by=None, refused_on=None, refusal_reason=""),
                name="ppv_refused_why",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            text_stays(
                "refusal_stays",
                columns=("refusal_reason", "refused_by_id", "refused_on"),
                once="OLD.state = 'refused'",
            ),
        ]


class ParentAsk(models.Model):
    """One parent's request for a PPV; each parent may make one. Never deleted."""

    request = models.ForeignKey(PPVRequest, models.PROTECT, related_name="asks")
    custody_holder = models.ForeignKey(CustodyHolder, models.PROTECT, related_name="ppv_asks")
    asked_on = models.DateField(_("When did the parent ask?"))
    words = models.TextField(_("What does the parent ask for?"))
    wants_special = models.BooleanField(
        _("The parent wishes support over the threshold, a special class or a special school"),
        default=False,
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_how = models.CharField(_("withdrawn how"), max_length=200, blank=True)
    withdrawn_words = models.TextField(_("what the parent said"), blank=True)
    withdrawal_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("asked_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on=None)
                | (
                    Q(withdrawn_on__gte=models.F("asked_on"), withdrawal_by__isnull=False)
                    & ~Q(withdrawn_how="")
                    & ~Q(withdrawn_words="")
                ),
                name="ask_withdrawn_how",
            ),
        ]
        triggers = [pgtrigger.Protect(name="ask_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.custody_holder)


class PPVGivenBack(models.Model):
    """A record that a psychologist gave a request back: who, when and why. Never deleted."""

    request = models.ForeignKey(PPVRequest, models.PROTECT, related_name="given_back")
    psychologist = models.ForeignKey(User, models.PROTECT, related_name="+")
    received_on = models.DateField()
    given_back_on = models.DateField(default=clock.today)
    reason = models.TextField(_("why it is given back"))

    class Meta:
        ordering = ("given_back_on", "pk")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="given_back_why"),
        ]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update | pgtrigger.Delete)]


class PPVReport(models.Model):
    """The pedagogical-psychological assessment (bekendtgørelse 693/2014 § 3)."""

    class Need(models.TextChoices):
        """Does the child need special educational assistance?"""

        OTHERWISE = "otherwise", _("The needs can be met without it")
        UNDER = "under", _("Support under the threshold")
        OVER = "over", _("Support over the threshold or a special offer")

    public_id = PublicIdField()
    request = models.OneToOneField(PPVRequest, models.PROTECT, related_name="report")
    revision = models.PositiveIntegerField(default=1)
    basis = models.TextField(
        _("What does it rest on: papers, observations, tests with dates, talks?")
    )
    competences = models.TextField(_("the child's competences and potentials"))
    difficulties = models.TextField(_("difficulties"))
    environment = models.TextField(_("the learning environment"))
    child_perspective = models.TextField(_("the child's perspective"))
    parents_perspective = models.TextField(_("the parents' perspective"))
    conclusion = models.TextField(_("conclusion"))
    need = models.CharField(
        _("Does the child need special educational assistance?"),
        max_length=10,
        choices=Need.choices,
    )
    weekly_hours = models.DecimalField(
        _("hours a week"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    arrangement = models.TextField(_("recommended arrangement: kind, amount, organisation"))
    recommendations = models.TextField(_("recommendations to school and home"))
    author_profession = models.CharField(_("Your profession"), max_length=120)
    made_at = models.DateTimeField(default=clock.now)
    sent_on = models.DateField(null=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("PPV")
        triggers = [
            text_stays(
                "sent_text_stays",
                columns=("conclusion", "arrangement", "recommendations", "need"),
                once="OLD.sent_on IS NOT NULL",
            )
        ]


class PPVDispatch(models.Model):
    """One dispatch: to the leader, or a copy to a parent (bekendtgørelse 693/2014 § 3)."""

    report = models.ForeignKey(PPVReport, models.CASCADE, related_name="dispatches")
    custody_holder = models.ForeignKey(CustodyHolder, models.PROTECT, null=True, related_name="+")
    recipient = models.CharField(max_length=160)
    channel = models.CharField(_("sent by"), max_length=14, choices=Channel.choices)
    sent_on = models.DateField(_("sent on"))
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["report", "custody_holder"], name="ppv_dispatch_once", nulls_distinct=False
            )
        ]


class ReceivedRequest(models.Model):
    """A parent's request for a PPV on its way to the child's school.

    Only the blind index of a CPR number is kept: it finds the child and reveals nothing.
    """

    page = "pku:received_request"
    public_id = PublicIdField()
    school = models.ForeignKey(Unit, models.PROTECT, related_name="received_requests")
    child_name = models.CharField(_("the child's name"), max_length=160)
    cpr_index = models.CharField(max_length=64, blank=True, editable=False)
    born_on = models.DateField(_("Birthday"), null=True, blank=True)
    parent_name = models.CharField(_("the parent's name"), max_length=120)
    parent_contact = models.CharField(_("How can the school reach the parent?"), max_length=200)
    asked_on = models.DateField(_("When did the parent ask?"))
    words = models.TextField(_("What does the parent ask for?"))
    wants_special = models.BooleanField(
        _("The parent wishes support over the threshold, a special class or a special school"),
        default=False,
    )
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=clock.now)
    # How it ended: recorded on the child, or not placed and the parent answered.
    ask = models.OneToOneField(ParentAsk, models.PROTECT, null=True, related_name="received")
    not_placed_reason = models.TextField(_("why it can not be placed"), blank=True)
    answered_on = models.DateField(_("the parent was answered on"), null=True, blank=True)
    answer = models.TextField(_("what the parent was told"), blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = PermittedQuerySet.as_manager()
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
                    "child_name cpr_index born_on parent_name parent_contact asked_on words"
                    " wants_special received_by_id received_at"
                ).split(),
                once="TRUE",
            ),
            text_stays(
                "end_stays",
                columns=(
                    "school_id ask_id not_placed_reason answered_on answer closed_by_id closed_at"
                ).split(),
                once="OLD.closed_at IS NOT NULL",
            ),
        ]

    @property
    def concerns(self) -> Concerned:
        """Nobody we know, until it is placed."""
        return {}

    def journal_subject(self) -> Subject:
        """About the child when it is placed; until then about nobody we know."""
        return self.ask.request.journal_subject() if self.ask else Subject()
