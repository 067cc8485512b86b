"""Acts of hearing, decision and council on the case page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.links import ActLink
from cases.models import Case, CouncilItem, Hearing
from haderslev.accounts.models import User
from haderslev.core.policy import held_on


def hearing_acts(case: Case, user: User) -> list[ActLink]:
    """Return what the leader may do now: hear, follow up, decide, ask the council."""
    if not case.is_open:
        return []
    held = held_on(user, case)
    links = _about_pupil(case, held) if case.pupil_id else []
    if "put_on_council" in held:
        links.append(_council(case))
    return links


def _about_pupil(case: Case, held: frozenset[str]) -> list[ActLink]:
    hearings = {row.state: row for row in Hearing.objects.filter(case=case)}
    links = []
    if "hold_hearing" in held:
        open_one = hearings.get(Hearing.State.SENT) or hearings.get(Hearing.State.DRAFT)
        if open_one is not None:
            url = reverse("cases:hearing", args=[open_one.public_id])
            links.append(ActLink(_("Follow up on the hearing"), url, primary=True))
        else:
            url = reverse("cases:new_hearing", args=[case.public_id])
            links.append(ActLink(_("Hear the parties"), url))
    if "decide_support" in held:
        url = reverse("cases:new_decision", args=[case.public_id])
        links.append(ActLink(_("Make the decision"), url))
    return links


def _council(case: Case) -> ActLink:
    item = CouncilItem.objects.filter(case=case, state=CouncilItem.State.ON_AGENDA).first()
    if item is not None:
        url = reverse("cases:council_item", args=[item.public_id])
        return ActLink(_("See the sheet for the district council"), url)
    url = reverse("cases:put_on_council", args=[case.public_id])
    return ActLink(_("Ask the district council"), url)
