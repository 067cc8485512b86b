"""What the gates may know of PKU's decisions and of special offers."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from cases.facts import OfferFacts, PkuDecisionFacts
from cases.models import OutcomeType
from cases.rules import TEXTS
from cases.selectors.decision_rules import offer_longest_days
from haderslev.core.identity import Reference
from pku import features
from pku.models import DecisionGoal, PkuDecision, Placement, PlacementStatus, Referral
from plans.facts import Evidence

# A referral that PKU has, and no decision has ended.
IN_PKU = frozenset({Referral.State.SUBMITTED, Referral.State.ACCEPTED, Referral.State.ADJOURNED})

type Places = dict[str, Reference]


@dataclass(frozen=True)
class LastFacts:
    """Of one case: its decision, its offer, and where work is done now."""

    decision: PkuDecisionFacts
    offer: OfferFacts
    places: Places


def last_facts(
    case_ids: Collection[int], referrals: Mapping[int, Referral]
) -> dict[int, LastFacts]:
    """Return what the newest decision and offer of each case say; ``referrals`` are the newest."""
    decisions = {row.case_id: row for row in _decisions(case_ids)}
    offers = Placement.objects.filter(case__in=case_ids).order_by("starts_on", "pk")
    placements = {row.case_id: row for row in offers}
    statuses: dict[int, list[PlacementStatus]] = defaultdict(list)
    given = PlacementStatus.objects.filter(placement__in=placements.values())
    for status in given.order_by("given_on", "pk"):
        statuses[status.placement_id].append(status)
    found = {}
    for pk in {*decisions, *placements, *referrals}:
        decision, placement, referral = decisions.get(pk), placements.get(pk), referrals.get(pk)
        if decision and referral and _waits_for_another(decision, referral):
            decision = None
        found[pk] = LastFacts(
            decision=decision_facts(decision) if decision else PkuDecisionFacts(),
            offer=_offer(placement, statuses[placement.pk]) if placement else OfferFacts(),
            places=_places(decision, placement, referral),
        )
    return found


def _decisions(case_ids: Collection[int]) -> QuerySet[Any]:
    """Return the decisions with what their facts need, the newest last."""
    goals = DecisionGoal.objects.filter(decision=OuterRef("pk")).exclude(text="")
    rows = PkuDecision.objects.filter(case__in=case_ids).annotate(
        has_goals=Exists(goals.order_by()), written_by=ArrayAgg("authors__user")
    )
    return rows.select_related("outcome", "referral").order_by("prepared_at", "pk")


def _waits_for_another(decision: PkuDecision, referral: Referral) -> bool:
    """Tell whether a later referral waits: the decision of an earlier one says nothing of it."""
    return referral.state in IN_PKU and decision.referral_id != referral.pk


def decision_facts(row: Any) -> PkuDecisionFacts:
    """Return what one decision says."""
    competence = OutcomeType.Competence
    of_whom = competence.PKU if row.referral_id else competence.REVISIT
    asked = {row.referral.written_by_id, row.referral.submitted_by_id} if row.referral else set()
    this = Reference.to(row)
    said = said_in_decision(
        row,
        competent=row.outcome.competence == of_whom,
        goals=row.has_goals,
        has_offer=row.offer_id is not None,
    )
    return replace(
        said,
        state=row.state,
        evidence=Evidence(_("Decision of PKU"), row.prepared_at.date(), this),
        revisits=row.placement_id is not None,
        complaint_guidance=bool(row.complaint_guidance and row.outcome.appeal_code),
        signed=Evidence(_("Signed"), row.signed_on, this) if row.signed_on else None,
        authors=frozenset(filter(None, {*row.written_by, *asked})),
    )


class Said(Protocol):
    """A decision, or the text that is to become one; its texts are named as in the rules."""

    @property
    def outcome(self) -> OutcomeType:
        """What is decided."""

    @property
    def starts_on(self) -> date | None:
        """The first day."""

    @property
    def ends_on(self) -> date | None:
        """The day of the next decision at the latest."""


def said_in_decision(
    text: Said, *, competent: bool, goals: bool, has_offer: bool
) -> PkuDecisionFacts:
    """Return what the rules ask of a decision's own words."""
    outcome = text.outcome
    return PkuDecisionFacts(
        complaint_guidance=bool(outcome.appeal_code),
        competent=competent,
        written=frozenset(name for name in TEXTS if getattr(text, name).strip()),
        needs_first_day=outcome.needs_first_day,
        needs_period=outcome.needs_period,
        needs_offer=outcome.needs_offer,
        starts_on=text.starts_on,
        ends_on=text.ends_on,
        longest_days=offer_longest_days(text.starts_on),
        goals=goals,
        has_offer=has_offer,
    )


def _offer(placement: Placement, statuses: list[PlacementStatus]) -> OfferFacts:
    this = Reference.to(placement)
    given = {
        status.side: Evidence(status.get_side_display(), status.given_on, this)
        for status in statuses
    }
    planned = [
        status
        for status in statuses
        if status.way_home and status.child_perspective and status.parents_perspective
    ]
    return OfferFacts(
        there=True,
        plan_and_talk=Evidence(_("The way home"), planned[-1].given_on, this) if planned else None,
        status_offer=given.get(PlacementStatus.Side.OFFER),
        status_home=given.get(PlacementStatus.Side.HOME),
    )


def _places(
    decision: PkuDecision | None, placement: Placement | None, referral: Referral | None
) -> Places:
    """Return the records in which something can be written now."""
    found: Places = {}
    if placement is not None and placement.ended_on is None:
        found[features.OFFER] = found[features.DECISION] = Reference.to(placement)
    if referral is not None and referral.state == Referral.State.SUBMITTED:
        found[features.REFERRAL] = Reference.to(referral)
    if referral is not None and referral.state in IN_PKU - {Referral.State.SUBMITTED}:
        found[features.DECISION] = Reference.to(referral)
    if decision is not None and decision.state != PkuDecision.State.DELIVERED:
        found[features.DECISION] = Reference.to(decision)
    return found
