"""Checking the requirements of a step, and setting own ones aside with a reason."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.facts import CaseFacts
from cases.gates import GATES, STEP_OF, Kind, Requirement, unmet
from cases.models import Case, Proposal, RequirementException
from cases.selectors import case_facts, close_reason, leaders_who_may
from cases.selectors.people import chief_unit, decides_instead
from cases.selectors.requirements import in_words
from cases.services import standing_in
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.calendar import school_day_after
from haderslev.core.errors import DomainError, GateError, NotAllowedError
from haderslev.core.policy import held_on, require

ALL_LEADERS_CLOSE = _(
    "All leaders of the school are close to this case, so the head of children and youth decides."
)
ASK_THE_CHIEF = _(
    "All leaders of the school are close to this case. "
    "Ask the head of children and youth on the page of the requirements."
)
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


def require_decider(
    case: Case, perm: str, *, by: User, authors: tuple[int | None, ...] = (), code: str = ""
) -> None:
    """Refuse whoever does not decide the step, or is too close to the case.

    ``code`` is the requirement that is decided on: who signs PKU's decision sets PKU's aside, the
    school's leaders every other, and the chief while no leader may.

    Raises:
        NotAllowedError: ``by`` lacks the right or is close; the sentence says who can decide.
    """
    signing = DECIDED_WITH.get(STEP_OF.get(code, ""))
    if signing is not None:
        _require_signer(case, by, signing)
        return
    require(by, perm, case, _("The school leader decides this."))
    reason = close_reason(by, case, authors=authors)
    instead = bool(code) and decides_instead(by, case)
    if not reason and not instead:
        return
    others = leaders_who_may(case, authors=authors)
    if not reason and not others:
        return
    if others:
        names = ", ".join(str(user) for user in others)
        sentence = str(_("Another must decide: %(names)s can.") % {"names": names})
    else:
        asked = not code or standing_in.is_asked(case)
        sentence = str(ALL_LEADERS_CLOSE if asked else ASK_THE_CHIEF)
    words = f"{reason} {sentence}".strip()
    raise NotAllowedError(words)


def _require_signer(case: Case, by: User, perms: frozenset[str]) -> None:
    if not perms & held_on(by, case):
        raise NotAllowedError(PKU_SIGNS)
    reason = close_reason(by, case, authors=case_facts(case).pku.decision.authors)
    if reason:
        words = f"{reason} {PKU_SIGNS}"
        raise NotAllowedError(words)


def may_set_aside(case: Case, facts: CaseFacts, step: str, *, user: User) -> bool:
    """Tell whether the person may set own requirements of a step aside."""
    rights, signing = held_on(user, case), DECIDED_WITH.get(step)
    if not case.is_open:
        return False
    if signing is not None:
        wrote = facts.pku.decision.authors
        return bool(signing & rights) and not close_reason(user, case, authors=wrote)
    authors = proposers(case)
    if "except_requirement" not in rights or close_reason(user, case, authors=authors):
        return False
    # The chief decides only while no leader may.
    return not decides_instead(user, case) or not leaders_who_may(case, authors=authors)


def ask_chief(case: Case, step: str, *, by: User) -> None:
    """Ask the head of children and youth to set requirements aside, where no leader may.

    Raises:
        NotAllowedError: ``by`` is neither of the team nor its leader.
        DomainError: The case is closed, nothing can be set aside, or a leader can do it.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        _check_asker(case, by, "open_case")
        if not case.is_open:
            raise DomainError(_("This case is closed."), code="closed")
        schools = step in GATES and step not in DECIDED_WITH
        lacking = GATES[step](case_facts(case)) if schools else ()
        if not any(item.may_be_excepted for item in lacking):
            raise DomainError(_("This requirement is not lacking now."), code="not-lacking")
        authors = proposers(case)
        if leaders_who_may(case, authors=authors) or chief_unit(case) is None:
            raise DomainError(_("A leader of the school can decide this."))
        standing_in.ask(case, step, authors=authors, by=by)
        journalling.act("cases.case.chief_asked", case, by=by, data={"step": step})


