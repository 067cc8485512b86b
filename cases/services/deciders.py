"""Who decides a step: the school's leaders, four eyes, and the chief where no leader may.

The head of children and youth decides where every leader of the school is close to the case. The
child or the class is opened to the chief for that act only: to read what the step rests on, to
decide the next level, and to set an own requirement aside. A proposal opens it by itself; for a
requirement of another step the school asks. A rule of the municipality, not of law. Leaders sign
their own PPV requests, hearings, decisions and referrals, so those have no such opening.
"""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.models import Case, Proposal
from cases.selectors.people import about, school_of, team_ids
from cases.services.openings import Basis
from districts.kinds import Subject, TodoKind
from districts.models import Opening, Todo, Unit
from districts.permissions import LEADERS, Role
from districts.scope import scope_of
from districts.services import openings, todos
from districts.services.units import role_group
from haderslev.accounts.models import Membership, User
from haderslev.core.errors import NotAllowedError, Words
from haderslev.core.policy import held_on, require, who_may

PROPOSED_IT = _("You have proposed or written this yourself.")
IN_THE_TEAM = _("You are a member of the team around the child.")
ALL_LEADERS_CLOSE = _(
    "All leaders of the school are close to this case, so the head of children and youth decides."
)
ASK_THE_CHIEF = _(
    "All leaders of the school are close to this case. "
    "Ask the head of children and youth on the page of the requirements."
)


def require_decider(
    case: Case, perm: str, *, by: User, authors: Collection[int | None], asked: bool = True
) -> None:
    """Refuse whoever lacks the right, or is too close to the case.

    Raises:
        NotAllowedError: The sentence says why, and who can decide.
    """
    require(by, perm, case)
    if words := why_another(by, case, authors=authors, asked=asked):
        raise NotAllowedError(words)


def why_another(
    user: User, case: Case, *, authors: Collection[int | None], asked: bool = True
) -> str:
    """Return why another must decide, and who can; empty if the person may.

    Without ``asked`` the chief decides only once the school has asked, and while no leader may.
    """
    reason = too_close(user, case, authors=authors)
    if not reason and (asked or not decides_instead(user, case)):
        return ""
    sentence: Words
    if others := leaders_who_may(case, authors=authors):
        names = ", ".join(str(leader) for leader in others)
        sentence = _("Another must decide: %(names)s can.") % {"names": names}
    elif reason:
        sentence = ALL_LEADERS_CLOSE if asked or is_asked(case) else ASK_THE_CHIEF
    else:
        return ""
    return f"{reason} {sentence}".strip()


def too_close(user: User, case: Case, *, authors: Collection[int | None] = ()) -> Promise | str:
    """Return why the person is too close to the case to decide, or nothing.

    Close is who proposed or wrote the thing, and who is a member of the team around the child.
    A rule of the municipality, not of law.
    """
    if user.pk in authors:
        return PROPOSED_IT
    if set(scope_of(user).unit_ids(*Role)) & set(team_ids(case)):
        return IN_THE_TEAM
    return ""


def not_close(
    people: QuerySet[User], case: Case, *, authors: Collection[int | None] = ()
) -> QuerySet[User]:
    """Leave out who is too close to the case to decide; see ``too_close``."""
    in_team = Membership.objects.active().filter(group__unit_role__unit__in=team_ids(case))
    far = people.exclude(pk__in=[pk for pk in authors if pk])
    return far.exclude(pk__in=in_team.values("user"))


def leaders_who_may(case: Case, *, authors: Collection[int | None] = ()) -> list[User]:
    """Return the leaders of the school who decide and are not close to the case."""
    return list(not_close(who_may("decide_level", case, opened=False), case, authors=authors))


def chief_unit(case: Case) -> Unit | None:
    """Return the municipality above the school, where the head of children and youth is."""
    unit = school_of(case)
    while unit is not None and unit.kind != Unit.Kind.MUNICIPALITY:
        unit = unit.parent
    return unit


def decides_instead(user: User, case: Case) -> bool:
    """Tell whether the case is open to the person to decide in place of the school's leaders."""
    stands_in = scope_of(user).unit_ids(Role.CHIEF)
    return bool(stands_in) and "decide_level" in held_on(user, case)


def proposers(case: Case) -> tuple[int | None, ...]:
    """Return who proposed what waits for a decision now."""
    rows = Proposal.objects.filter(case=case, state__in=Proposal.WAITING)
    return tuple(rows.values_list("proposed_by", flat=True))


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
    if place is not None and not is_asked(case):
        openings.open_access(
            case.target,
            to=role_group(place, Role.CHIEF),
            cause=features.DECIDES,
            basis=Basis.LEADERS_CLOSE,
            closes_on=None,
            case=case.number if case.pupil_id else "",
            by=by,
        )
    roles = LEADERS if place is None else (Role.CHIEF,)
    todos.give(kind, subject, *roles, unit=place, part=part, due_on=due_on)


def end_stand_in(case: Case, *, by: User) -> None:
    """Close what was opened to the chief, unless something of the case still waits there."""
    if case.proposals.filter(state=Proposal.State.PROPOSED).exists():
        return
    waits = Todo.objects.open().of(features.COMPLETE_EXCEPTION, features.SET_ASIDE)
    if waits.filter(role=Role.CHIEF, case_number=case.number).exists():
        return
    for opening in _opened(case):
        openings.close(opening, by=by)


def is_asked(case: Case) -> bool:
    """Tell whether the case is open to the chief now."""
    return _opened(case).exists()


def _opened(case: Case) -> QuerySet[Opening]:
    return Opening.objects.filter(about(case), cause=features.DECIDES, closed_at=None)
