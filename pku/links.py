"""Links from the pages of a case and of a child to PPV, referral and special offer."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.links import ActLink
from cases.models import Case, SupportDecision
from districts.models import Pupil
from districts.pupil_sections import Link, Row, Section
from districts.sections import MOST
from haderslev.accounts.models import User
from haderslev.core.dates import short_date
from haderslev.core.policy import held_on
from pku.models import PkuDecision, Placement, PPVRequest, Referral
from pku.models.ppv import OPEN_STATES
from pku.selectors.ppv import is_author

_State = PPVRequest.State
_COLOURS = {
    _State.PARENT_REQUEST: "warn",
    _State.REQUESTED: "info",
    _State.RECEIVED: "info",
    _State.REPORTED: "ok",
    _State.REFUSED: "warn",
}

ENDED = (Referral.State.DECIDED, Referral.State.WITHDRAWN)


def ppv_acts(case: Case, user: User) -> list[ActLink]:
    """Return the acts on the PPV of a case that are open to this person now."""
    if case.pupil_id is None or not case.is_open:
        return []
    held = held_on(user, case)
    if not held & {"write_ppv_request", "request_ppv", "answer_ppv"}:
        return []
    requests = list(PPVRequest.objects.filter(case=case))
    row = next((each for each in requests if each.state in OPEN_STATES), None)
    if row is None:
        reported = any(each.state == _State.REPORTED for each in requests)
        return [_begin(case, reported=reported)] if "write_ppv_request" in held else []
    if row.state in {_State.DRAFT, _State.PARENT_REQUEST}:
        return _before(row, held)
    if row.state == _State.RECEIVED and is_author(row, user):
        url = reverse("pku:ppv_report", args=[row.public_id])
        return [ActLink(_("Write the PPV"), url, primary=True)]
    return []


def _begin(case: Case, *, reported: bool) -> ActLink:
    # A case with a PPV goes on to the hearing; a new one can still be asked for.
    first = case.level == Case.Level.ANTICIPATORY and not reported
    url = reverse("pku:new_ppv", args=[case.public_id])
    return ActLink(_("Ask for a PPV"), url, primary=first)


def _before(row: PPVRequest, held: frozenset[str]) -> list[ActLink]:
    parents = row.state == _State.PARENT_REQUEST
    found = []
    if "request_ppv" in held:
        label = _("Forward the parent's request for PPV") if parents else _("Sign the PPV request")
        url = reverse("pku:sign_ppv", args=[row.public_id])
        found.append(ActLink(label, url, primary=True))
    if "write_ppv_request" in held:
        url = reverse("pku:edit_ppv", args=[row.public_id])
        found.append(ActLink(_("Write the request for PPV"), url))
    return found


def ppv_of_pupil(pupil: Pupil, user: User) -> Section | None:
    """Return links to the child's PPVs and to recording a parent's own request."""
    rows = list(
        PPVRequest.objects.permitted(user, "view_ppv_summary")
        .filter(case__pupil=pupil)
        .order_by("-recorded_at", "-pk")[:MOST]
    )
    may = "record_parent_request" in held_on(user, pupil)
    if not rows and not may:
        return None
    url = reverse("pku:parent_request", args=[pupil.public_id])
    return Section(
        code="ppv",
        title=_("PPV"),
        rows=[
            Row(
                title=_("Request for PPV"),
                url=reverse("pku:ppv", args=[row.public_id]),
                meta=short_date(row.recorded_at),
                tag=row.get_state_display(),
                kind=_COLOURS.get(_State(row.state), ""),
            )
            for row in rows
        ],
        empty=_("No PPV has been asked for that you may see. The team asks on the case."),
        links=[Link(_("Record a parent's request for PPV"), url)] if may else [],
    )


def referral_links(case: Case, user: User) -> Sequence[ActLink]:
    """Return links to the referral, the decision and the offer that exist."""
    held = held_on(user, case)
    if not case.pupil_id or "view_referral" not in held:
        return []
    newest = Referral.objects.filter(case=case).order_by("-written_at", "-pk").first()
    found = []
    running = newest is not None and newest.state not in ENDED
    if newest is not None and newest.state != Referral.State.WITHDRAWN:
        url = reverse("pku:referral", args=[newest.public_id])
        found.append(ActLink(_("See the referral to PKU"), url, primary=newest.may_be_edited))
    if not running and "write_referral" in held and _is_referred(case):
        url = reverse("pku:new_referral", args=[case.public_id])
        found.append(ActLink(_("Write the referral to PKU"), url, primary=True))
    placement = Placement.objects.running().filter(case=case).first()
    if placement is not None and "view_offer" in held:
        url = reverse("pku:placement", args=[placement.public_id])
        found.append(ActLink(_("See the special offer"), url))
    return found


def _is_referred(case: Case) -> bool:
    """Tell whether the leader's newest decision refers the pupil and no referral follows yet."""
    decisions = SupportDecision.objects.filter(case=case).select_related("outcome")
    decision = decisions.order_by("-signed_at").first()
    if decision is None or decision.outcome.code != "refer_to_pku" or not case.is_open:
        return False
    return not PkuDecision.objects.filter(case=case, prepared_at__gt=decision.signed_at).exists()
