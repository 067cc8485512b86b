"""The head of children and youth decides where every leader of the school is close to the case.

The child or the class is opened to the chief for that act only: to read what the step rests on,
to decide the next level, and to set an own requirement aside. A proposal opens it by itself; for
a requirement of another step the school asks. A rule of the municipality, not of law. Leaders
sign their own PPV requests, hearings, decisions and referrals, so those have no such opening.
"""

from collections.abc import Collection
from datetime import date

from cases import features
from cases.models import Case, Proposal
from cases.selectors.people import chief_unit, leaders_who_may
from cases.services.openings import Basis
from districts.kinds import Subject, TodoKind
from districts.models import Opening, Todo, Unit
from districts.permissions import Cause, Role
from districts.services import openings, todos
from districts.services.units import role_group
from haderslev.accounts.models import User

LEADERS = (Role.LEADER, Role.DEPUTY)


def give_to_deciders(
    kind: TodoKind,
    subject: Subject,
    *,
    case: Case,
    authors: Collection[int | None],
    by: User,
    due_on: date | None = None,
    part: str = "",
) -> None:
    """Make it the leaders' turn, or the chief's where no leader may decide."""
    place = None if leaders_who_may(case, authors=authors) else chief_unit(case)
    if place is not None:
        _open(case, place, by)
    roles = LEADERS if place is None else (Role.CHIEF,)
    todos.give(kind, subject, *roles, unit=place, part=part, due_on=due_on)


def end(case: Case, *, by: User) -> None:
    """Close what was opened to the chief, unless something of the case still waits there."""
    if case.proposals.filter(state=Proposal.State.PROPOSED).exists():
        return
    waits = Todo.objects.open().of(features.COMPLETE_EXCEPTION, features.SET_ASIDE)
    if waits.filter(role=Role.CHIEF, case_number=case.number).exists():
        return
    for opening in _opened(case):
        openings.close(opening, by=by)


def ask(case: Case, step: str, *, authors: Collection[int | None], by: User) -> None:
    """Open the case to the chief, who is asked to set requirements of the step aside."""
    give_to_deciders(features.SET_ASIDE, case, case=case, part=step, authors=authors, by=by)


def answered(case: Case, step: str, *, by: User) -> int:
    """End the asking: it is answered, or taken back. Returns how many ended."""
    return todos.done(features.SET_ASIDE, about=case, part=step, by=by)


def asked_steps(case: Case) -> list[str]:
    """Return the steps whose requirements the chief is asked to set aside."""
    rows = Todo.objects.open().of(features.SET_ASIDE).about(case)
    return list(rows.values_list("part", flat=True))


def is_asked(case: Case) -> bool:
    """Tell whether the case is open to the chief now."""
    return bool(_opened(case))


def _opened(case: Case) -> list[Opening]:
    rows = Opening.objects.filter(cause=Cause.DECIDES, closed_at=None)
    return list(rows.filter(pupil=case.pupil_id, community=case.community_id))


def _open(case: Case, place: Unit, by: User) -> None:
    if _opened(case):
        return
    to, cause, basis = role_group(place, Role.CHIEF), Cause.DECIDES, Basis.LEADERS_CLOSE
    if case.pupil is not None:
        openings.open_access(
            case.pupil, to=to, cause=cause, basis=basis, closes_on=None, case=case.number, by=by
        )
    elif case.community is not None:
        openings.open_access(case.community, to=to, cause=cause, basis=basis, closes_on=None, by=by)
