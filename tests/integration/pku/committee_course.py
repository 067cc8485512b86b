"""A child's course from the PPV to a special offer, through the services. For these tests only.

Each step runs as one request does: what is looked up is remembered until it ends. A file that needs
a step in most of its tests begins after it (``tests.beginnings``).
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from cases.models import Case, Delivery, OutcomeType, RequirementException
from cases.services import decisions as leader_decisions
from cases.services.deliveries import record_delivery
from districts.models import Institution
from haderslev.core import clock
from haderslev.core.request_cache import running
from pku.models import (
    GoalStatus,
    PkuDecision,
    PkuMeeting,
    Placement,
    Referral,
    ReferralQuestion,
    ReturnReason,
)
from pku.services import decisions, ppv, ppv_reports, referrals
from pku.services.decisions import DecisionText
from tests.beginnings import told_once
from tests.integration.pku.ppv_course import REPORT, TEXTS, ready_course
from tests.people import Cast

ANSWERS = {
    "why": "Alma har brug for små rammer hele dagen.",
    "competences": "Alma fortæller levende.",
    "mismatch": "De store skift i 4.A.",
    "what_helps": "Faste voksne.",
    "task": "Støtte til overgange.",
    "tried": "To voksne i ti uger.",
    "effect": "Lidt roligere om morgenen.",
}
REASONS: dict[str, Any] = {
    "legal_basis": "Folkeskoleloven § 20 stk. 2.",
    "considerations": "Barnets trivsel vejer tungest.",
    "facts": "PPV og evaluerede planer.",
    "parents_views": "Mor ønsker tilbuddet; det følges.",
    "child_views": "Alma vil gerne se skolen; besøg er aftalt.",
    "dialogue_council": "Talt med rådets formand.",
    "dialogue_psychologist": "Psykologen anbefaler.",
    "dialogue_school": "Skolen er enig.",
    "present": "Formand, sekretær, PPR-leder",
}


@told_once
def with_ppv(cast: Cast) -> Case:
    """A case whose PPV is sent."""
    case = ready_course(cast)
    row = ppv.start_request(case, requester="leader", texts=TEXTS, ready=True, by=cast.teacher)
    row = ppv.sign_request(row, revision=row.revision, by=cast.leader)
    row = ppv_reports.receive_request(row, by=cast.psychologist)
    report = ppv_reports.save_report(row, revision=0, texts=REPORT, by=cast.psychologist)
    today = clock.today()
    sent = [ppv_reports.Dispatch(channel="handed_over", sent_on=today)] + [
        ppv_reports.Dispatch(custody_holder=holder, channel="digital_post", sent_on=today)
        for holder in cast.child.custody_holders.all()
    ]
    ppv_reports.send_report(row, revision=report.revision, dispatches=sent, by=cast.psychologist)
    return case


@told_once
def decided_to_refer(cast: Cast) -> Case:
    """The leader has decided to refer; own requirements that lack are set aside."""
    case = with_ppv(cast)
    leader_decisions.decide_support(
        case,
        outcome=OutcomeType.objects.get(code="refer_to_pku"),
        what="Alma henvises til PKU.",
        legal_basis="Folkeskoleloven § 12 stk. 2.",
        considerations="Skolen har prøvet det, der kan prøves.",
        facts="PPV.",
        parents_views="Begge er enige.",
        child_views="Alma vil gerne.",
        no_hearing_reason="Intet nyt vejer imod parterne.",
        by=cast.leader,
    )
    for code in ("council_sparring", "network_answers_pku", "plans_evaluated_both"):
        RequirementException.objects.create(
            case=case, code=code, reason="Drøftet mundtligt", made_by=cast.leader
        )
    return case


@told_once
def draft(cast: Cast) -> Any:
    return referrals.start_referral(decided_to_refer(cast), by=cast.teacher)


def save(referral: Referral, part: str, values: dict[str, Any], by: Any) -> Any:
    return referrals.save_part(
        referral, part=part, revision=referral.revision, values=values, by=by
    )


@told_once
def written(cast: Cast) -> Any:
    row = draft(cast)
    asked = {f"answer:{code}": text for code, text in ANSWERS.items()}
    row = save(row, "answers", asked, cast.teacher)
    views: dict[str, Any] = {"pupil_view": "Jeg vil gerne have færre børn omkring mig."}
    for holder in cast.child.custody_holders.all():
        views[f"view:{holder.public_id}"] = f"{holder.name} er enig."
        views[f"reason:{holder.public_id}"] = ""
    row = save(row, "views", views, cast.teacher)
    return save(row, "leader", {"leader_recommendation": "Jeg anbefaler det."}, cast.leader)


@told_once
def submitted(cast: Cast) -> Any:
    row = written(cast)
    return referrals.submit(row, revision=row.revision, by=cast.leader)


@running()
def returned(cast: Cast, *codes: str) -> Any:
    reasons = list(ReturnReason.objects.filter(code__in=codes or ["effect_missing"]))
    return referrals.return_referral(
        submitted(cast), reasons=reasons, note_text="Skriv effekten.", by=cast.pku_secretary
    )


def meeting(cast: Cast, days: int = 0) -> PkuMeeting:
    day = clock.days_from_now(days)
    found, _made = PkuMeeting.objects.get_or_create(
        unit=cast.committee, held_on=day, defaults={"place": "Rådhuset", "papers_by": day}
    )
    return found


@told_once
def accepted(cast: Cast) -> Any:
    return referrals.accept(submitted(cast), meeting=meeting(cast), by=cast.pku_secretary)


def text_of(cast: Cast, code: str = "special_school", **changes: Any) -> Any:
    """A complete decision text."""
    today = clock.today()
    text = DecisionText(
        outcome=OutcomeType.objects.get(code=code),
        meeting=meeting(cast),
        offer=Institution.objects.get(unit=cast.offer_unit),
        starts_on=today,
        ends_on=today + timedelta(days=364),
        home_contact="Lise, kontaktlærer",
        goals=("Alma følger en hel dag.", "Alma har en ven."),
        **REASONS,
    )
    return replace(text, **changes)


@told_once
def prepared(cast: Cast, code: str = "special_school") -> Any:
    return decisions.prepare_for_referral(
        accepted(cast), text=text_of(cast, code), by=cast.pku_secretary
    )


@told_once
def signed(cast: Cast, code: str = "special_school") -> Any:
    row = prepared(cast, code)
    return decisions.sign(row, revision=row.revision, by=cast.chair)


@running()
def deliver(cast: Cast, decision: PkuDecision, on: date | None = None) -> Any:
    rows = Delivery.objects.filter(document__decision_key=decision.public_id)
    for row in rows.filter(delivered_on=None):
        day = on or clock.today()
        record_delivery(
            row, channel="digital_post", sent_on=day, delivered_on=day, by=cast.pku_secretary
        )
    return PkuDecision.objects.get(pk=decision.pk)


@told_once
def placed(cast: Cast) -> Any:
    return Placement.objects.get(decision=deliver(cast, signed(cast)))


def give_status(placement: Placement, by: Any) -> None:
    results = [
        GoalStatus(goal=goal, result="partly", remark="Godt på vej")
        for goal in placement.decision.goals.all()
    ]
    decisions.give_status(
        placement,
        development="God udvikling.",
        child_perspective="Jeg har det godt her.",
        parents_perspective="Vi er glade for tilbuddet.",
        way_home="Besøg i 5.A.",
        goals=results,
        by=by,
    )


@running()
def revisited(cast: Cast, code: str = "continue", **changes: Any) -> Any:
    """A signed decision of a revisitation."""
    placement = placed(cast)
    give_status(placement, cast.offer_head)
    give_status(placement, cast.leader)
    row = decisions.prepare_for_placement(
        placement, text=text_of(cast, code, **changes), by=cast.pku_secretary
    )
    return decisions.sign(row, revision=row.revision, by=cast.chair)


def question(code: str) -> ReferralQuestion:
    return ReferralQuestion.objects.get(code=code)
