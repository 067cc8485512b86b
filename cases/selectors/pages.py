"""What the pages of cases show, with a constant number of queries."""

from collections import defaultdict
from collections.abc import Hashable, Sequence

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases import features, ports
from cases.facts import PkuFacts
from cases.links import ActLink
from cases.models import Case, CaseOpening, CouncilItem, Document, Hearing, Proposal
from cases.selectors.people import about, community_of, not_informed, school_of, team_ids
from districts.models import CouncilMeeting, Enrolment, Opening, TimelineEntry, Todo
from districts.permissions import LEADERS, Role
from haderslev.accounts.models import Membership, User
from haderslev.core import clock
from haderslev.core.errors import Words
from haderslev.core.identity import Referable
from haderslev.core.policy import held_on
from haderslev.core.references import PageName, page_url, url_of
from plans import features as plan_features
from plans.features import INVITED
from plans.models import Meeting, Plan
from plans.selectors import some_kept_from_parents

# What a template shows of a row.
type Line = dict[str, object]

EXTRACT = 6
MOST = 8
MOST_PAST = 20
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


def state_words(case: Case, pku: PkuFacts, *, proposed: bool = False) -> list[Words]:
    """Return where the course is: the level, and what is under way beside it."""
    words = [_LEVEL_WORDS[case.level]]
    if not case.is_open:
        return words
    if proposed:
        words.append(_("next level proposed"))
    # After a placement the level itself tells.
    if pku.stands and case.level != Case.Level.INTERVENING:
        words.append(pku.stands)
    return words


def list_of(user: User, *, closed: bool = False) -> QuerySet[Case]:
    """Return the cases the person may know of, with all that the list shows of each."""
    rows = Case.objects.permitted(user, "view_case")
    rows = rows.filter(level=Case.Level.CLOSED) if closed else rows.open()
    rows = rows.select_related("pupil", "community__school").order_by("-number")
    today = Enrolment.objects.active().select_related("community__school")
    return rows.prefetch_related(
        Prefetch("pupil__enrolments", queryset=today, to_attr="enrolments_today")
    )


def listed(cases: Sequence[Case]) -> list[Line]:
    """Return a line of the list for each case. A constant number of queries."""
    ids = [case.pk for case in cases]
    pku = ports.pku().facts_for(ids)
    turns = open_todos([case.number for case in cases])
    waiting = Proposal.objects.filter(case__in=ids, state__in=Proposal.WAITING)
    proposed = set(waiting.values_list("case_id", flat=True))
    found = []
    for case in cases:
        community = case.community
        if case.pupil is not None:
            rows: list[Enrolment] = getattr(case.pupil, "enrolments_today", [])
            community = rows[0].community if rows else None
        line: Line = {
            "case": case,
            "about": str(case.target),
            "school": str(community.school) if community else "",
            "level": LEVEL_CODES.get(case.level),
            "state": state_words(case, pku[case.pk], proposed=case.pk in proposed),
            "turn": next(iter(turns.get(case.number, [])), None),
        }
        found.append(line)
    return found


def open_todos(numbers: Sequence[str]) -> dict[str, list[Todo]]:
    """Return what waits in each case, the nearest date first. One query."""
    found: dict[str, list[Todo]] = defaultdict(list)
    rows = Todo.objects.open().filter(case_number__in=numbers).select_related("unit", "user")
    # Letters wait for the office, whoever's turn the case itself is.
    for todo in rows.exclude(kind=features.SEND_LETTER):
        found[todo.case_number].append(todo)
    return found


def turns_of(case: Case, user: User) -> list[Line]:
    """Return what waits in the case, for whom by name, since and until when. Three queries."""
    own = Todo.objects.open().for_user(user).filter(case_number=case.number)
    mine = set(own.values_list("pk", flat=True))
    leading = Membership.objects.active().filter(
        group__unit_role__unit=school_of(case), group__unit_role__role__in=LEADERS
    )
    names: dict[str, list[str]] = defaultdict(list)
    for role, name in leading.values_list("group__unit_role__role", "user__name"):
        names[role].append(name)
    merged: dict[Hashable, list[Todo]] = defaultdict(list)
    for todo in open_todos([case.number]).get(case.number, []):
        merged[todo.kind, todo.subject, todo.part].append(todo)
    return [
        {
            "what": str(same[0].label),
            "who": " · ".join(dict.fromkeys(_who(todo, names) for todo in same)),
            "since": same[0].created_at,
            "due_on": same[0].due_on,
            "mine": any(todo.pk in mine for todo in same),
            "url": same[0].url,
        }
        for same in merged.values()
    ]


def _who(todo: Todo, names: dict[str, list[str]]) -> str:
    if todo.user is not None:
        return str(todo.user)
    role = str(todo.get_role_display())
    if todo.unit is not None:
        return f"{role}, {todo.unit}"
    return f"{role} {', '.join(names.get(todo.role, []))}".strip()


def timeline_of(case: Case, user: User) -> QuerySet[TimelineEntry]:
    """Return what has happened around the child or the class, as far as the person may read it."""
    of_target = about(case) if case.pupil_id else about(case) & Q(pupil=None)
    return TimelineEntry.objects.filter(
        Q(case_number=case.number) | of_target, needed_permission__in=held_on(user, case)
    )


def documents_of(case: Case, user: User) -> QuerySet[Document]:
    """Return the case's documents whose own permission the person holds on it."""
    return case.documents.filter(needs__in=held_on(user, case)).select_related("delivery")


def plans_of(case: Case, user: User) -> QuerySet[Plan]:
    """Return the plans of the child or the class, for those who may read them."""
    read = {"view_community_plan", "view_plan"} if case.community_id else {"view_plan"}
    if not read & held_on(user, case):
        return Plan.objects.none()
    return Plan.objects.standing().filter(about(case))


