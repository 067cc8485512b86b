"""The next level (næste led): the team proposes, the school leader approves or asks."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.models import Case, Proposal
from cases.selectors import leaders_who_may
from cases.services import cases, gatekeeping, standing_in
from cases.services.gatekeeping import require_decider
from cases.services.levels import move_level
from districts.kinds import TimelineKind
from districts.permissions import Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import ConflictError, DomainError
from haderslev.core.policy import require
from plans import features as plan_features
from plans.models import Guidance
from plans.services import plans

# From which level a proposal leads where. Higher than this only a delivered decision leads.
NEXT = {
    Case.Level.PREVENTIVE: Proposal.Target.ANTICIPATORY,
    Case.Level.ANTICIPATORY: Proposal.Target.PREVENTIVE,
}
WAITING = (Proposal.State.PROPOSED, Proposal.State.SENT_BACK)


def propose(
    case: Case,
    *,
    reason: str,
    parents_told_on: date,
    parents_told_how: str,
    parents_words: str,
    child_words: str,
    guidance: Guidance | None = None,
    by: User,
) -> Proposal:
    """Propose the next level, or the way back; it waits for the school leader.

    Raises:
        NotAllowedError: ``by`` is not in the team around the child.
        DomainError: No level can be proposed now, or the guidance is about somebody else.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        _require_team(case, by)
        _check_proposable(case)
        _check_guidance(case, guidance)
        if parents_told_on > clock.today():
            raise DomainError(
                _("A day in the future can not be recorded."), field="parents_told_on"
            )
        row = Proposal.objects.create(
            case=case,
            target=NEXT[Case.Level(case.level)],
            reason=reason,
            guidance=guidance,
            parents_told_on=parents_told_on,
            parents_told_how=parents_told_how,
            parents_words=parents_words,
            child_words=child_words,
            proposed_by=by,
        )
        cases.link_plans(case)
        plans.step_taken(plan_features.GO_ON, case.target, by=by)
        _note(row, features.LEVEL_PROPOSED, by)
        _give_to_deciders(row, by)
        journalling.act("cases.proposal.proposed", row, by=by, data={"target": row.target})
    return row


def approve(proposal: Proposal, *, note: str, by: User) -> Proposal:
    """Approve: the case moves to the level. Guidance that is asked for goes on.

    Raises:
        NotAllowedError: ``by`` does not lead the school, proposed it or is in the child's team.
        ConflictError: It does not wait for the leader any more.
        GateError: Requirements of the level are not met and not set aside.
    """
    with transaction.atomic():
        row = _locked(proposal)
        require_decider(row.case, "decide_level", by=by, authors=(row.proposed_by_id,))
        if row.state != Proposal.State.PROPOSED:
            raise ConflictError(_("The proposal does not wait for a decision."))
        gate = gate_of(row)
        if gate:
            gatekeeping.check(row.case, gate)
        row.to_approved()
        row.decided_by, row.decided_at, row.decided_note = by, clock.now(), note
        row.save(update_fields=["state", "decided_by", "decided_at", "decided_note"])
        todos.done(features.DECIDE_LEVEL, about=row, by=by)
        _note(row, features.LEVEL_APPROVED, by)
        journalling.act("cases.proposal.approved", row, by=by, data={"target": row.target})
        move_level(row.case, row.target, by=by)
        _give_plan(row, by)
        cases.link_plans(row.case)
        standing_in.end(row.case, by=by)
    return row


def gate_of(proposal: Proposal) -> str:
    """Return the step whose requirements it waits for; the way back down asks for nothing."""
    return "G2" if proposal.target == Proposal.Target.ANTICIPATORY else ""


def ask_chief(proposal: Proposal, *, by: User) -> Proposal:
    """Pass it to the head of children and youth, where all leaders have become close since.

    Raises:
        NotAllowedError: ``by`` does not lead the school.
        DomainError: It does not wait for a decision, or a leader may decide it.
    """
    with transaction.atomic():
        row = _locked(proposal)
        require(by, "decide_level", row, _("The school leader decides this."))
        if row.state != Proposal.State.PROPOSED:
            raise DomainError(_("The proposal does not wait for a decision."))
        if leaders_who_may(row.case, authors=(row.proposed_by_id,)):
            raise DomainError(_("A leader of the school can decide this."))
        todos.done(features.DECIDE_LEVEL, about=row, by=by)
        _give_to_deciders(row, by)
        journalling.act("cases.proposal.given_to_chief", row, by=by)
    return row


