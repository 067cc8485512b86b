"""What the gates may know of referrals. Constant number of queries."""

from collections.abc import Collection

from django.db.models import Count

from cases.facts import ReferralFacts
from districts.models import Institution
from haderslev.core import legal
from pku.models import ParentView, Referral, ReferralAnswer, ReferralQuestion


def referral_facts(case_ids: Collection[int]) -> dict[int, ReferralFacts]:
    """Return what the newest referral of each case says; a withdrawn one counts for nothing."""
    rows = Referral.objects.filter(case__in=case_ids).exclude(state=Referral.State.WITHDRAWN)
    newest = {row.case_id: row for row in rows.order_by("written_at", "pk")}
    ids = [row.pk for row in newest.values()]
    if not ids:
        return {}
    asked = legal.in_force(ReferralQuestion.objects.all())
    questions = asked.count()
    answers = ReferralAnswer.objects.filter(referral__in=ids, question__in=asked)
    answered = dict(answers.order_by().values_list("referral_id").annotate(count=Count("pk")))
    views: dict[int, set[int]] = {}
    for referral_id, holder_id in ParentView.objects.filter(referral__in=ids).values_list(
        "referral_id", "custody_holder_id"
    ):
        views.setdefault(referral_id, set()).add(holder_id)
    return {
        case_id: _facts(row, questions - answered.get(row.pk, 0), views.get(row.pk, set()))
        for case_id, row in newest.items()
    }


def _facts(row: Referral, missing: int, views: set[int]) -> ReferralFacts:
    return ReferralFacts(
        state=row.state,
        provisional=row.provisional,
        provisional_reason=bool(row.provisional_reason),
        private_provider=row.wished_provider == Institution.Provider.PRIVATE,
        private_consent=row.private_consent_on is not None,
        psychologist_recommendation=bool(row.psychologist_recommendation),
        pupil_view=bool(row.pupil_view),
        parent_views=frozenset(views),
        answers_missing=missing,
    )
