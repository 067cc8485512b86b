"""PKU's decisions, at the referral and at the revisitation, and the special offers they lead to.

An offer (skoletilbud) lasts a year at most, then there is a new decision; the aim is to return.
"""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, OutcomeType
from cases.models.case import OF_CASE, CaseRecord
from districts.models import CustodyHolder, Institution
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.columns import PublicIdField
from haderslev.core.policy import PermittedQuerySet, Policy, seen_by
from haderslev.core.states import StateField, StatefulModel, part_stays, text_stays
from pku.models.referrals import PkuMeeting, Referral

# Who makes a decision: prepares it, signs it, or signs it in the chair's place.
MAKING = frozenset({"decide_referral", "sign_decision", "stand_in_decision"})
# Whoever has written in the decision does not sign it, even if somebody else began it.
_AUTHORS_DO_NOT_SIGN = """
    IF NEW.signed_by_id IS DISTINCT FROM OLD.signed_by_id AND EXISTS (
        SELECT 1 FROM pku_decisionauthor
        WHERE decision_id = NEW.id AND user_id = NEW.signed_by_id
    ) THEN RAISE EXCEPTION 'who has written in a decision does not sign it'; END IF;
    RETURN NEW;
"""


class PkuDecision(CaseRecord, StatefulModel):
    """What PKU decides: prepared by the secretary, signed by the chair, delivered to each parent.

    Source: folkeskoleloven §§ 12, 20, 22; forvaltningsloven §§ 22–25.
    """

    class State(models.TextChoices):
        """Where it is."""

        PREPARED = "prepared", _("Prepared")
        SIGNED = "signed", _("Signed")
        DELIVERED = "delivered", _("Delivered")

    page = "pku:decision"
    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="pku_decisions")
    referral = models.ForeignKey(
        Referral, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    placement = models.ForeignKey(
        "pku.Placement", models.PROTECT, null=True, blank=True, related_name="revisitations"
    )
    state = StateField(
        State.choices,
        max_length=10,
        births="prepared",
        moves=(
            ("prepared", "signed", "The chair signs; letters are made."),
            ("signed", "delivered", "The last parent has received it; the level changes."),
        ),
    )
    revision = models.PositiveIntegerField(default=1)
    outcome = models.ForeignKey(OutcomeType, models.PROTECT, related_name="pku_decisions")
    meeting = models.ForeignKey(PkuMeeting, models.PROTECT, related_name="decisions")
    present = models.CharField(_("members present"), max_length=400)
    dialogue_council = models.TextField(_("dialogue with the district council"))
    dialogue_psychologist = models.TextField(_("dialogue with the psychologist"))
    dialogue_school = models.TextField(_("dialogue with the school"))
    offer = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("A new decision is made before"), null=True, blank=True)
    legal_basis = models.TextField(_("legal basis"))
    considerations = models.TextField(_("main considerations"))
    facts = models.TextField(_("facts given weight"))
    parents_views = models.TextField(_("the parents' views, and the answer to them"))
    child_views = models.TextField(_("the child's views, and the weight given to them"))
    home_contact = models.CharField(_("contact at the home school"), max_length=160, blank=True)
    # Taken from the outcome when it is prepared; there is no field where it could be removed.
    complaint_guidance = models.TextField(editable=False)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(default=clock.now)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField(null=True)
    # A member who signs in the chair's place says why; it is printed in the letter.
    stand_in_reason = models.TextField(_("why another signs in the chair's place"), blank=True)
    delivered_on = models.DateField(null=True)
    # A missing status never blocks a new decision on an offer; the decision says why instead.
    no_status_reason = models.TextField(_("Why is a status missing?"), blank=True)

    objects = PermittedQuerySet.as_manager()
    # Before it is signed, only those who make the decision see it.
    policy = Policy(
        OF_CASE,
        seen=seen_by(*sorted(MAKING)) | {"view_referral": ~Q(state="prepared")},
    )
    races = ("one_decision_per_referral",)

    class Meta:
        verbose_name = _("decision of PKU")
        ordering = ("-prepared_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(referral__isnull=False, placement=None)
                | Q(referral=None, placement__isnull=False),
                name="decision_of_referral_or_offer",
            ),
            models.UniqueConstraint(fields=["referral"], name="one_decision_per_referral"),
            models.CheckConstraint(
                condition=~Q(legal_basis="")
                & ~Q(considerations="")
                & ~Q(facts="")
                & ~Q(complaint_guidance=""),
                name="pku_reasons_and_guidance",
            ),
            # The outer bound; the longest period in force is a legal value.
            models.CheckConstraint(
                condition=Q(ends_on=None)
                | Q(
                    starts_on__isnull=False,
                    ends_on__gt=F("starts_on"),
                    ends_on__lte=F("starts_on") + 366,
                ),
                name="pku_at_most_a_year",
            ),
            models.CheckConstraint(
                condition=Q(state="prepared") | Q(signed_by__isnull=False, signed_on__isnull=False),
                name="pku_signed",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("prepared_by")),
                name="pku_four_eyes",
            ),
        ]
        triggers = [
            text_stays(
                "signed_text_stays",
                columns=(
                    "outcome_id meeting_id present dialogue_council dialogue_psychologist"
                    " dialogue_school offer_id starts_on ends_on legal_basis considerations"
                    " facts parents_views child_views home_contact complaint_guidance"
                    " stand_in_reason no_status_reason"
                ).split(),
                once="OLD.state <> 'prepared'",
            ),
            pgtrigger.Trigger(
                name="authors_do_not_sign",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=_AUTHORS_DO_NOT_SIGN,
            ),
        ]


