"""What the pages of cases show, with a constant number of queries."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases import features, ports
from cases.facts import PkuFacts
from cases.models import Case, CaseOpening, Document, Proposal
from cases.selectors.people import school_of, team_ids
from districts.models import (
    Enrolment,
    Opening,
    TimelineEntry,
    Todo,
)
from districts.permissions import Cause, Role
from haderslev.accounts.models import Membership, User
from haderslev.core.errors import Words
from haderslev.core.policy import held_on
from plans.models import Meeting, Plan
from plans.selectors import some_kept_from_parents

# Letters wait for the office, whoever's turn the case itself is.
_ASIDE = features.SEND_LETTER
EXTRACT = 6
MOST = 8
LEVEL_SENTENCES: dict[str, Words] = {
    "preventive": _("The course is on level 1, preventive effort"),
    "anticipatory": _("The course is on level 2, anticipatory effort"),
    "intervening": _("The course is on level 3, intervening effort"),
    "closed": _("The course has ended"),
}
LEVEL_CODES = {"preventive": 1, "anticipatory": 2, "intervening": 3}
_LEVEL_WORDS: dict[str, Words] = {
    "preventive": _("Level 1"),
    "anticipatory": _("Level 2"),
    "intervening": _("Level 3"),
    "closed": _("Closed"),
}
_PPV_WORDS: dict[str, Words] = {
    "parent_request": _("a parent has asked for a PPV"),
    "requested": _("PPV asked for"),
    "received": _("PPV under way"),
    "reported": _("PPV made"),
}
_REFERRAL_WORDS: dict[str, Words] = {
    "submitted": _("referred to PKU"),
    "returned": _("referral returned"),
    "accepted": _("referred to PKU"),
    "adjourned": _("adjourned by PKU"),
    "decided": _("decided by PKU"),
}


def state_words(case: Case, pku: PkuFacts, *, proposed: bool = False) -> list[Words]:
    """Return where the course is: the level, and what is under way beside it."""
    words = [_LEVEL_WORDS[case.level]]
    if not case.is_open:
        return words
    if proposed:
        words.append(_("next level proposed"))
    beside = _REFERRAL_WORDS.get(pku.referral.state) or _PPV_WORDS.get(pku.ppv.state)
    # After PKU's decision the level itself tells.
    if beside and case.level != Case.Level.INTERVENING:
        words.append(beside)
    return words


def list_of(user: User, *, closed: bool = False) -> QuerySet[Case]:
    """Return the cases the person may know of, with all that the list shows of each."""
    rows = Case.objects.permitted(user, "view_case")
    rows = rows.filter(level=Case.Level.CLOSED) if closed else rows.open()
    today = Enrolment.objects.active().select_related("community__school")
    return (
        rows.select_related("pupil", "community__school")
        .prefetch_related(Prefetch("pupil__enrolments", queryset=today, to_attr="enrolments_today"))
        .order_by("-number")
    )


@dataclass(frozen=True)
class ListedCase:
    """One line of the list."""

    case: Case
    about: str
    school: str
    level: int | None
    state: list[Words]
    turn: Todo | None


def listed(cases: Sequence[Case]) -> list[ListedCase]:
    """Return the lines of some cases. A constant number of queries."""
    ids = [case.pk for case in cases]
    pku = ports.pku().facts_for(ids)
    turns = open_todos([case.number for case in cases])
    waiting = [Proposal.State.PROPOSED, Proposal.State.SENT_BACK]
    proposed = set(
        Proposal.objects.filter(case__in=ids, state__in=waiting).values_list("case_id", flat=True)
    )
    found = []
    for case in cases:
        community = case.community
        if case.pupil is not None:
            rows: list[Enrolment] = getattr(case.pupil, "enrolments_today", [])
            community = rows[0].community if rows else None
        waits = turns.get(case.number, [])
        found.append(
            ListedCase(
                case=case,
                about=str(case.target),
                school=str(community.school) if community else "",
                level=LEVEL_CODES.get(case.level),
                state=state_words(case, pku.get(case.pk, PkuFacts()), proposed=case.pk in proposed),
                turn=waits[0] if waits else None,
            )
        )
    return found


def open_todos(numbers: Sequence[str]) -> dict[str, list[Todo]]:
    """Return what waits in each case, the nearest date first. One query."""
    found: dict[str, list[Todo]] = defaultdict(list)
    rows = Todo.objects.open().filter(case_number__in=numbers).exclude(kind=_ASIDE)
    for todo in rows.select_related("unit", "user"):
        found[todo.case_number].append(todo)
    return found


@dataclass(frozen=True)
class Turn:
    """Something waits: what, for whom by name, since when, until when."""

    what: str
    who: str
    since: datetime
    due_on: date | None
    mine: bool
    url: str


def turns_of(case: Case, user: User) -> list[Turn]:
    """Return what waits in the case and for whom, in words. Three queries."""
    todos = open_todos([case.number]).get(case.number, [])
    mine = set(
        Todo.objects.open()
        .for_user(user)
        .filter(case_number=case.number)
        .values_list("pk", flat=True)
    )
    names = _leading(case)
    merged: dict[Hashable, list[Todo]] = defaultdict(list)
    for todo in todos:
        merged[todo.kind, todo.subject, todo.part].append(todo)
    return [
        Turn(
            what=str(same[0].label),
            who=" · ".join(dict.fromkeys(_who(todo, names) for todo in same)),
            since=same[0].created_at,
            due_on=same[0].due_on,
            mine=any(todo.pk in mine for todo in same),
            url=same[0].url,
        )
        for same in merged.values()
    ]


def _who(todo: Todo, names: dict[str, list[str]]) -> str:
    if todo.user is not None:
        return str(todo.user)
    role = str(todo.get_role_display())
    if todo.unit is not None:
        return f"{role}, {todo.unit}"
    people = names.get(todo.role, [])
    if todo.role in {Role.LEADER, Role.DEPUTY} and people:
        return f"{role} {', '.join(people)}"
    return role


def _leading(case: Case) -> dict[str, list[str]]:
    """Return the names of those who lead the school, by role."""
    rows = Membership.objects.active().filter(
        group__unit_role__unit=school_of(case),
        group__unit_role__role__in=[Role.LEADER, Role.DEPUTY],
    )
    names: dict[str, list[str]] = defaultdict(list)
    for role, name in rows.values_list("group__unit_role__role", "user__name"):
        names[role].append(name)
    return names


def timeline_of(case: Case, user: User) -> QuerySet[TimelineEntry]:
    """Return what has happened around the child or the class, as far as the person may read it."""
    about = Q(pupil=case.pupil_id) if case.pupil_id else Q(community=case.community_id, pupil=None)
    return TimelineEntry.objects.filter(
        Q(case_number=case.number) | about, needed_permission__in=held_on(user, case)
    )


def documents_of(case: Case, user: User) -> QuerySet[Document]:
    """Return the case's documents whose own permission the person holds on it."""
    return case.documents.filter(needs__in=held_on(user, case)).select_related("delivery")


