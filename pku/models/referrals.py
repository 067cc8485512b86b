"""PKU's calendar, and the referral to it (henvisning): seven answers, frozen when submitted."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Document
from cases.models.case import OF_CASE, CaseRecord
from districts.models import CustodyHolder, Institution, Unit
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.dates import short_date
from haderslev.core.models import DatedRow, InWords
from haderslev.core.policy import (
    AtUnits,
    Except,
    PermittedQuerySet,
    Policy,
    When,
    any_of,
    at,
    only,
    seen_by,
)
from haderslev.core.states import StateField, StatefulModel
from haderslev.core.subject import Subject


class PkuMeetingQuerySet(PermittedQuerySet["PkuMeeting"]):
    """Meetings by permission and by date."""

    def coming(self) -> Self:
        """Return the meetings from today on."""
        return self.filter(held_on__gte=clock.today())


class PkuMeeting(models.Model):
    """A meeting of PKU."""

    page = "pku:meeting"
    public_id = PublicIdField()
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="pku_meetings", verbose_name=_("committee")
    )
    held_on = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=120)
    papers_by = models.DateField(_("papers no later than"))

    objects = PkuMeetingQuerySet.as_manager()
    # The committee's own meetings, also for the municipality above it.
    policy = Policy(at("unit", "unit__parent"), seen=seen_by("view_referral_list"))

    class Meta:
        verbose_name = _("PKU meeting")
        verbose_name_plural = _("PKU calendar")
        ordering = ("held_on",)
        constraints = [
            models.UniqueConstraint(fields=["unit", "held_on"], name="pku_meeting_once"),
            models.CheckConstraint(
                condition=Q(papers_by__lte=F("held_on")), name="pku_papers_before"
            ),
        ]

    def __str__(self) -> str:
        return f"{short_date(self.held_on)}, {self.place}"

    def journal_subject(self) -> Subject:
        """Return no subject: only its referrals are about a child."""
        return Subject()


class ReferralQuestion(DatedRow):
    """One of the questions a referral answers; seven today, reference data."""

    order = models.PositiveSmallIntegerField(_("number"))
    text_da = models.CharField(_("Danish words"), max_length=300)
    text_en = models.CharField(_("English words"), max_length=300)
    hint_da = models.CharField(_("Danish hint"), max_length=300, blank=True)
    hint_en = models.CharField(_("English hint"), max_length=300, blank=True)

    class Meta(DatedRow.Meta):
        verbose_name = _("question of a referral")
        verbose_name_plural = _("questions of a referral")
        ordering = ("order",)

    text, hint = InWords("text"), InWords("hint")


class ReturnReason(DatedRow):
    """Why a referral is returned, tied to the field that must be corrected."""

    field = models.CharField(_("field"), max_length=40)
    text_da = models.CharField(_("Danish words"), max_length=300)
    text_en = models.CharField(_("English words"), max_length=300)

    class Meta(DatedRow.Meta):
        verbose_name = _("reason for a return")
        ordering = ("code",)

    text = InWords("text")

    def __str__(self) -> str:
        return self.text


def _at_committees(units: frozenset[int]) -> Q:
    """Return all rows where a committee is among the units, or a part of one of them."""
    committees = Unit.objects.filter(Q(pk__in=units) | Q(parent__in=units))
    return Q(Exists(committees.filter(kind=Unit.Kind.PKU)))


def _committees(_referral: Referral) -> frozenset[int]:
    """Return the committees and what is above them."""
    pairs = Unit.objects.filter(kind=Unit.Kind.PKU).values_list("pk", "parent")
    return frozenset(unit for pair in pairs for unit in pair if unit)


# What was submitted was submitted to the committee, which lists numbers without names.
_SUBMITTED = When(Q(version__gt=0), AtUnits(_at_committees, _committees))


class Referral(CaseRecord, StatefulModel):
    """The school leader refers a pupil to PKU."""

    class State(models.TextChoices):
        """Where it is."""

        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        ACCEPTED = "accepted", _("Ready for the meeting")
        ADJOURNED = "adjourned", _("Adjourned")
        DECIDED = "decided", _("Decided")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    page = "pku:referral"
    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    state = StateField(
        State.choices,
        max_length=10,
        births="draft",
        moves=(
            ("draft returned", "submitted", "The leader approves and submits; it is frozen."),
            ("submitted", "returned", "The secretary returns it with reasons."),
            ("submitted adjourned", "accepted", "Quality-checked and put on a meeting."),
            ("accepted", "adjourned", "PKU adjourns, which is not a decision."),
            ("accepted", "decided", "The chair has signed."),
            (
                "draft submitted returned accepted adjourned",
                "withdrawn",
                "The school withdraws.",
            ),
        ),
    )
    revision = models.PositiveIntegerField(default=1)
    wished_offer = models.CharField(_("wished offer"), max_length=200, blank=True)
    wished_provider = models.CharField(
        _("run by"), max_length=20, choices=Institution.Provider.choices, blank=True
    )
    private_consent_on = models.DateField(
        _("the parents' consent to a private school"), null=True, blank=True
    )
    provisional = models.BooleanField(
        _("Provisional referral: the PPV is not finished"), default=False
    )
    provisional_reason = models.TextField(_("why it can not wait"), blank=True)
    psychologist_recommendation = models.TextField(
        _("the psychologist's recommendation"), blank=True
    )
    pupil_view = models.TextField(_("the pupil's view"), blank=True)
    leader_recommendation = models.TextField(_("the school leader's recommendation"), blank=True)
    # Fields open for correction after a return; empty otherwise.
    open_fields = ArrayField(models.CharField(max_length=40), default=list)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_on = models.DateField(null=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    version = models.PositiveSmallIntegerField(default=0)
    meeting = models.ForeignKey(
        PkuMeeting, models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField(null=True)
    adjourned_reason = models.TextField(blank=True)

    objects = PermittedQuerySet.as_manager()
    policy = Policy(
        any_of(
            only("view_referral_list", source=_SUBMITTED),
            Except(frozenset({"view_referral_list"}), OF_CASE),
        ),
        seen=seen_by("view_referral"),
    )
    races = ("one_open_referral",)

    class Meta:
        verbose_name = _("referral to PKU")
        ordering = ("-written_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                name="one_open_referral",
                condition=~Q(state__in=["decided", "withdrawn"]),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(submitted_by__isnull=False, submitted_on__isnull=False, document__isnull=False),
                name="submitted_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(checked_by__isnull=False),
                name="accepted_is_checked",
            ),
        ]

    @property
    def may_be_edited(self) -> bool:
        """Tell whether anything is open for writing."""
        return self.state in {self.State.DRAFT, self.State.RETURNED}


# Nothing is done with these any more, and the case can have another.
ENDED = (Referral.State.DECIDED, Referral.State.WITHDRAWN)


class ReferralAnswer(models.Model):
    """The school's answer to one of the questions."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="answers")
    question = models.ForeignKey(ReferralQuestion, models.PROTECT, related_name="+")
    text = models.TextField(_("answer"))
    races = ("referral_answer_once",)

    class Meta:
        ordering = ("question__order",)
        constraints = [
            models.UniqueConstraint(fields=["referral", "question"], name="referral_answer_once")
        ]