def end_asking(case: Case, step: str, *, by: User) -> None:
    """Take back what the chief was asked; the chief says no by the same act.

    Raises:
        NotAllowedError: ``by`` is neither of the team, its leader nor the one who was asked.
        DomainError: The chief is not asked.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        _check_asker(case, by, "open_case", "except_requirement")
        if not standing_in.answered(case, step, by=by):
            raise DomainError(_("The head of children and youth is not asked."))
        standing_in.end(case, by=by)
        journalling.act("cases.case.chief_asking_ended", case, by=by, data={"step": step})


def _check_asker(case: Case, by: User, *perms: str) -> None:
    if not held_on(by, case) & set(perms):
        raise NotAllowedError(_("The child's team and its leader do this."))


def except_requirement(
    case: Case, code: str, *, reason: str = "", urgent: bool = False, sentence: str = "", by: User
) -> RequirementException:
    """Set an own requirement aside with a written reason.

    "Urgent" takes one sentence now and the reason within three school days.

    Raises:
        NotAllowedError: ``by`` does not decide the step, or is close to the case.
        DomainError: It is required by law, is not lacking, or the reason is not given.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        require_decider(case, "except_requirement", by=by, authors=proposers(case), code=code)
        _check_may_be_excepted(case, code)
        if urgent and not may_be_urgent(code):
            raise DomainError(_("What PKU signs waits for the reason: write it."), field="reason")
        _check_reason(reason, urgent, sentence)
        complete_by = None
        if urgent and not reason:
            days = legal.days("exception_complete_school_days")
            complete_by = school_day_after(clock.today(), days)
        _end_earlier(case, code, by)
        row = RequirementException.objects.create(
            case=case,
            code=code,
            urgent=urgent,
            sentence=sentence if urgent else "",
            reason=reason,
            complete_by=complete_by,
            made_by=by,
        )
        data = {"code": row.code, "urgent": row.urgent}
        journalling.act("cases.requirementexception.made", row, by=by, data=data)
        timeline.note(features.REQUIREMENT_EXCEPTED, case, by=by)
        if complete_by is not None:
            standing_in.give_to_deciders(
                features.COMPLETE_EXCEPTION,
                row,
                case=case,
                authors=proposers(case),
                due_on=complete_by,
                by=by,
            )
        standing_in.answered(case, STEP_OF[code], by=by)
        # It may have taken the place of the one whose reason the chief still owed.
        standing_in.end(case, by=by)
    return row


def complete_exception(
    exception: RequirementException, *, reason: str, by: User
) -> RequirementException:
    """Write the reason of an urgent exception.

    Raises:
        NotAllowedError: ``by`` does not decide the step, or is close to the case.
        DomainError: It has its reason already, is withdrawn, or another was made in its place.
    """
    with transaction.atomic():
        row = _locked(exception)
        _require_decider_of(row, by)
        if row.withdrawn_at is not None or row.reason:
            raise DomainError(_("This has its reason already, or is withdrawn."))
        if row.ended_at is not None:
            raise DomainError(_("Another exception was made in its place, so it needs no reason."))
        row.reason = reason
        row.save(update_fields=["reason"])
        todos.done(features.COMPLETE_EXCEPTION, about=row, by=by)
        journalling.act("cases.requirementexception.completed", row, by=by, data={"code": row.code})
        standing_in.end(row.case, by=by)
    return row


def withdraw_exception(exception: RequirementException, *, by: User) -> RequirementException:
    """Take an exception back: the requirement counts again.

    Raises:
        NotAllowedError: ``by`` does not decide the step, or is close to the case.
        DomainError: It is withdrawn already.
    """
    with transaction.atomic():
        row = _locked(exception)
        _require_decider_of(row, by)
        if row.withdrawn_at is not None or row.ended_at is not None:
            raise DomainError(_("This exception counts no more."))
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
        todos.done(features.COMPLETE_EXCEPTION, about=row, by=by)
        journalling.act("cases.requirementexception.withdrawn", row, by=by, data={"code": row.code})
        standing_in.end(row.case, by=by)
    return row


def _require_decider_of(row: RequirementException, by: User) -> None:
    authors = proposers(row.case)
    require_decider(row.case, "except_requirement", by=by, authors=authors, code=row.code)


def may_be_urgent(code: str) -> bool:
    """Tell whether the reason may follow later: not where a signed decision rests on it."""
    return STEP_OF.get(code) not in DECIDED_WITH


def _end_earlier(case: Case, code: str, by: User) -> None:
    """End the exception that a new one replaces, and the to-do of writing its reason."""
    rows = RequirementException.objects.filter(case=case, code=code)
    for row in rows.filter(withdrawn_at=None, ended_at=None):
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        todos.done(features.COMPLETE_EXCEPTION, about=row, by=by)


def _locked(exception: RequirementException) -> RequirementException:
    row: RequirementException = RequirementException.objects.select_for_update().get(
        pk=exception.pk
    )
    return row


def proposers(case: Case) -> tuple[int | None, ...]:
    """Return who proposed what waits for a decision now."""
    waiting = [Proposal.State.PROPOSED, Proposal.State.SENT_BACK]
    rows = Proposal.objects.filter(case=case, state__in=waiting)
    return tuple(rows.values_list("proposed_by", flat=True))


def requirement_of(case: Case, code: str) -> Requirement | None:
    """Return how a requirement stands, in whichever step it belongs to."""
    facts = case_facts(case)
    for gate in GATES.values():
        for item in gate(facts):
            if item.code == code and (item.blocks or item.kind is Kind.LEGAL):
                return item
    return None


def _check_may_be_excepted(case: Case, code: str) -> None:
    item = requirement_of(case, code)
    if item is not None and item.kind is Kind.LEGAL:
        raise DomainError(
            _("This is required by law and can not be set aside."), code="legal-requirement"
        )
    if item is None or not item.may_be_excepted:
        raise DomainError(_("This requirement is not lacking now."), code="not-lacking")


def _check_reason(reason: str, urgent: bool, sentence: str) -> None:  # noqa: FBT001 - as given
    if urgent and not sentence.strip():
        raise DomainError(_("Say in one sentence why it is urgent."), field="sentence")
    if not urgent and not reason.strip():
        raise DomainError(_("Write the reason."), field="reason")
