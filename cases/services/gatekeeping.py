"""Checking the requirements of a step, and setting own ones aside."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.facts import CaseFacts
from cases.gates import GATES, STEP_OF, Kind, unmet
from cases.models import Case, RequirementException
from cases.selectors.facts import case_facts
from cases.selectors.requirements import in_words
from cases.services import deciders
from districts.acts import act
from districts.models import Todo
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.calendar import school_day_after
from haderslev.core.errors import DomainError, GateError, NotAllowedError
from haderslev.core.policy import held_on, may, require
from haderslev.core.rows import change, lock

TEAM_ASKS = _("The child's team and its leader do this.")
PKU_SIGNS = _("Whoever signs the decision of PKU decides this.")
# Step → who decides it holds one of these on the case. The school's leaders decide the others.
DECIDED_WITH: Mapping[str, frozenset[str]] = {
    "G6": frozenset({"sign_decision", "stand_in_decision"})
}


def check(case: Case, gate: str) -> None:
    """Refuse the step while its requirements are not met.

    Raises:
        GateError: Requirements of the step are not met; ``unmet`` are the results.
    """
    facts = case_facts(case)
    found = unmet(GATES[gate](facts))
    if found:
        words = ". ".join(row.text for row in in_words(case, facts, found))
        raise GateError(_("This is still missing: %(list)s.") % {"list": words}, unmet=found)


def require_open(case: Case) -> None:
    """Refuse what is not done in a closed case.

    Raises:
        DomainError: The case is closed.
    """
    if not case.is_open:
        raise DomainError(_("This case is closed."), code="closed")


def may_set_aside(case: Case, facts: CaseFacts, step: str, *, user: User) -> bool:
    """Tell whether the person may set own requirements of a step aside."""
    rights, signing = held_on(user, case), DECIDED_WITH.get(step)
    if not case.is_open:
        return False
    if signing is not None:
        wrote = facts.pku.decision.authors
        return bool(signing & rights) and not deciders.too_close(user, case, authors=wrote)
    authors = deciders.proposers(case)
    another = deciders.why_another(user, case, authors=authors, asked=False)
    return "except_requirement" in rights and not another


@transaction.atomic
def ask_chief(case: Case, step: str, *, by: User) -> None:
    """Ask the head of children and youth to set requirements aside, where no leader may.

    Raises:
        NotAllowedError: ``by`` is neither of the team nor its leader.
        DomainError: The case is closed, nothing can be set aside, or a leader can do it.
    """
    case = lock(case)
    require(by, "open_case", case, TEAM_ASKS)
    require_open(case)
    schools = step in GATES and step not in DECIDED_WITH
    lacking = GATES[step](case_facts(case)) if schools else ()
    if not any(item.may_be_excepted for item in lacking):
        raise DomainError(_("This requirement is not lacking now."), code="not-lacking")
    authors = deciders.proposers(case)
    if deciders.leaders_who_may(case, authors=authors) or deciders.chief_unit(case) is None:
        raise DomainError(_("A leader of the school can decide this."))
    kind = features.SET_ASIDE
    deciders.give_to_deciders(kind, case, case=case, part=step, authors=authors, by=by)
    journalling.act("cases.case.chief_asked", case, by=by, data={"step": step})


@transaction.atomic
def end_asking(case: Case, step: str, *, by: User) -> None:
    """Take back what the chief was asked; the chief says no by the same act.

    Raises:
        NotAllowedError: ``by`` is neither of the team, its leader nor the one who was asked.
        DomainError: The chief is not asked.
    """
    case = lock(case)
    if not (may(by, "open_case", case) or may(by, "except_requirement", case)):
        raise NotAllowedError(TEAM_ASKS)
    if not todos.done(features.SET_ASIDE, about=case, part=step, by=by):
        raise DomainError(_("The head of children and youth is not asked."))
    deciders.end_stand_in(case, by=by)
    journalling.act("cases.case.chief_asking_ended", case, by=by, data={"step": step})


def _decider(case: Case, code: str, *, by: User) -> None:
    """Refuse whoever does not decide the step of a requirement, or is too close to the case.

    Who signs PKU's decision sets PKU's aside, the school's leaders every other.
    """
    signing = DECIDED_WITH.get(STEP_OF.get(code, ""))
    if signing is None:
        perm, authors = "except_requirement", deciders.proposers(case)
        deciders.require_decider(case, perm, by=by, authors=authors, asked=False)
    elif not any(may(by, each, case) for each in signing):
        raise NotAllowedError(PKU_SIGNS)
    elif reason := deciders.too_close(by, case, authors=case_facts(case).pku.decision.authors):
        words = f"{reason} {PKU_SIGNS}"
        raise NotAllowedError(words)


def _decider_of(row: RequirementException, *, by: User) -> None:
    _decider(row.case, row.code, by=by)


@act("cases.requirementexception.made", right=_decider, data=("code", "urgent"))
def except_requirement(
    case: Case, code: str, *, reason: str = "", urgent: bool = False, sentence: str = "", by: User
) -> RequirementException:
    """Set an own requirement aside with a written reason.

    "Urgent" takes one sentence now and the reason within three school days.

    Raises:
        DomainError: It is required by law, is not lacking, or the reason is not given.
    """
    _check_may_be_excepted(case, code)
    if urgent and not may_be_urgent(code):
        raise DomainError(_("What PKU signs waits for the reason: write it."), field="reason")
    if urgent and not sentence.strip():
        raise DomainError(_("Say in one sentence why it is urgent."), field="sentence")
    if not urgent and not reason.strip():
        raise DomainError(_("Write the reason."), field="reason")
    complete_by = None
    if urgent and not reason:
        days = legal.days("exception_complete_school_days")
        complete_by = school_day_after(clock.today(), days)
    for earlier in case.exceptions.filter(code=code, withdrawn_at=None, ended_at=None):
        change(earlier, ended_at=clock.now())
        todos.done(features.COMPLETE_EXCEPTION, about=earlier, by=by)
    row = RequirementException.objects.create(
        case=case,
        code=code,
        urgent=urgent,
        sentence=sentence if urgent else "",
        reason=reason,
        complete_by=complete_by,
        made_by=by,
    )
    timeline.note(features.REQUIREMENT_EXCEPTED, case, by=by)
    if complete_by is not None:
        authors = deciders.proposers(case)
        deciders.give_to_deciders(
            features.COMPLETE_EXCEPTION, row, case=case, authors=authors, due_on=complete_by, by=by
        )
    todos.done(features.SET_ASIDE, about=case, part=STEP_OF[code], by=by)
    # It may have taken the place of the one whose reason the chief still owed.
    deciders.end_stand_in(case, by=by)
    return row


def _check_may_be_excepted(case: Case, code: str) -> None:
    facts = case_facts(case)
    found = (item for gate in GATES.values() for item in gate(facts) if item.code == code)
    item = next((item for item in found if item.blocks or item.kind is Kind.LEGAL), None)
    if item is not None and item.kind is Kind.LEGAL:
        raise DomainError(
            _("This is required by law and can not be set aside."), code="legal-requirement"
        )
    if item is None or not item.may_be_excepted:
        raise DomainError(_("This requirement is not lacking now."), code="not-lacking")


@act(
    "cases.requirementexception.completed",
    right=_decider_of,
    ends=(features.COMPLETE_EXCEPTION,),
    data=("code",),
)
def complete_exception(row: RequirementException, *, reason: str, by: User) -> RequirementException:
    """Write the reason of an urgent exception.

    Raises:
        DomainError: It has its reason already, is withdrawn, or another was made in its place.
    """
    if row.withdrawn_at is not None or row.reason:
        raise DomainError(_("This has its reason already, or is withdrawn."))
    if row.ended_at is not None:
        raise DomainError(_("Another exception was made in its place, so it needs no reason."))
    change(row, reason=reason)
    deciders.end_stand_in(row.case, by=by)
    return row


@act(
    "cases.requirementexception.withdrawn",
    right=_decider_of,
    ends=(features.COMPLETE_EXCEPTION,),
    data=("code",),
)
def withdraw_exception(row: RequirementException, *, by: User) -> RequirementException:
    """Take an exception back: the requirement counts again.

    Raises:
        DomainError: It is withdrawn already.
    """
    if row.withdrawn_at is not None or row.ended_at is not None:
        raise DomainError(_("This exception counts no more."))
    change(row, withdrawn_at=clock.now())
    deciders.end_stand_in(row.case, by=by)
    return row


def may_be_urgent(code: str) -> bool:
    """Tell whether the reason may follow later: not where a signed decision rests on it."""
    return STEP_OF.get(code) not in DECIDED_WITH


def asked_steps(case: Case) -> list[str]:
    """Return the steps whose requirements the chief is asked to set aside."""
    rows = Todo.objects.open().of(features.SET_ASIDE).about(case)
    return list(rows.values_list("part", flat=True))
