"""Consent to a private school or efterskole: each custody holder's own, on the decision itself.

Source: folkeskoleloven § 22 stk. 4.
"""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from districts.models import CustodyHolder, Institution
from haderslev.core import clock
from haderslev.core.errors import DomainError
from pku.models import DecisionConsent, PkuDecision, Referral

# Prefix of the form's field of one custody holder, before the public id.
FIELD = "consent-"


def holders_of(case: Case) -> list[CustodyHolder]:
    """Return today's custody holders, whose consent a private school needs. One query."""
    return list(CustodyHolder.objects.current().filter(pupil=case.pupil_id))


def on_referral(referral: Referral) -> dict[str, date]:
    """Return the consents given in a referral, to prefill the decision: public id → day."""
    if referral.private_consent_on is None:
        return {}
    day = referral.private_consent_on
    return {holder.public_id: day for holder in holders_of(referral.case)}


def on_decision(decision: PkuDecision) -> dict[str, date]:
    """Return the consents that the decision rests on: public id → day. One query."""
    rows = decision.consents.values_list("custody_holder__public_id", "consented_on")
    return dict(rows)


def check(offer: Institution | None, case: Case, consents: Mapping[str, date]) -> None:
    """Refuse a private offer that one of those with custody has not consented to.

    Raises:
        DomainError: A consent is missing, or lies in the future; it names the parent's field.
    """
    if not _is_private(offer):
        return
    for holder in holders_of(case):
        field, day = f"{FIELD}{holder.public_id}", consents.get(holder.public_id)
        if day is None:
            raise DomainError(
                _("A private school or efterskole needs the consent of each parent."),
                field=field,
                code="private-consent",
            )
        if day > clock.today():
            raise DomainError(_("It can not lie in the future."), field=field)


def write(decision: PkuDecision, consents: Mapping[str, date]) -> None:
    """Keep the consents that a private offer rests on; any other offer needs none."""
    decision.consents.all().delete()
    if not _is_private(decision.offer):
        return
    DecisionConsent.objects.bulk_create(
        DecisionConsent(
            decision=decision, custody_holder=holder, consented_on=consents[holder.public_id]
        )
        for holder in holders_of(decision.case)
    )


def _is_private(offer: Institution | None) -> bool:
    return offer is not None and offer.provider == Institution.Provider.PRIVATE
