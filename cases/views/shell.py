"""What the pages of a case share: what is gathered, and who may decide."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.links import links_for
from cases.models import Case
from cases.selectors import case_facts, next_gate, pages
from cases.selectors.entry import began_higher
from cases.selectors.people import decides_instead
from cases.selectors.requirements import GATE_WORDS, missing
from cases.services.gatekeeping import require_decider
from haderslev.accounts.models import User
from haderslev.core.access import AccessRequest
from haderslev.core.errors import NotAllowedError, Words
from haderslev.core.pages import require
from haderslev.core.policy import held_on, may_see
from plans.selectors import some_kept_from_parents


def case_page(request: AccessRequest, case: Case) -> dict[str, object]:
    """Return everything the case page shows, as far as the person may see it."""
    user = request.user
    note_stand_in(request, case)
    facts = case_facts(case)
    gate = next_gate(case, facts)
    turns = pages.turns_of(case, user)
    return {
        "case": case,
        "sees_access": "view_access" in held_on(user, case),
        "sentence": pages.LEVEL_SENTENCES[case.level],
        "level": pages.LEVEL_CODES.get(case.level),
        "began_higher": began_higher(case),
        "state": pages.state_words(case, facts.pku)[1:],
        "turns": turns,
        "my_turn": any(turn.mine for turn in turns),
        "gate": gate,
        "gate_words": GATE_WORDS.get(gate, ""),
        "missing": missing(case, facts, gate, user=user) if gate else [],
        "links": links_for(case, user),
        "entries": pages.timeline_of(case, user)[: pages.EXTRACT],
        "plans": pages.plans_of(case, user)[: pages.MOST],
        "meetings": pages.meetings_of(case, user)[: pages.MOST],
        "documents": pages.documents_of(case, user)[: pages.MOST],
        "opened": pages.opened_access(case),
    }


def only_deciders(
    request: AccessRequest,
    case: Case,
    perm: str,
    authors: tuple[int | None, ...],
    *,
    code: str = "",
) -> None:
    """Refuse a page, with the sentence that says who can, to who may not decide.

    Raises:
        PermissionDenied: The person lacks the right or is close to the case.
    """
    note_stand_in(request, case)
    try:
        require_decider(case, perm, by=request.user, authors=authors, code=code)
    except NotAllowedError as error:
        require(allowed=False, message=error.message)


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


def note_stand_in(request: AccessRequest, case: Case) -> None:
    """Journal the look-up as leadership when the chief decides in place of the leaders."""
    if decides_instead(request.user, case):
        request.reads.purpose = "leadership"


def after_deciding(request: AccessRequest, case: Case, url: str = "") -> str:
    """Return ``url`` or the case's page; home where the case was open for the act only."""
    if may_see(request.user, case):
        return url or reverse("cases:case", args=[case.public_id])
    return reverse("home")
