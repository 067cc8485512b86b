"""What PPV, referral and offer say of one case, for the links on its page."""

from dataclasses import dataclass

from django.db.models import QuerySet

from cases.models import Case, SupportDecision
from haderslev.core import request_cache, together
from pku.models import PkuDecision, Placement, PPVRequest, Referral
from pku.models.ppv import OPEN_STATES


@dataclass(frozen=True)
class LastStage:
    """The rows of a case, the newest first. One query, once a request."""

    requests: QuerySet[PPVRequest]
    referrals: QuerySet[Referral]
    support_decisions: QuerySet[SupportDecision]
    pku_decisions: QuerySet[PkuDecision]
    placements: QuerySet[Placement]

    @classmethod
    def of(cls, case: Case) -> "LastStage":
        """Read them."""

        def find() -> "LastStage":
            decisions = SupportDecision.objects.filter(case=case).select_related("outcome")
            rows = cls(
                requests=PPVRequest.objects.filter(case=case),
                referrals=Referral.objects.filter(case=case).order_by("-written_at", "-pk"),
                support_decisions=decisions.order_by("-signed_at"),
                pku_decisions=PkuDecision.objects.filter(case=case),
                placements=Placement.objects.running().filter(case=case),
            )
            together.fetch(*vars(rows).values())
            return rows

        return request_cache.once(("last-stage", case.pk), find)

    @property
    def open_request(self) -> PPVRequest | None:
        """Return the PPV request that is under way."""
        return next((row for row in self.requests if row.state in OPEN_STATES), None)

    @property
    def is_reported(self) -> bool:
        """Tell whether a PPV has been made."""
        return any(row.state == PPVRequest.State.REPORTED for row in self.requests)
