"""What the gates may know of referrals. Read together with the rest."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.facts import ReferralFacts
from districts.models import Institution
from haderslev.core import legal
from pku.models import ParentView, Referral, ReferralAnswer, ReferralQuestion
from plans.facts import Evidence


@dataclass(frozen=True)
class ReferralRows:
    """What the facts are made from, to be read together; the newest referral comes last."""

    referrals: QuerySet[Referral]
    questions: Any
    answers: Any
    views: Any

    @classmethod
    def of(cls, case_ids: Collection[int]) -> Self:
        """Return the rows of some cases, not read yet; a withdrawn referral is left out."""
        referrals = Referral.objects.filter(case__in=case_ids)
        referrals = referrals.exclude(state=Referral.State.WITHDRAWN)
        asked = legal.in_force(ReferralQuestion.objects.order_by())
        answers = ReferralAnswer.objects.filter(referral__case__in=case_ids, question__in=asked)
        views = ParentView.objects.filter(referral__case__in=case_ids)
        return cls(
            referrals=referrals.order_by("written_at", "pk"),
            questions=asked.values_list("pk", flat=True),
            answers=answers.order_by().values_list("referral_id", flat=True),
            views=views.values_list("referral_id", "custody_holder_id"),
        )


def newest_referrals(rows: ReferralRows) -> dict[int, Referral]:
    """Return the newest referral of each case; a withdrawn one counts for nothing."""
    return {row.case_id: row for row in rows.referrals}


def referral_facts(rows: ReferralRows) -> dict[int, ReferralFacts]:
    """Return what the newest referral of each case says."""
    answered = Counter(rows.answers)
    views: dict[int, set[int]] = defaultdict(set)
    for referral_id, holder_id in rows.views:
        views[referral_id].add(holder_id)
    asked = len(rows.questions)
    return {
        case_id: _facts(row, asked - answered[row.pk], views[row.pk])
        for case_id, row in newest_referrals(rows).items()
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
    """A referral that is accepted has been checked."""
    if row.checked_on is None:
        return None
    return Evidence(_("Referral to PKU"), row.checked_on, "pku:referral", row.public_id)
