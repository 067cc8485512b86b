"""Why a case can not be closed yet: a PPV or a procedure at PKU is under way."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from haderslev.core.errors import Words
from pku.models import PkuDecision, Referral
from pku.models.ppv import UNDER_WAY


def under_way(case: Case) -> Words:
    """Return the sentence, empty if nothing is under way.

    A parent's request must be answered, and a child in an offer gets its revisitation.
    """
    if case.ppv_requests.filter(state__in=UNDER_WAY).exists():
        return _("A PPV is asked for. The case can be closed when it is sent or withdrawn.")
    if case.placements.running().exists():
        return _("The child is in a special offer. A new decision ends it first.")
    # A decision prepared on a referral that was withdrawn is never signed.
    withdrawn = Q(state=PkuDecision.State.PREPARED, referral__state=Referral.State.WITHDRAWN)
    decisions = case.pku_decisions.exclude(state=PkuDecision.State.DELIVERED)
    if decisions.exclude(withdrawn).exists():
        return _("A decision of PKU is not delivered yet.")
    return ""