class ParentView(models.Model):
    """One parent's view of the referral; accepted until the decision is made."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="parent_views")
    custody_holder = models.ForeignKey(CustodyHolder, models.PROTECT, related_name="+")
    text = models.TextField(_("the parent's view"), blank=True)
    missing_reason = models.TextField(_("why it is missing"), blank=True)
    races = ("parent_view_once",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "custody_holder"], name="parent_view_once"),
            models.CheckConstraint(
                condition=~Q(text="", missing_reason=""), name="parent_view_or_reason"
            ),
        ]


class ReferralReturn(models.Model):
    """A return, which is not a decision. Its reasons open exactly their fields."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="returns")
    reasons = models.ManyToManyField(ReturnReason, related_name="+")
    note = models.TextField(_("what is missing, in words"))
    phone_talk_on = models.DateField(_("telephone talk held on"), null=True, blank=True)
    returned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    returned_on = models.DateField(default=clock.today)

    class Meta:
        ordering = ("-returned_on", "-pk")


class Addendum(models.Model):
    """A paper received after the referral was frozen (eftersendt materiale), numbered."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="addenda")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=160)
    source = models.CharField(_("from"), max_length=160)
    from_parent = models.BooleanField(_("These are a parent's remarks"), default=False)
    text = models.TextField(_("text"))
    received_on = models.DateField(_("received on"), default=clock.today)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    races = ("addendum_number_once",)

    class Meta:
        # A parent's remarks are shown first.
        ordering = ("-from_parent", "number")
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="addendum_number_once")
        ]