def plans_of(case: Case, user: User) -> QuerySet[Plan]:
    """Return the plans of the child or the class, for those who may read them."""
    rights = held_on(user, case)
    if "view_plan" in rights:
        return Plan.objects.standing().filter(_about(case))
    if case.community_id and "view_community_plan" in rights:
        return Plan.objects.standing().filter(_about(case))
    return Plan.objects.none()


def meetings_of(case: Case, user: User) -> QuerySet[Meeting]:
    """Return the meetings about the child or the class, for those who may read them."""
    if "view_meeting" not in held_on(user, case):
        return Meeting.objects.none()
    return Meeting.objects.standing().filter(_about(case))


def _about(case: Case) -> Q:
    return Q(pupil=case.pupil_id) if case.pupil_id else Q(community=case.community_id)


@dataclass(frozen=True)
class Access:
    """Somebody has access: who, why, from and until when; and the invitation, if it is one."""

    who: str
    why: str
    basis: str
    since: datetime | None
    until: date | None
    invitation: Opening | None = None


def standing_access(case: Case) -> list[Access]:
    """Return those who have access by their work with the child or the class. One query more."""
    school = school_of(case)
    teams = team_ids(case)
    rows = Membership.objects.active().filter(
        Q(group__unit_role__unit__in=teams, group__unit_role__role=Role.TEACHER)
        | Q(
            group__unit_role__unit=school,
            group__unit_role__role__in=[Role.LEADER, Role.DEPUTY],
        )
    )
    rows = rows.select_related("user", "group__unit_role__unit").order_by("user__name_key")
    return [
        Access(
            who=str(row.user),
            why=f"{row.group.unit_role.get_role_display()} · {row.group.unit_role.unit}",
            basis="",
            since=None,
            until=row.ends_on,
        )
        for row in rows
    ]


def opened_access(case: Case) -> list[Access]:
    """Return those to whom the case, the child or the class is open now. Two queries."""
    related = ("user", "group__unit_role__unit")
    rows: list[Opening | CaseOpening] = [
        *Opening.objects.filter(_about(case), closed_at=None).select_related(*related),
        *CaseOpening.objects.filter(case=case, closed_at=None).select_related(*related),
    ]
    return [
        Access(
            who=_holder(row),
            why=str(row.get_cause_display()),
            basis=row.basis,
            since=row.opened_at,
            until=row.closes_on,
            invitation=row if isinstance(row, Opening) and row.cause == Cause.INVITED else None,
        )
        for row in rows
        if row.is_open
    ]


def _holder(opening: Opening | CaseOpening) -> str:
    if opening.group is None:
        return str(opening.user)
    role = opening.group.unit_role
    return f"{role.get_role_display()} · {role.unit}"


def kept_words(case: Case, user: User) -> Words:
    """Say that a letter may not pass on some of the child's words, to who may read them."""
    if not case.pupil_id or "view_plan" not in held_on(user, case):
        return ""
    if not some_kept_from_parents(case.pupil_id):
        return ""
    return _(
        "In the plan the child has said no to the parents seeing some of the words. "
        "Nothing of those words may stand in the letter."
    )
