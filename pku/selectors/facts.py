"""What the gates may know of PPV, referral, PKU's decision and special offer, in bulk."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any  # the columns of a row

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.facts import OfferFacts, PkuDecisionFacts, PkuFacts, PpvFacts, ReferralFacts
from cases.models import OutcomeType
from cases.rules import TEXTS
from cases.selectors.decision_rules import offer_longest_days
from districts.models import Institution
from haderslev.core import legal
from haderslev.core.errors import Words
from haderslev.core.identity import Reference
from pku import features
from pku.models import (
    DecisionGoal,
    ParentView,
    PkuDecision,
    Placement,
    PlacementStatus,
    PPVReport,
    PPVRequest,
    Referral,
    ReferralAnswer,
    ReferralQuestion,
)
from pku.models.ppv import OPEN_STATES
from plans.facts import Evidence

_WITHOUT_PPV = (
    PPVRequest.State.WITHDRAWN,
    PPVRequest.State.WITHDRAWN_BY_PARENT,
    PPVRequest.State.REFUSED,
)
_ASKED = (PPVRequest.State.REQUESTED, PPVRequest.State.RECEIVED, PPVRequest.State.REPORTED)
# A referral that PKU has, and no decision has ended.
IN_PKU = frozenset({Referral.State.SUBMITTED, Referral.State.ACCEPTED, Referral.State.ADJOURNED})


_PPV_STANDS: Mapping[str, Words] = {
    PPVRequest.State.PARENT_REQUEST: gettext_lazy("a parent has asked for a PPV"),
    PPVRequest.State.REQUESTED: gettext_lazy("a PPV is asked for"),
    PPVRequest.State.RECEIVED: gettext_lazy("PPV under way"),
    PPVRequest.State.REPORTED: gettext_lazy("PPV made"),
}
_REFERRAL_STANDS: Mapping[str, Words] = {
    Referral.State.SUBMITTED: gettext_lazy("referred to PKU"),
    Referral.State.RETURNED: gettext_lazy("referral returned"),
    Referral.State.ACCEPTED: gettext_lazy("referred to PKU"),
    Referral.State.ADJOURNED: gettext_lazy("adjourned by PKU"),
    Referral.State.DECIDED: gettext_lazy("decided by PKU"),
}


def pku_facts(case_ids: Collection[int]) -> dict[int, PkuFacts]:
    """Return the facts of each case. A constant number of queries."""
    referrals = _newest_referrals(case_ids)
    ppv, referral_facts = _ppv_facts(case_ids), _referral_facts(referrals)
    decisions = _newest_decisions(case_ids)
    offers = Placement.objects.filter(case__in=case_ids).order_by("starts_on", "pk")
    placements = {row.case_id: row for row in offers}
    statuses: dict[int, list[PlacementStatus]] = defaultdict(list)
    given = PlacementStatus.objects.filter(placement__in=placements.values())
    for status in given.order_by("given_on", "pk"):
        statuses[status.placement_id].append(status)
    found = {}
    for pk in case_ids:
        decision, placement, referral = decisions.get(pk), placements.get(pk), referrals.get(pk)
        if decision and referral and referral.state in IN_PKU:
            # A later referral waits: the decision of an earlier one says nothing of it.
            decision = decision if decision.referral_id == referral.pk else None
        asked, referred = ppv.get(pk, PpvFacts()), referral_facts.get(pk, ReferralFacts())
        found[pk] = PkuFacts(
            ppv=asked,
            referral=referred,
            stands=_REFERRAL_STANDS.get(referred.state) or _PPV_STANDS.get(asked.state, ""),
            decision=_decision_facts(decision) if decision else PkuDecisionFacts(),
            offer=_offer(placement, statuses[placement.pk]) if placement else OfferFacts(),
            places=_places(decision, placement, referral),
        )
    return found


def _ppv_facts(case_ids: Collection[int]) -> dict[int, PpvFacts]:
    """Return the facts of the newest request of each case and of the newest PPV sent."""
    requests = PPVRequest.objects.filter(case__in=case_ids).exclude(state__in=_WITHOUT_PPV)
    newest: dict[int, PPVRequest] = {}
    for row in requests.order_by("recorded_at", "pk"):
        known = newest.get(row.case_id)
        # An open request takes precedence over one that is reported.
        if known is None or row.state in OPEN_STATES or known.state not in OPEN_STATES:
            newest[row.case_id] = row
    reports = PPVReport.objects.filter(request__case__in=case_ids, sent_on__isnull=False)
    reports = reports.select_related("request").order_by("sent_on", "pk")
    sent = {
        report.request.case_id: Evidence(
            _("PPV sent"), report.sent_on, Reference.to(report.request)
        )
        for report in reports
    }
    return {
        pk: PpvFacts(
            state=row.state,
            asked=row.state in _ASKED,
            requester=row.requester,
            consulted=Evidence(row.consulted_how, row.consulted_on, Reference.to(row))
            if row.consulted_on and row.consulted_how
            else None,
            pupil_view=bool(row.pupil_view),
            done_so_far=bool(row.done_so_far),
            against_reason=bool(row.against_parents_reason),
            sent=sent.get(pk),
        )
        for pk, row in newest.items()
    }


def _newest_referrals(case_ids: Collection[int]) -> dict[int, Referral]:
    """Return the newest referral of each case, leaving out withdrawn ones."""
    rows = Referral.objects.filter(case__in=case_ids).exclude(state=Referral.State.WITHDRAWN)
    return {row.case_id: row for row in rows.order_by("written_at", "pk")}


def _referral_facts(newest: Mapping[int, Referral]) -> dict[int, ReferralFacts]:
    ids = [row.pk for row in newest.values()]
    asked = set(legal.in_force(ReferralQuestion.objects.order_by()).values_list("pk", flat=True))
    answers = ReferralAnswer.objects.filter(referral__in=ids, question__in=asked).order_by()
    answered = Counter(answers.values_list("referral_id", flat=True))
    views: dict[int, set[int]] = defaultdict(set)
    parents = ParentView.objects.filter(referral__in=ids)
    for referral_id, holder_id in parents.values_list("referral_id", "custody_holder_id"):
        views[referral_id].add(holder_id)
    return {
        case_id: ReferralFacts(
            state=row.state,
            with_pku=row.state in IN_PKU,
            decided=row.state == Referral.State.DECIDED,
            provisional=row.provisional,
            provisional_reason=bool(row.provisional_reason),
            private_provider=row.wished_provider == Institution.Provider.PRIVATE,
            private_consent=row.private_consent_on is not None,
            psychologist_recommendation=bool(row.psychologist_recommendation),
            pupil_view=bool(row.pupil_view),
            parent_views=frozenset(views[row.pk]),
            answers_missing=len(asked) - answered[row.pk],
            # An accepted referral has passed the quality check.
            checked=Evidence(_("Referral to PKU"), row.checked_on, Reference.to(row))
            if row.checked_on
            else None,
        )
        for case_id, row in newest.items()
    }


def _newest_decisions(case_ids: Collection[int]) -> dict[int, PkuDecision]:
    """Return the newest decision of each case, with what its facts need."""
    goals = DecisionGoal.objects.filter(decision=OuterRef("pk")).exclude(text="")
    rows = PkuDecision.objects.filter(case__in=case_ids).annotate(
        has_goals=Exists(goals.order_by()), written_by=ArrayAgg("authors__user")
    )
    ordered = rows.select_related("outcome", "referral").order_by("prepared_at", "pk")
    return {row.case_id: row for row in ordered}


def _decision_facts(row: PkuDecision) -> PkuDecisionFacts:
    competence = OutcomeType.Competence
    of_whom = competence.PKU if row.referral_id else competence.REVISIT
    asked = {row.referral.written_by_id, row.referral.submitted_by_id} if row.referral else set()
    this, columns = Reference.to(row), vars(row)
    said = said_in_decision(
        columns,
        outcome=row.outcome,
        competent=row.outcome.competence == of_whom,
        goals=columns["has_goals"],
        has_offer=row.offer_id is not None,
    )
    return replace(
        said,
        state=row.state,
        evidence=Evidence(_("Decision of PKU"), row.prepared_at.date(), this),
        revisits=row.placement_id is not None,
        complaint_guidance=bool(row.complaint_guidance and row.outcome.appeal_code),
        signed=Evidence(_("Signed"), row.signed_on, this) if row.signed_on else None,
        authors=frozenset(filter(None, {*columns["written_by"], *asked})),
    )


def said_in_decision(
    columns: Mapping[str, Any],
    *,
    outcome: OutcomeType,
    competent: bool,
    goals: bool,
    has_offer: bool,
) -> PkuDecisionFacts:
    """Return what the rules ask of a decision's own words, the columns among them."""
    return PkuDecisionFacts(
        complaint_guidance=bool(outcome.appeal_code),
        competent=competent,
        written=frozenset(name for name in TEXTS if columns[name].strip()),
        needs_first_day=outcome.needs_first_day,
        needs_period=outcome.needs_period,
        needs_offer=outcome.needs_offer,
        starts_on=columns["starts_on"],
        ends_on=columns["ends_on"],
        longest_days=offer_longest_days(columns["starts_on"]),
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
) -> dict[str, Reference]:
    """Return the records in which something can be written now."""
    found: dict[str, Reference] = {}
    if placement is not None and placement.ended_on is None:
        found[features.OFFER] = found[features.DECISION] = Reference.to(placement)
    if referral is not None and referral.state == Referral.State.SUBMITTED:
        found[features.REFERRAL] = Reference.to(referral)
    elif referral is not None and referral.state in IN_PKU:
        found[features.DECISION] = Reference.to(referral)
    if decision is not None and decision.state != PkuDecision.State.DELIVERED:
        found[features.DECISION] = Reference.to(decision)
    return found
