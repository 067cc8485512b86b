"""Links from the pages of a case and of a child to PPV, referral and special offer."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from cases.links import ActLink
from cases.models import Case, SupportDecision
from districts.models import Pupil
from districts.sections import MOST, Link, Row, Section
from haderslev.accounts.models import User
from haderslev.core.dates import short_date
from haderslev.core.policy import held_on
from haderslev.core.references import page_url, url_of
from pku.models import PkuDecision, Placement, PPVRequest, Referral
from pku.models.ppv import OPEN_STATES
from pku.models.referrals import ENDED
from pku.selectors.ppv import is_author

_State = PPVRequest.State
_COLOURS = {
    _State.PARENT_REQUEST: "warn",
    _State.REQUESTED: "info",
    _State.RECEIVED: "info",
    _State.REPORTED: "ok",
    _State.REFUSED: "warn",
}


def ppv_acts(case: Case, user: User) -> list[ActLink]:
    """Return the acts on the PPV of a case that are open to this person now."""
    if case.pupil_id is None or not case.is_open:
        return []
    held = held_on(user, case)
    if not held & {"write_ppv_request", "request_ppv", "answer_ppv"}:
        return []
    requests = list(PPVRequest.objects.filter(case=case))
    row = next((each for each in requests if each.state in OPEN_STATES), None)
    found = []
    if row is None:
        # A case with a PPV goes on to the hearing; a new one can still be asked for.
        reported = any(each.state == _State.REPORTED for each in requests)
        first = case.level == Case.Level.ANTICIPATORY and not reported
        if "write_ppv_request" in held:
            found.append(ActLink(_("Ask for a PPV"), page_url("pku:new_ppv", case), primary=first))
    elif row.state in {_State.DRAFT, _State.PARENT_REQUEST}:
        if "request_ppv" in held:
            forwards = row.state == _State.PARENT_REQUEST
            sign = _("Sign the PPV request")
            label = _("Forward the parent's request for PPV") if forwards else sign
            found.append(ActLink(label, page_url("pku:sign_ppv", row), primary=True))
        if "write_ppv_request" in held:
            label = _("Write the request for PPV")
            found.append(ActLink(label, page_url("pku:edit_ppv", row)))
    elif row.state == _State.RECEIVED and is_author(row, user):
        found.append(ActLink(_("Write the PPV"), page_url("pku:ppv_report", row), primary=True))
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
    url = page_url("pku:parent_request", pupil)
    return Section(
        code="ppv",
        title=_("PPV"),
        rows=[
            Row(
                title=_("Request for PPV"),
                url=url_of(row),
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
        label = _("See the referral to PKU")
        found.append(ActLink(label, url_of(newest), primary=newest.may_be_edited))
    if not running and "write_referral" in held and _is_referred(case):
        url = page_url("pku:new_referral", case)
        found.append(ActLink(_("Write the referral to PKU"), url, primary=True))
    placement = Placement.objects.running().filter(case=case).first()
    if placement is not None and "view_offer" in held:
        found.append(ActLink(_("See the special offer"), url_of(placement)))
    return found


def _is_referred(case: Case) -> bool:
    """Tell whether the leader's newest decision refers the pupil and no referral follows yet."""
    decisions = SupportDecision.objects.filter(case=case).select_related("outcome")
    decision = decisions.order_by("-signed_at").first()
    if decision is None or decision.outcome.code != "refer_to_pku" or not case.is_open:
        return False
    return not PkuDecision.objects.filter(case=case, prepared_at__gt=decision.signed_at).exists()