class DecisionAuthor(models.Model):
    """Somebody who prepared or changed the decision, and so never signs it. Never deleted."""

    decision = models.ForeignKey(PkuDecision, models.PROTECT, related_name="authors")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("revision",)
        constraints = [
            models.UniqueConstraint(fields=["decision", "revision"], name="author_of_revision"),
        ]
        triggers = [
            pgtrigger.Protect(name="author_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class DecisionConsent(models.Model):
    """One custody holder's consent to the private school or efterskole that the decision names.

    Source: folkeskoleloven § 22 stk. 4.
    """

    decision = models.ForeignKey(PkuDecision, models.CASCADE, related_name="consents")
    custody_holder = models.ForeignKey(CustodyHolder, models.PROTECT, related_name="+")
    consented_on = models.DateField(_("consented on"))

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "custody_holder"], name="decision_consent_once"
            )
        ]
        triggers = [
            part_stays(
                "consent_of_prepared", whole="pku_pkudecision", key="decision_id", draft="prepared"
            )
        ]


class DecisionGoal(models.Model):
    """A learning or development goal of the offer (H-PLC-1)."""

    decision = models.ForeignKey(PkuDecision, models.CASCADE, related_name="goals")
    order = models.PositiveSmallIntegerField()
    text = models.TextField(_("goal"))

    class Meta:
        ordering = ("order",)
        triggers = [
            part_stays(
                "goal_of_prepared", whole="pku_pkudecision", key="decision_id", draft="prepared"
            )
        ]


class PlacementQuerySet(PermittedQuerySet["Placement"]):
    """Offers by permission and by date."""

    def running(self) -> Self:
        """Return those that a child attends today, even if the last day is decided."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=clock.today()))

    def ended(self) -> Self:
        """Return those that a child has left."""
        return self.filter(ended_on__lte=clock.today())


class Placement(CaseRecord):
    """A pupil's time in a special offer under one decision.

    Its end is the deadline of a new decision; the child stays until there is one.
    """

    page = "pku:placement"
    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="placements")
    decision = models.OneToOneField(PkuDecision, models.PROTECT, related_name="made_placement")
    offer = models.ForeignKey(Institution, models.PROTECT, related_name="placements")
    starts_on = models.DateField()
    decide_before = models.DateField()
    # The first day that is not in the offer; once the new decision is delivered it may lie ahead.
    ended_on = models.DateField(null=True)

    objects = PlacementQuerySet.as_manager()
    policy = Policy(OF_CASE, seen=seen_by("view_offer"))
    races = ("one_running_offer",)

    class Meta:
        verbose_name = _("special offer")
        ordering = ("decide_before",)
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    decide_before__gt=F("starts_on"), decide_before__lte=F("starts_on") + 366
                ),
                name="offer_at_most_a_year",
            ),
            models.UniqueConstraint(
                fields=["case"], name="one_running_offer", condition=Q(ended_on=None)
            ),
        ]

    @property
    def is_running(self) -> bool:
        """Tell whether the child is in the offer today."""
        return self.ended_on is None or self.ended_on > clock.today()

    @property
    def is_overdue(self) -> bool:
        """Tell whether the new decision is late. The child stays in the offer either way."""
        return self.ended_on is None and self.decide_before < clock.today()


class PlacementStatus(models.Model):
    """The status that the offer or the home school gives before the revisitation."""

    class Side(models.TextChoices):
        """Who gives it."""

        OFFER = "offer", _("The offer")
        HOME = "home", _("The home school")

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="statuses")
    side = models.CharField(_("from"), max_length=6, choices=Side.choices)
    development = models.TextField(_("academic, social and personal development"))
    child_perspective = models.TextField(_("the child's perspective"))
    parents_perspective = models.TextField(_("the parents' perspective"))
    way_home = models.TextField(_("what the way home takes"))
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_on = models.DateField(default=clock.today)

    class Meta:
        ordering = ("-given_on",)


class GoalStatus(models.Model):
    """How far a goal of the decision has been reached."""

    class Result(models.TextChoices):
        """How far the goal has been reached."""

        REACHED = "reached", _("Reached")
        PARTLY = "partly", _("Partly reached")
        NOT = "not", _("Not reached")

    status = models.ForeignKey(PlacementStatus, models.CASCADE, related_name="goals")
    goal = models.ForeignKey(DecisionGoal, models.PROTECT, related_name="statuses")
    result = models.CharField(_("result"), max_length=8, choices=Result.choices)
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["status", "goal"], name="goal_status_once")]
