"""The implementation of cases.ports.PkuAnswers. A constant number of queries."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from cases.facts import PkuFacts, PpvFacts, ReferralFacts
from cases.models import Case
from districts.permissions import Role
from districts.services import todos
from haderslev.core.identity import Reference
from pku import features
from pku.models import PPVReport, PPVRequest
from pku.models.ppv import OPEN_STATES
from pku.selectors.decision_facts import last_facts
from pku.selectors.referral_facts import newest_referrals, referral_facts
from pku.services import closing, delivery
from plans.facts import Evidence

_WITHOUT_PPV = (
    PPVRequest.State.WITHDRAWN,
    PPVRequest.State.WITHDRAWN_BY_PARENT,
    PPVRequest.State.REFUSED,
)


class Answers:
    """Facts of PPV, referral, PKU's decision and special offer, and the effects of a delivery."""

    why_not_closed = staticmethod(closing.under_way)
    decision_delivered = staticmethod(delivery.decision_delivered)
    decision_redated = staticmethod(delivery.decision_redated)

    def facts_for(self, case_ids: Collection[int]) -> dict[int, PkuFacts]:
        """Return the facts of each case."""
        newest = newest_referrals(case_ids)
        ppv, referrals = ppv_facts(case_ids), referral_facts(newest)
        last = last_facts(case_ids, newest)
        return {
            pk: PkuFacts(
                ppv=ppv.get(pk, PpvFacts()),
                referral=referrals.get(pk, ReferralFacts()),
                **(vars(last[pk]) if pk in last else {}),
            )
            for pk in case_ids
        }

    def wait_for_referral(self, case_id: int) -> None:
        """Give the team the to-do of writing the referral."""
        todos.give(features.WRITE_REFERRAL, Case.objects.get(pk=case_id), Role.TEACHER)


def ppv_facts(case_ids: Collection[int]) -> dict[int, PpvFacts]:
    """Return the facts of the newest request of each case and of the newest PPV sent."""
    requests = PPVRequest.objects.filter(case__in=case_ids).exclude(state__in=_WITHOUT_PPV)
    newest: dict[int, PPVRequest] = {}
    for row in requests.order_by("recorded_at", "pk"):
        known = newest.get(row.case_id)
        # An open request takes precedence over one that is reported.
        if known is None or row.state in OPEN_STATES or known.state not in OPEN_STATES:
            newest[row.case_id] = row
    reports = PPVReport.objects.filter(request__case__in=case_ids, sent_on__isnull=False)
    reports = reports.select_related("request").order_by("sent_on", "pk")
    sent = {report.request.case_id: report for report in reports}
    return {pk: _ppv(row, sent.get(pk)) for pk, row in newest.items()}


def _ppv(row: PPVRequest, report: PPVReport | None) -> PpvFacts:
    return PpvFacts(
        state=row.state,
        requester=row.requester,
        consulted=_consulted(row),
        pupil_view=bool(row.pupil_view),
        done_so_far=bool(row.done_so_far),
        against_reason=bool(row.against_parents_reason),
        sent=_sent(report) if report else None,
    )


def _consulted(row: PPVRequest) -> Evidence | None:
    if row.consulted_on is None or not row.consulted_how:
        return None
    return Evidence(row.consulted_how, row.consulted_on, Reference.to(row))


def _sent(report: PPVReport) -> Evidence:
    return Evidence(_("PPV sent"), report.sent_on, Reference.to(report.request))
