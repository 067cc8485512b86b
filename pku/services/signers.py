"""Who signs a decision of PKU: the chair, or a member in the chair's place.

Whoever has written in it, or is close to the child, may not. This is a rule of the municipality,
not of law.
"""

from django.utils.translation import gettext_lazy as _

from cases.selectors import close_reason
from cases.selectors.people import not_close
from haderslev.accounts.models import User
from haderslev.core.errors import DomainError, NotAllowedError, Words
from haderslev.core.policy import may, who_may
from pku.models import PkuDecision

CHAIR = "sign_decision"
STAND_IN = "stand_in_decision"
_THE_CHAIR = _("The chair of PKU signs the decision.")
_A_MEMBER = _("Another member of PKU can sign in the chair's place, with a reason.")
_NOBODY = _(
    "Nobody in PKU may sign it: each has written in it or is close to the child. "
    "The municipality appoints another member for this decision."
)
_WROTE_IT = _("You have prepared or changed the decision yourself.")


def check_signer(row: PkuDecision, by: User, stand_in_reason: str) -> str:
    """Return the reason to store: empty for the chair, required of a member who stands in.

    Raises:
        NotAllowedError: ``by`` does not sign here, has written in it, or is close to the case.
        DomainError: A member stands in without a reason.
    """
    chairs = may(by, CHAIR, row)
    if not chairs and not may(by, STAND_IN, row):
        raise NotAllowedError(_THE_CHAIR)
    reason = too_close(row, by)
    if reason:
        sentence = f"{reason} {who_else(row)}"
        raise NotAllowedError(sentence)
    if chairs:
        return ""
    if not stand_in_reason.strip():
        raise DomainError(_("Write why you sign in the chair's place."), field="stand_in_reason")
    return stand_in_reason


def too_close(row: PkuDecision, user: User) -> Words:
    """Return why this person may not sign it, or nothing."""
    if row.authors.filter(user=user.pk).exists():
        return _WROTE_IT
    return close_reason(user, row.case, authors=_asked_for_it(row))


def somebody_may(row: PkuDecision, perm: str) -> bool:
    """Tell whether somebody who has not written in it, and is not close, holds the right."""
    wrote = [*row.authors.values_list("user", flat=True), *_asked_for_it(row)]
    return not_close(who_may(perm, row), row.case, authors=wrote).exists()


def who_else(row: PkuDecision) -> Words:
    """Return the sentence that says who signs it instead."""
    if somebody_may(row, CHAIR):
        return _THE_CHAIR
    return _A_MEMBER if somebody_may(row, STAND_IN) else _NOBODY


def _asked_for_it(row: PkuDecision) -> tuple[int | None, ...]:
    """Return who wrote and submitted the referral that is decided."""
    if row.referral is None:
        return ()
    return (row.referral.written_by_id, row.referral.submitted_by_id)
