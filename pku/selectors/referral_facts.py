"""Facts of referrals that the gates read."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from cases.facts import ReferralFacts
from districts.models import Institution
from haderslev.core import legal
from haderslev.core.identity import Reference
from pku.models import ParentView, Referral, ReferralAnswer, ReferralQuestion
from plans.facts import Evidence


def newest_referrals(case_ids: Collection[int]) -> dict[int, Referral]:
    """Return the newest referral of each case, leaving out withdrawn ones."""
    rows = Referral.objects.filter(case__in=case_ids).exclude(state=Referral.State.WITHDRAWN)
    return {row.case_id: row for row in rows.order_by("written_at", "pk")}


def referral_facts(newest: Mapping[int, Referral]) -> dict[int, ReferralFacts]:
    """Return the facts of the newest referral of each case."""
    ids = [row.pk for row in newest.values()]
    asked = set(legal.in_force(ReferralQuestion.objects.order_by()).values_list("pk", flat=True))
    answers = ReferralAnswer.objects.filter(referral__in=ids, question__in=asked).order_by()
    answered = Counter(answers.values_list("referral_id", flat=True))
    views: dict[int, set[int]] = defaultdict(set)
    parents = ParentView.objects.filter(referral__in=ids)
    for referral_id, holder_id in parents.values_list("referral_id", "custody_holder_id"):
        views[referral_id].add(holder_id)
    return {
        case_id: _facts(row, len(asked) - answered[row.pk], views[row.pk])
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
        checked=_checked(row),
    )


def _checked(row: Referral) -> Evidence | None:
    """Return the quality check; an accepted referral has passed it."""
    if row.checked_on is None:
        return None
    return Evidence(_("Referral to PKU"), row.checked_on, Reference.to(row))
