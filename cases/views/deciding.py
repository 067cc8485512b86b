"""What the pages of acts in a case share: their head, who decides, and where they go on."""

from typing import Any

from django.urls import reverse

from cases.models import Case
from cases.selectors.people import decides_instead
from haderslev.core.access import AccessRequest
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage
from haderslev.core.policy import may_see
from haderslev.core.references import url_of


def in_case(case: Case, back: str = "", back_label: Words = "", **said: Any) -> ActPage:
    """Return the page of an act in a case: it leads back to the case, if not to ``back``."""
    said = {"template": "cases/act.html", "context": {}, **said}
    said["context"] = {"case": case, **said["context"]}
    return ActPage(back=back or url_of(case), back_label=back_label or case.number, **said)


def note_stand_in(request: AccessRequest, case: Case) -> None:
    """Journal the look-up as leadership when the chief decides in place of the leaders."""
    if decides_instead(request.user, case):
        request.reads.purpose = "leadership"


def after_deciding(request: AccessRequest, case: Case, url: str = "") -> str:
    """Return ``url`` or the case's page; home where the case was open for the act only."""
    if may_see(request.user, case):
        return url or url_of(case)
    return reverse("home")