def send_back(proposal: Proposal, *, question: str, by: User) -> Proposal:
    """Send it back to the team with a question.

    Raises:
        NotAllowedError: ``by`` does not lead the school, proposed it or is in the child's team.
        TransitionNotAllowed: It does not wait for the leader any more.
    """
    with transaction.atomic():
        row = _locked(proposal)
        require_decider(row.case, "decide_level", by=by, authors=(row.proposed_by_id,))
        row.question = _added(row.question, question)
        row.to_sent_back()
        row.save(update_fields=["state", "question"])
        todos.done(features.DECIDE_LEVEL, about=row, by=by)
        todos.give(features.ANSWER_QUESTION, row, Role.TEACHER)
        _note(row, features.LEVEL_SENT_BACK, by)
        journalling.act("cases.proposal.sent_back", row, by=by)
        standing_in.end(row.case, by=by)
    return row


def answer(proposal: Proposal, *, text: str, by: User) -> Proposal:
    """Answer the leader's question; it waits for the leader again.

    Raises:
        NotAllowedError: ``by`` is not in the team around the child.
        TransitionNotAllowed: No question waits for an answer.
    """
    with transaction.atomic():
        row = _locked(proposal)
        _require_team(row.case, by)
        row.to_proposed()
        row.answer = _added(row.answer, text)
        row.save(update_fields=["state", "answer"])
        todos.done(features.ANSWER_QUESTION, about=row, by=by)
        _give_to_deciders(row, by)
        _note(row, features.LEVEL_PROPOSED, by)
        journalling.act("cases.proposal.answered", row, by=by)
    return row


def withdraw(proposal: Proposal, *, by: User) -> Proposal:
    """Take the proposal back.

    Raises:
        NotAllowedError: ``by`` is not in the team around the child.
        TransitionNotAllowed: It is decided already.
    """
    with transaction.atomic():
        row = _locked(proposal)
        _require_team(row.case, by)
        row.to_withdrawn()
        row.save(update_fields=["state"])
        todos.done(features.DECIDE_LEVEL, features.ANSWER_QUESTION, about=row, by=by)
        _note(row, features.LEVEL_WITHDRAWN, by)
        journalling.act("cases.proposal.withdrawn", row, by=by)
        standing_in.end(row.case, by=by)
    return row


def _give_plan(row: Proposal, by: User) -> None:
    """Ask the team for the plan of the new level; on the way back, end that to-do."""
    case = row.case
    if row.target == Proposal.Target.ANTICIPATORY:
        plans.wait_for_plan(case.target, case_number=case.number)
    else:
        todos.done(plan_features.MAKE_PLAN, about=case.target, by=by)


def _locked(proposal: Proposal) -> Proposal:
    """Lock the case before its proposal, always in this order."""
    Case.objects.select_for_update(of=("self",)).get(pk=proposal.case_id)
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("case")
    row: Proposal = rows.get(pk=proposal.pk)
    return row


def _require_team(case: Case, by: User) -> None:
    require(by, "propose_level", case, _("The team around the child proposes the next level."))


def _check_proposable(case: Case) -> None:
    if Case.Level(case.level) not in NEXT:
        raise DomainError(
            _("From here only a decision leads on, or the closing of the case."), code="no-next"
        )
    if case.proposals.filter(state__in=WAITING).exists():
        raise DomainError(_("A proposal waits already."), code="waiting")


def _check_guidance(case: Case, guidance: Guidance | None) -> None:
    if guidance is None:
        return
    if not guidance_of(case).filter(pk=guidance.pk).exists():
        raise DomainError(_("Choose an answer about this child or class."), field="guidance")


def guidance_of(case: Case) -> QuerySet[Guidance]:
    """Return the advisers' answers that a proposal of this case may rest on."""
    rows = Guidance.objects.filter(state=Guidance.State.ANSWERED)
    if case.pupil_id:
        return rows.filter(pupil=case.pupil_id)
    return rows.filter(community=case.community_id, pupil=None)


def _added(before: str, text: str) -> str:
    """Keep what was asked or answered before."""
    return f"{before}\n\n{text}" if before else text


def _give_to_deciders(row: Proposal, by: User) -> None:
    standing_in.give_to_deciders(
        features.DECIDE_LEVEL,
        row,
        case=row.case,
        authors=(row.proposed_by_id,),
        by=by,
    )


def _note(row: Proposal, kind: TimelineKind, by: User) -> None:
    timeline.note(kind, row, by=by, detail=Proposal.Target(row.target))
