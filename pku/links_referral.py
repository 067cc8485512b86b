"""What the case page offers of the last stage."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.links import ActLink
from cases.models import Case, SupportDecision
from haderslev.accounts.models import User
from haderslev.core.policy import held_on
from pku.models import PkuDecision, Placement, Referral

ENDED = (Referral.State.DECIDED, Referral.State.WITHDRAWN)


def referral_links(case: Case, user: User) -> Sequence[ActLink]:
    """Return the way to the referral, the decision and the offer, as far as they exist."""
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
    """Tell whether the leader's newest decision refers the pupil, and nothing came of it yet."""
    decisions = SupportDecision.objects.filter(case=case).select_related("outcome")
    decision = decisions.order_by("-signed_at").first()
    if decision is None or decision.outcome.code != "refer_to_pku" or not case.is_open:
        return False
    return not PkuDecision.objects.filter(case=case, prepared_at__gt=decision.signed_at).exists()
