"""What the case page offers of the last stage."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.links import ActLink
from cases.models import Case
from haderslev.core.policy import held_on
from pku.models import Referral
from pku.selectors.of_case import LastStage

ENDED = (Referral.State.DECIDED, Referral.State.WITHDRAWN)


def referral_links(case: Case, user: Any) -> Sequence[ActLink]:
    """Return the way to the referral, the decision and the offer, as far as they exist."""
    held = held_on(user, case)
    if not case.pupil_id or "view_referral" not in held:
        return []
    rows = LastStage.of(case)
    newest = next(iter(rows.referrals), None)
    found = []
    running = newest is not None and newest.state not in ENDED
    if newest is not None and newest.state != Referral.State.WITHDRAWN:
        url = reverse("pku:referral", args=[newest.public_id])
        found.append(ActLink(_("See the referral to PKU"), url, primary=newest.may_be_edited))
    if not running and "write_referral" in held and _is_referred(case, rows):
        url = reverse("pku:new_referral", args=[case.public_id])
        found.append(ActLink(_("Write the referral to PKU"), url, primary=True))
    placement = next(iter(rows.placements), None)
    if placement is not None and "view_offer" in held:
        url = reverse("pku:placement", args=[placement.public_id])
        found.append(ActLink(_("See the special offer"), url))
    return found


def _is_referred(case: Case, rows: LastStage) -> bool:
    """Tell whether the leader's newest decision refers the pupil, and nothing came of it yet."""
    decision = next(iter(rows.support_decisions), None)
    if decision is None or decision.outcome.code != "refer_to_pku" or not case.is_open:
        return False
    return all(row.prepared_at <= decision.signed_at for row in rows.pku_decisions)
