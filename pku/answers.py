"""The implementation of cases.ports.PkuAnswers."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from districts.permissions import Role
from districts.services import todos
from haderslev.core.errors import Words
from pku import features
from pku.models import PkuDecision, Referral
from pku.models.ppv import UNDER_WAY
from pku.selectors.facts import IN_PKU, pku_facts
from pku.services import decisions

# A referral that holds the case open, also while the school mends it.
WITH_PKU = IN_PKU | {Referral.State.RETURNED}


class Answers:
    """Facts of the last stage, and the effects of a delivery."""

    facts_for = staticmethod(pku_facts)
    decision_delivered = staticmethod(decisions.decision_delivered)
    decision_redated = staticmethod(decisions.decision_redated)

    def why_not_closed(self, case: Case) -> Words:
        """Return why a case can not be closed yet, empty if nothing is under way.

        A parent's request must be answered, and a child in an offer gets its revisitation.
        """
        if case.referrals.filter(state__in=WITH_PKU).exists():
            return _("A referral lies with PKU. Withdraw it first.")
        if case.ppv_requests.filter(state__in=UNDER_WAY).exists():
            return _("A PPV is asked for. The case can be closed when it is sent or withdrawn.")
        if case.placements.running().exists():
            return _("The child is in a special offer. A new decision ends it first.")
        # A decision prepared on a referral that was withdrawn is never signed.
        withdrawn = Q(state=PkuDecision.State.PREPARED, referral__state=Referral.State.WITHDRAWN)
        standing = case.pku_decisions.exclude(state=PkuDecision.State.DELIVERED)
        if standing.exclude(withdrawn).exists():
            return _("A decision of PKU is not delivered yet.")
        return ""

    def wait_for_referral(self, case_id: int) -> None:
        """Give the team the to-do of writing the referral."""
        todos.give(features.WRITE_REFERRAL, Case.objects.get(pk=case_id), Role.TEACHER)