def meetings_of(case: Case, user: User) -> QuerySet[Meeting]:
    """Return the meetings about the child or the class, for those who may read them."""
    if "view_meeting" not in held_on(user, case):
        return Meeting.objects.none()
    return Meeting.objects.standing().filter(about(case))


def standing_access(case: Case) -> list[Line]:
    """Return those who have access by their work with the child or the class. One query more."""
    rows = Membership.objects.active().filter(
        Q(group__unit_role__unit__in=team_ids(case), group__unit_role__role=Role.TEACHER)
        | Q(group__unit_role__unit=school_of(case), group__unit_role__role__in=LEADERS)
    )
    rows = rows.select_related("user", "group__unit_role__unit").order_by("user__name_key")
    return [
        {
            "who": str(row.user),
            "why": f"{row.group.unit_role.get_role_display()} · {row.group.unit_role.unit}",
        }
        for row in rows
    ]


def opened_access(case: Case) -> list[Line]:
    """Return those to whom the case, the child or the class is open now, and why. Two queries."""
    related = ("user", "group__unit_role__unit")
    rows: list[Opening | CaseOpening] = [
        *Opening.objects.filter(about(case), closed_at=None).select_related(*related),
        *CaseOpening.objects.filter(case=case, closed_at=None).select_related(*related),
    ]
    return [
        {
            "who": _holder(row),
            "why": row.cause_in_words,
            "basis": row.basis,
            "since": row.opened_at,
            "until": row.closes_on,
            "invitation": row if isinstance(row, Opening) and row.cause == INVITED.code else None,
        }
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


def council_meetings(user: User) -> dict[str, list[CouncilMeeting]]:
    """Return coming and past meetings with the number of cases. Two queries."""
    rows = CouncilMeeting.objects.visible_to(user).select_related("district")
    rows = rows.annotate(cases=Count("items", filter=~Q(items__state="withdrawn")))
    today = clock.today()
    return {
        "coming": list(rows.filter(held_on__gte=today).order_by("held_on")),
        "past": list(rows.filter(held_on__lt=today).order_by("-held_on")[:MOST_PAST]),
    }


def council_items(meeting: CouncilMeeting, user: User) -> list[CouncilItem]:
    """Return the sheets of a meeting that are open to the person. One query."""
    rows = CouncilItem.objects.permitted(user, "view_council_sheet").filter(meeting=meeting)
    rows = rows.exclude(state=CouncilItem.State.WITHDRAWN)
    return list(rows.select_related("case__pupil", "case__community"))


def running_plans(case: Case) -> QuerySet[Plan]:
    """Return the running plans of the case's pupil and of the pupil's class, or of the class."""
    community = community_of(case)
    about = Q(community=community) if community else Q(pk__in=[])
    if case.pupil_id:
        about |= Q(pupil=case.pupil_id)
    return Plan.objects.filter(about, ended_on=None)


def acts_of(case: Case, user: User) -> list[ActLink]:
    """Return what the team and the leader may do with a case now; see ``cases.links``."""
    if not case.is_open:
        return []
    rights = held_on(user, case)
    found = _level(case, rights)
    if "open_case" in rights and not_informed(case).exists():
        found.append(ActLink(_("Tell a parent"), page_url("cases:inform_parent", case)))
    acts: list[tuple[str, Words, PageName, Referable]] = [
        ("ask_guidance", _("Ask for guidance"), plan_features.NEW_GUIDANCE, case.target),
        ("hold_meeting", _("Record a meeting"), plan_features.NEW_MEETING, case.target),
        ("make_dossier", _("Add a paper"), "cases:record", case),
        ("close_case", _("Close the case"), "cases:close", case),
    ]
    found += [
        ActLink(label, page_url(page, row)) for perm, label, page, row in acts if perm in rights
    ]
    if case.pupil_id and "hold_hearing" in rights:
        hearing = case.hearings.filter(state__in=Hearing.OPEN).first()
        if hearing is not None:
            found.append(ActLink(_("Follow up on the hearing"), url_of(hearing), primary=True))
        else:
            found.append(ActLink(_("Hear the parties"), page_url("cases:new_hearing", case)))
    if case.pupil_id and "decide_support" in rights:
        found.append(ActLink(_("Make the decision"), page_url("cases:new_decision", case)))
    if "put_on_council" in rights:
        item = CouncilItem.objects.filter(case=case, state=CouncilItem.State.ON_AGENDA).first()
        if item is not None:
            found.append(ActLink(_("See the sheet for the district council"), url_of(item)))
        else:
            url = page_url("cases:put_on_council", case)
            found.append(ActLink(_("Ask the district council"), url))
    return found


def _level(case: Case, rights: frozenset[str]) -> list[ActLink]:
    proposal = Proposal.objects.filter(case=case, state__in=Proposal.WAITING).first()
    if proposal is not None:
        url = url_of(proposal)
        if proposal.state == Proposal.State.PROPOSED and "decide_level" in rights:
            return [ActLink(_("Read the proposal and answer"), url, primary=True)]
        if proposal.state == Proposal.State.SENT_BACK and "propose_level" in rights:
            return [ActLink(_("Answer the school leader's question"), url, primary=True)]
        return [ActLink(_("Read the proposal"), url)]
    url = page_url("cases:next_level", case)
    if "propose_level" in rights and case.level == Case.Level.PREVENTIVE:
        return [ActLink(_("Propose the next level"), url, primary=True)]
    if "propose_level" in rights and case.level == Case.Level.ANTICIPATORY:
        return [ActLink(_("Propose the way back to level 1"), url)]
    return []
