"""Opening and closing a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases import features, ports
from cases.gates import GATES, unmet
from cases.models import (
    Case,
    CaseInformed,
    CaseNumberSeries,
    CasePlan,
    CouncilItem,
    Document,
    Hearing,
    Proposal,
)
from cases.selectors import case_facts
from cases.selectors.people import not_informed
from cases.services import gatekeeping, letters, openings, standing_in
from districts.models import (
    CustodyHolder,
    LearningCommunity,
    Opening,
    Pupil,
    Todo,
)
from districts.permissions import Cause, Role
from districts.services import openings as district_openings
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.core.policy import may, require
from plans.models import Plan

INFORMATION_LETTER = "case_opened"
# What still has to be done although the case is closed.
WITH_PKU = frozenset({"submitted", "returned", "accepted", "adjourned"})


@dataclass(frozen=True, kw_only=True)
class Informed:
    """A parent was informed that the case opens, or a written reason why not."""

    custody_holder: CustodyHolder
    told_on: date | None = None
    told_how: str = ""
    not_told_reason: str = ""


def open_case(
    *,
    pupil: Pupil | None = None,
    community: LearningCommunity | None = None,
    reason: str,
    informed: Sequence[Informed] = (),
    entry_ground: str = "",
    entry_document: str = "",
    level: str = Case.Level.PREVENTIVE,
    set_aside: str = "",
    by: User,
) -> Case:
    """Open a case about exactly one pupil or learning community.

    Args:
        pupil: The pupil it is about, or
        community: the learning community.
        reason: Why it is opened.
        informed: For each custody holder of the pupil: told when and how, or why not.
        entry_ground: Why it begins higher or without the usual beginning; Case.EntryGround.
        entry_document: The document that shows it.
        level: Where it begins.
        set_aside: A leader's reason for opening although own requirements are lacking.
        by: Who opens it.

    Raises:
        NotAllowedError: ``by`` may not open this case, or not at this level.
        DomainError: There is an open case, or something is not given.
        GateError: Requirements of opening are not met.

    Sources: G1; forvaltningsloven § 22 (a higher start).
    """
    if entry_ground == Case.EntryGround.PARENTS_REQUEST:
        raise DomainError(
            _("Record a parent's own request on the child's page."), field="entry_ground"
        )
    with transaction.atomic():
        target = _lock_target(pupil, community)
        _check_may_open(target, entry_ground, level, by)
        _check_entry(target, entry_ground, entry_document, level)
        case = Case(
            pupil=pupil,
            community=community,
            level=level,
            entry_level=level,
            reason=reason,
            entry_ground=entry_ground,
            entry_document=entry_document,
            entered_by_name=str(by) if entry_ground else "",
            opened_by=by,
        )
        _open(case, informed, set_aside, by)
        _wait_for_informing(case, by)
    return case


def open_on_parents_request(
    *, pupil: Pupil, reason: str, informed: Sequence[Informed] = (), by: User
) -> Case:
    """Open a case because a parent asks for a PPV; whoever records the request calls this.

    Whoever receives a parent's request records it; no rule of ours stops it.

    Raises:
        NotAllowedError: ``by`` is not staff around the child.
        ConflictError: There is an open case.
    """
    with transaction.atomic():
        target = _lock_target(pupil, None)
        if not may(by, "record_parent_request", target):
            raise NotAllowedError(_("The staff of the child's school record a parent's request."))
        case = Case(
            pupil=pupil,
            reason=reason,
            entry_ground=Case.EntryGround.PARENTS_REQUEST,
            entered_by_name=str(by),
            opened_by=by,
        )
        # The letter that the opening makes tells the other parent of it.
        _open(case, informed, "", by)
    return case


def _open(case: Case, informed: Sequence[Informed], set_aside: str, by: User) -> None:
    """Give the case its number, record who was informed, and check G1."""
    _check_no_open_case(case.target)
    case.number = next_number(clock.today().year)
    case.save(force_insert=True)
    rows = _note_informed(case, informed)
    link_plans(case)
    # Before the gate: what is set aside stands after the opening on the timeline.
    _write_down_opening(case, by)
    _pass_gate(case, set_aside, by)
    for row in rows:
        _make_letter(case, row, by)


def inform_parent(
    case: Case, *, custody_holder: CustodyHolder, told_on: date, told_how: str, by: User
) -> CaseInformed:
    """Record that a parent was informed; the reason for the delay stays beside it.

    Raises:
        NotAllowedError: ``by`` does not open cases here.
        DomainError: The case is closed, the parent was informed already, or the day is to come.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        require(
            by,
            "open_case",
            locked,
            _("The team around the child and the school leader write down who was told."),
        )
        if not locked.is_open:
            raise DomainError(_("This case is closed."), code="closed")
        if not not_informed(locked).filter(pk=custody_holder.pk).exists():
            raise DomainError(
                _("Choose a parent who has not been told yet."), field="custody_holder"
            )
        if told_on > clock.today():
            raise DomainError(_("A day in the future can not be recorded."), field="told_on")
        row, _made = CaseInformed.objects.update_or_create(
            case=locked,
            custody_holder=custody_holder,
            defaults={"told_on": told_on, "told_how": told_how},
        )
        timeline.note(features.PARENTS_INFORMED, locked, by=by, on=told_on)
        if not not_informed(locked).exists():
            todos.done(features.TELL_PARENTS, about=locked, by=by)
        journalling.act("cases.case.parent_told", locked, by=by)
    return row


