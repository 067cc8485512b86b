"""What pages share where somebody decides: who may, and where they go on."""

from django.urls import reverse

from cases.models import Case
from cases.selectors.people import decides_instead
from cases.services.gatekeeping import require_decider
from haderslev.core.access import AccessRequest
from haderslev.core.errors import NotAllowedError
from haderslev.core.pages import require
from haderslev.core.policy import may_see


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


def note_stand_in(request: AccessRequest, case: Case) -> None:
    """Journal the look-up as leadership when the chief decides in place of the leaders."""
    if decides_instead(request.user, case):
        request.reads.purpose = "leadership"


def after_deciding(request: AccessRequest, case: Case, url: str = "") -> str:
    """Return ``url`` or the case's page; home where the case was open for the act only."""
    if may_see(request.user, case):
        return url or reverse("cases:case", args=[case.public_id])
    return reverse("home")
