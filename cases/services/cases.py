"""Opening and closing a case; moving its level, as proposals and decisions say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
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
from cases.selectors.facts import case_facts
from cases.selectors.people import about, not_informed
from cases.services import deciders, gatekeeping, letters, openings
from cases.services.gatekeeping import require_open
from districts.acts import act
from districts.models import CustodyHolder, LearningCommunity, Opening, Pupil, Todo
from districts.permissions import LEADERS, Role
from districts.services import openings as district_openings
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.dates import not_ahead
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.core.policy import may, require
from haderslev.core.rows import change, lock
from plans import features as plan_features
from plans.models import Plan


@dataclass(frozen=True, kw_only=True)
class Informed:
    """A parent was informed that the case opens, or a written reason why not."""

    custody_holder: CustodyHolder
    informed_on: date | None = None
    informed_how: str = ""
    not_informed_reason: str = ""


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
        pupil: Whom it is about, or
        community: the class.
        reason: Stands in the letter to each parent.
        informed: For each custody holder of the pupil: told when and how, or why not.
        entry_ground: Why it begins higher or without the usual beginning; Case.EntryGround.
        entry_document: Shows the ground.
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
        if not may(by, "open_case", target):
            raise NotAllowedError(_("The team around the child and the school leader open cases."))
        higher = level != Case.Level.PREVENTIVE or entry_ground
        if higher and not may(by, "open_at_level", target):
            raise NotAllowedError(
                _("The school leader opens a case that begins higher."), field="level"
            )
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
        if not_informed(case).exists():
            # A leader's own opening stays with the leaders: a class need not have a team.
            in_team = may(by, "propose_level", case)
            todos.give(features.INFORM_PARENTS, case, *((Role.TEACHER,) if in_team else LEADERS))
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
    """Give the case its number, record who was informed, check G1 and write to each parent."""
    if number := case.target.cases.open().values_list("number", flat=True).first():
        raise ConflictError(_("Case %(number)s is open already.") % {"number": number})
    case.number = next_number(clock.today().year)
    case.save(force_insert=True)
    rows = _note_informed(case, informed)
    link_plans(case)
    # Before the gate: what is set aside stands after the opening on the timeline.
    data = {"number": case.number, "level": case.level, "entry_ground": case.entry_ground}
    journalling.act("cases.case.opened", case, by=by, data=data)
    timeline.note(features.CASE_OPENED, case, by=by)
    for day in sorted({row.informed_on for row in rows if row.informed_on}):
        timeline.note(features.PARENTS_INFORMED, case, by=by, on=day)
    # A leader who is not close may set own requirements aside with a reason.
    lacking = unmet(GATES["G1"](case_facts(case)))
    if set_aside.strip() and all(item.may_be_excepted for item in lacking):
        for item in lacking:
            gatekeeping.except_requirement(case, item.code, reason=set_aside, by=by)
    gatekeeping.check(case, "G1")
    for row in rows:
        letters.make_letter(
            case,
            kind=Document.Kind.INFORMATION,
            code="case_opened",
            custody_holder=row.custody_holder,
            values={"begrundelse": case.reason},
            by=by,
        )


@act("cases.case.parent_informed")
def inform_parent(
    case: Case, *, custody_holder: CustodyHolder, informed_on: date, informed_how: str, by: User
) -> Case:
    """Record that a parent was informed; the reason for the delay is kept.

    Raises:
        NotAllowedError: ``by`` does not open cases here.
        DomainError: The case is closed, the parent was informed already, or the day is to come.
    """
    sentence = _("The team around the child and the school leader write down who was told.")
    require(by, "open_case", case, sentence)
    require_open(case)
    if not not_informed(case).filter(pk=custody_holder.pk).exists():
        raise DomainError(_("Choose a parent who has not been told yet."), field="custody_holder")
    not_ahead(informed_on, "informed_on")
    told = {"informed_on": informed_on, "informed_how": informed_how}
    case.informed.update_or_create(custody_holder=custody_holder, defaults=told)
    timeline.note(features.PARENTS_INFORMED, case, by=by, on=informed_on)
    if not not_informed(case).exists():
        todos.done(features.INFORM_PARENTS, about=case, by=by)
    return case


def _end_what_was_open(case: Case, by: User) -> None:
    if case.openings.filter(cause=plan_features.INVITED, closed_at=None).exists():
        openings.close_case_openings(case, cause=plan_features.INVITED, by=by)
    for opening in Opening.objects.filter(about(case), cause=plan_features.INVITED, closed_at=None):
        district_openings.close(opening, by=by)
    # Letters are sent all the same.
    waiting = Todo.objects.open().filter(case_number=case.number)
    waiting.exclude(kind=features.SEND_LETTER).update(done_at=clock.now(), done_by=by)
    deciders.end_stand_in(case, by=by)


@act("cases.case.closed", notes=features.CASE_CLOSED, then=_end_what_was_open)
def close_case(case: Case, *, conclusion: str, by: User) -> Case:
    """Close a case with a conclusion. Guidance that was open by invitation closes with it.

    Raises:
        NotAllowedError: ``by`` does not close this school's cases.
        DomainError: It is closed, or something is under way that must be ended first.
    """
    require(by, "close_case", case, _("The school leader closes a case."))
    require_open(case)
    if case.proposals.filter(state__in=Proposal.WAITING).exists():
        raise DomainError(_("A proposal waits for an answer. Answer it first."))
    if case.hearings.filter(state=Hearing.State.SENT).exists():
        raise DomainError(_("A hearing is under way. End it first."))
    if case.council_items.filter(state=CouncilItem.State.ON_AGENDA).exists():
        raise DomainError(_("The case is on the district council's agenda. Take it off first."))
    if words := ports.pku().why_not_closed(case):
        raise DomainError(words)
    today = clock.today()
    case.move(Case.Level.CLOSED, conclusion=conclusion, closed_on=today, level_since=today)
    return case


def move_level(case: Case, level_after: str, *, by: User) -> Case:
    """Move a case to a level, with entries of its own; nothing if it is there.

    A case that was closed while a letter was on its way stays closed.

    Raises:
        ConflictError: No move leads from here to there.
    """
    case = lock(case)
    before = case.level
    if not level_after or level_after == before or not case.is_open:
        return case
    case.move(level_after, level_since=clock.today())
    data = {"from": before, "to": level_after}
    journalling.act("cases.case.level_changed", case, by=by, data=data)
    timeline.note(features.LEVEL_CHANGED, case, by=by, detail=Case.Level(level_after))
    return case


def move_by_decision(case: Case, level_after: str, *, by: User) -> None:
    """Move a case as a delivered decision says: to intervening, or down from there.

    A decision that ends an effort never lifts a case that is lower.
    """
    level = Case.objects.values_list("level", flat=True).get(pk=case.pk)
    if Case.Level.INTERVENING in {level_after, level}:
        move_level(case, level_after, by=by)


def next_number(year: int) -> str:
    """Take the next case number of a year: ``2026-0142``. The year's row is locked until commit."""
    CaseNumberSeries.objects.get_or_create(year=year)
    series = CaseNumberSeries.objects.select_for_update().get(year=year)
    change(series, last=series.last + 1)
    return str(series)


