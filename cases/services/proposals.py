"""The next level (næste led): the team proposes, the school leader approves or asks."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.models import Case, Proposal
from cases.services import cases, gatekeeping
from cases.services.deciders import (
    end_stand_in,
    give_to_deciders,
    leaders_who_may,
    require_decider,
)
from districts.acts import act
from districts.permissions import Role
from districts.services import todos
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.dates import not_ahead
from haderslev.core.errors import ConflictError, DomainError
from plans import features as plan_features
from plans.models import Guidance
from plans.services import plans

# From which level a proposal leads where. Higher than this only a delivered decision leads.
NEXT = {
    Case.Level.PREVENTIVE: Proposal.Target.ANTICIPATORY,
    Case.Level.ANTICIPATORY: Proposal.Target.PREVENTIVE,
}


def target_of(row: Proposal) -> Proposal.Target:
    """Return the level, for the timeline."""
    return Proposal.Target(row.target)


@act(
    "cases.proposal.proposed",
    right="propose_level",
    notes=features.LEVEL_PROPOSED,
    detail=target_of,
    data=("target",),
)
def propose(
    case: Case,
    *,
    reason: str,
    parents_informed_on: date,
    parents_informed_how: str,
    parents_words: str,
    child_words: str,
    guidance: Guidance | None = None,
    by: User,
) -> Proposal:
    """Propose the next level, or the way back; it waits for the school leader.

    Raises:
        DomainError: No level can be proposed now, or the guidance is about somebody else.
    """
    if Case.Level(case.level) not in NEXT:
        raise DomainError(
            _("From here only a decision leads on, or the closing of the case."), code="no-next"
        )
    if case.proposals.filter(state__in=Proposal.WAITING).exists():
        raise DomainError(_("A proposal waits already."), code="waiting")
    if guidance is not None and not guidance_of(case).filter(pk=guidance.pk).exists():
        raise DomainError(_("Choose an answer about this child or class."), field="guidance")
    not_ahead(parents_informed_on, "parents_informed_on")
    row = Proposal.objects.create(
        case=case,
        target=NEXT[Case.Level(case.level)],
        reason=reason,
        guidance=guidance,
        parents_informed_on=parents_informed_on,
        parents_informed_how=parents_informed_how,
        parents_words=parents_words,
        child_words=child_words,
        proposed_by=by,
    )
    cases.link_plans(case)
    plans.step_taken(plan_features.GO_ON, case.target, by=by)
    _give_to_deciders(row, by)
    return row


def _move(row: Proposal, by: User) -> None:
    case = cases.move_level(row.case, row.target, by=by)
    # The plan of the new level is to be made; on the way back it need not be any more.
    if row.target == Proposal.Target.ANTICIPATORY:
        plans.wait_for_plan(case.target, case_number=case.number)
    else:
        todos.done(plan_features.MAKE_PLAN, about=case.target, by=by)
    cases.link_plans(case)
    end_stand_in(case, by=by)


def _decider(row: Proposal, *, by: User) -> None:
    """Refuse whoever may not decide the level, has proposed it or is in the child's team."""
    require_decider(row.case, "decide_level", by=by, authors=(row.proposed_by_id,))


@act(
    "cases.proposal.approved",
    right=_decider,
    ends=(features.DECIDE_LEVEL,),
    notes=features.LEVEL_APPROVED,
    detail=target_of,
    data=("target",),
    then=_move,
)
def approve(row: Proposal, *, note: str, by: User) -> Proposal:
    """Approve: the case moves to the level. Guidance that is asked for goes on.

    Raises:
        ConflictError: It does not wait for the leader any more.
        GateError: Requirements of the level are not met and not set aside.
    """
    if row.state != Proposal.State.PROPOSED:
        raise ConflictError(_("The proposal does not wait for a decision."))
    if NEXT.get(Case.Level(row.case.level)) != row.target:
        raise ConflictError(_("The case has come to another level since it was proposed."))
    if gate := gate_of(row):
        gatekeeping.check(row.case, gate)
    row.move(Proposal.State.APPROVED, decided_by=by, decided_at=clock.now(), decided_note=note)
    return row


def gate_of(proposal: Proposal) -> str:
    """Return the step whose requirements it waits for; the way back down asks for nothing."""
    return "G2" if proposal.target == Proposal.Target.ANTICIPATORY else ""


@act("cases.proposal.given_to_chief", right="decide_level", ends=(features.DECIDE_LEVEL,))
def ask_chief(row: Proposal, *, by: User) -> Proposal:
    """Pass it to the head of children and youth, where all leaders have become close since.

    Raises:
        ConflictError: It does not wait for a decision any more.
        DomainError: A leader may decide it.
    """
    if row.state != Proposal.State.PROPOSED:
        raise ConflictError(_("The proposal does not wait for a decision."))
    if leaders_who_may(row.case, authors=(row.proposed_by_id,)):
        raise DomainError(_("A leader of the school can decide this."))
    _give_to_deciders(row, by)
    return row


@act(
    "cases.proposal.sent_back",
    right=_decider,
    ends=(features.DECIDE_LEVEL,),
    notes=features.LEVEL_SENT_BACK,
    detail=target_of,
)
def send_back(row: Proposal, *, question: str, by: User) -> Proposal:
    """Send it back to the team with a question; what was asked before is kept.

    Raises:
        ConflictError: It does not wait for the leader any more.
    """
    asked = "\n\n".join(filter(None, [row.question, question]))
    row.move(Proposal.State.SENT_BACK, question=asked)
    todos.give(features.ANSWER_QUESTION, row, Role.TEACHER)
    end_stand_in(row.case, by=by)
    return row


@act(
    "cases.proposal.answered",
    right="propose_level",
    ends=(features.ANSWER_QUESTION,),
    notes=features.LEVEL_PROPOSED,
    detail=target_of,
)
def answer(row: Proposal, *, text: str, by: User) -> Proposal:
    """Answer the leader's question; it waits for the leader again.

    Raises:
        ConflictError: No question waits for an answer.
    """
    answers = "\n\n".join(filter(None, [row.answer, text]))
    row.move(Proposal.State.PROPOSED, answer=answers)
    _give_to_deciders(row, by)
    return row


@act(
    "cases.proposal.withdrawn",
    right="propose_level",
    ends=(features.DECIDE_LEVEL, features.ANSWER_QUESTION),
    notes=features.LEVEL_WITHDRAWN,
    detail=target_of,
)
def withdraw(row: Proposal, *, by: User) -> Proposal:
    """Take the proposal back.

    Raises:
        ConflictError: It is decided already.
    """
    row.move(Proposal.State.WITHDRAWN)
    end_stand_in(row.case, by=by)
    return row


def guidance_of(case: Case) -> QuerySet[Guidance]:
    """Return the advisers' answers that a proposal of this case may rest on."""
    rows = Guidance.objects.filter(state=Guidance.State.ANSWERED)
    if case.pupil_id:
        return rows.filter(pupil=case.pupil_id)
    return rows.filter(community=case.community_id, pupil=None)


def _give_to_deciders(row: Proposal, by: User) -> None:
    authors = (row.proposed_by_id,)
    give_to_deciders(features.DECIDE_LEVEL, row, case=row.case, authors=authors, by=by)