def close_case(case: Case, *, conclusion: str, by: User) -> Case:
    """Close a case with a conclusion. Guidance that was open by invitation closes with it.

    Raises:
        NotAllowedError: ``by`` does not close this school's cases.
        DomainError: It is closed, or something is under way that must be ended first.
    """
    with transaction.atomic():
        row = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        require(by, "close_case", row, _("The school leader closes a case."))
        _check_closable(row)
        row.conclusion = conclusion
        row.closed_on = clock.today()
        row.level_since = clock.today()
        row.to_closed()
        row.save(update_fields=["level", "conclusion", "closed_on", "level_since"])
        _close_invitations(row, by)
        open_todos = Todo.objects.open().filter(case_number=row.number)
        # Letters are sent all the same.
        open_todos = open_todos.exclude(kind=features.SEND_LETTER)
        open_todos.update(done_at=clock.now(), done_by=by)
        standing_in.end(row, by=by)
        journalling.act("cases.case.closed", row, by=by)
        timeline.note(features.CASE_CLOSED, row, by=by)
    return row


def next_number(year: int) -> str:
    """Take the next case number of a year: ``2026-0142``. The year's row is locked until commit."""
    CaseNumberSeries.objects.get_or_create(year=year)
    series = CaseNumberSeries.objects.select_for_update().get(year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return str(series)


def link_plans(case: Case) -> int:
    """Link the plans of the pupil or community, and of the class a pupil's plan belongs to."""
    about = Q(pupil=case.pupil_id) if case.pupil_id else Q(community=case.community_id)
    own = Plan.objects.filter(about)
    ids = {*own.values_list("pk", flat=True), *own.values_list("community_plan", flat=True)}
    rows = [CasePlan(case=case, plan_id=pk) for pk in sorted(pk for pk in ids if pk)]
    CasePlan.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _lock_target(
    pupil: Pupil | None, community: LearningCommunity | None
) -> Pupil | LearningCommunity:
    """Lock whom the case is about, so that two cannot open a case at once."""
    if pupil is not None and community is None:
        return Pupil.objects.select_for_update().get(pk=pupil.pk)
    if community is not None and pupil is None:
        return LearningCommunity.objects.select_for_update().get(pk=community.pk)
    raise DomainError(_("A case is about exactly one pupil or one learning community."))


def _check_may_open(
    target: Pupil | LearningCommunity, entry_ground: str, level: str, by: User
) -> None:
    if not may(by, "open_case", target):
        raise NotAllowedError(_("The team around the child and the school leader open cases."))
    higher = level != Case.Level.PREVENTIVE or entry_ground
    if higher and not may(by, "open_at_level", target):
        raise NotAllowedError(
            _("The school leader opens a case that begins higher."), field="level"
        )


def _check_entry(
    target: Pupil | LearningCommunity, entry_ground: str, entry_document: str, level: str
) -> None:
    if level not in {"preventive", "anticipatory", "intervening"}:
        raise DomainError(_("A case can not begin at this level."), field="level")
    if level == Case.Level.INTERVENING and isinstance(target, LearningCommunity):
        raise DomainError(
            _("A learning community's case never becomes intervening."), field="level"
        )
    if level != Case.Level.PREVENTIVE and not entry_ground:
        raise DomainError(_("Choose the ground for beginning higher."), field="entry_ground")
    if entry_ground and not entry_document.strip():
        raise DomainError(
            _("Name the document that shows the ground, and where it lies."), field="entry_document"
        )


def _check_no_open_case(target: Pupil | LearningCommunity) -> None:
    number = target.cases.open().values_list("number", flat=True).first()
    if number:
        raise ConflictError(_("Case %(number)s is open already.") % {"number": number})


def _note_informed(case: Case, informed: Sequence[Informed]) -> list[CaseInformed]:
    """Record who was informed; every custody holder must be there."""
    if case.pupil is None:
        return []
    given = {item.custody_holder.pk: item for item in informed}
    rows = []
    for holder in case.pupil.custody_holders.current():
        item = given.get(holder.pk)
        if item is None and case.entry_ground == Case.EntryGround.PARENTS_REQUEST:
            why = gettext("A parent's own request opened the case. This letter tells of it.")
            item = Informed(custody_holder=holder, not_told_reason=why)
        if item is None:
            raise DomainError(
                _("Say for %(name)s when and how the parent was told, or why not.")
                % {"name": holder.name}
            )
        rows.append(_informed_row(case, item))
    return CaseInformed.objects.bulk_create(rows)


def _informed_row(case: Case, item: Informed) -> CaseInformed:
    told = item.told_on is not None and bool(item.told_how.strip())
    if not told and not item.not_told_reason.strip():
        raise DomainError(
            _("Say for %(name)s when and how the parent was told, or why not.")
            % {"name": item.custody_holder.name}
        )
    if item.told_on is not None and item.told_on > clock.today():
        raise DomainError(_("A day in the future can not be recorded."))
    return CaseInformed(
        case=case,
        custody_holder=item.custody_holder,
        told_on=item.told_on,
        told_how=item.told_how,
        not_told_reason="" if told else item.not_told_reason,
    )


def _pass_gate(case: Case, set_aside: str, by: User) -> None:
    """Check G1; a leader who is not close may set own requirements aside with a reason."""
    lacking = unmet(GATES["G1"](case_facts(case)))
    if set_aside.strip() and all(item.may_be_excepted for item in lacking):
        for item in lacking:
            gatekeeping.except_requirement(case, item.code, reason=set_aside, by=by)
    gatekeeping.check(case, "G1")


def _write_down_opening(case: Case, by: User) -> None:
    data = {"number": case.number, "level": case.level, "entry_ground": case.entry_ground}
    journalling.act("cases.case.opened", case, by=by, data=data)
    timeline.note(features.CASE_OPENED, case, by=by)
    for day in sorted({row.told_on for row in case.informed.all() if row.told_on}):
        timeline.note(features.PARENTS_INFORMED, case, by=by, on=day)


def _make_letter(case: Case, row: CaseInformed, by: User) -> None:
    letters.make_letter(
        case,
        kind=Document.Kind.INFORMATION,
        code=INFORMATION_LETTER,
        custody_holder=row.custody_holder,
        values={"begrundelse": case.reason},
        by=by,
    )


def _wait_for_informing(case: Case, by: User) -> None:
    """Give the team, or the leaders where one of them opened the case, the parents to inform."""
    if not not_informed(case).exists():
        return
    # A leader's own opening stays with the leaders: a class need not have a team.
    in_team = may(by, "propose_level", case)
    roles = (Role.TEACHER,) if in_team else standing_in.LEADERS
    todos.give(features.TELL_PARENTS, case, *roles)


def _check_closable(case: Case) -> None:
    if not case.is_open:
        raise DomainError(_("This case is closed."), code="closed")
    waiting = [Proposal.State.PROPOSED, Proposal.State.SENT_BACK]
    if case.proposals.filter(state__in=waiting).exists():
        raise DomainError(_("A proposal waits for an answer. Answer it first."))
    if case.hearings.filter(state=Hearing.State.SENT).exists():
        raise DomainError(_("A hearing is under way. End it first."))
    if case.council_items.filter(state=CouncilItem.State.ON_AGENDA).exists():
        raise DomainError(_("The case is on the district council's agenda. Take it off first."))
    if ports.pku().facts_for([case.pk])[case.pk].referral.state in WITH_PKU:
        raise DomainError(_("A referral lies with PKU. Withdraw it first."))
    if words := ports.pku().why_not_closed(case):
        raise DomainError(words)


def _close_invitations(case: Case, by: User) -> None:
    if case.openings.filter(cause=Cause.INVITED, closed_at=None).exists():
        openings.close_case_openings(case, cause=Cause.INVITED, by=by)
    about = Q(pupil=case.pupil_id) if case.pupil_id else Q(community=case.community_id)
    for opening in Opening.objects.filter(about, cause=Cause.INVITED, closed_at=None):
        district_openings.close(opening, by=by)