def link_plans(case: Case) -> None:
    """Link the plans of the pupil or community, and of the class a pupil's plan belongs to."""
    ids = Plan.objects.filter(about(case)).values_list("pk", "community_plan")
    rows = [
        CasePlan(case=case, plan_id=pk) for pk in sorted({pk for pair in ids for pk in pair if pk})
    ]
    CasePlan.objects.bulk_create(rows, ignore_conflicts=True)


def _lock_target(
    pupil: Pupil | None, community: LearningCommunity | None
) -> Pupil | LearningCommunity:
    """Lock whom the case is about, so that two cannot open a case at once."""
    if pupil is not None and community is None:
        return lock(pupil)
    if community is not None and pupil is None:
        return lock(community)
    raise DomainError(_("A case is about exactly one pupil or one learning community."))


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


def _note_informed(case: Case, informed: Sequence[Informed]) -> list[CaseInformed]:
    """Record who was informed; every custody holder must be there."""
    if case.pupil is None:
        return []
    given = {item.custody_holder.pk: item for item in informed}
    rows = []
    for holder in case.pupil.custody_holders.current():
        item = given.get(holder.pk, Informed(custody_holder=holder))
        why = item.not_informed_reason
        if holder.pk not in given and case.entry_ground == Case.EntryGround.PARENTS_REQUEST:
            why = gettext("A parent's own request opened the case. This letter tells of it.")
        told = item.informed_on is not None and bool(item.informed_how.strip())
        if not told and not why.strip():
            raise DomainError(
                _("Say for %(name)s when and how the parent was told, or why not.")
                % {"name": holder.name}
            )
        not_ahead(item.informed_on)
        row = CaseInformed(
            case=case,
            custody_holder=holder,
            informed_on=item.informed_on,
            informed_how=item.informed_how,
            not_informed_reason="" if told else why,
        )
        rows.append(row)
    return CaseInformed.objects.bulk_create(rows)
