"""A parent's request for a PPV that need not be made is refused: in writing, with reasons.

Sources: bekendtgørelse 693/2014 § 15; forvaltningsloven §§ 22–25; K-meddelelse 37.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Document
from cases.services import letters
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling, legal
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError, Words
from haderslev.core.policy import may
from pku import features
from pku.models import PPVRequest
from pku.selectors.ppv import is_author
from pku.services.ppv import locked
from pku.services.ppv_reports import end_access, holders_of, occasion

_State = PPVRequest.State


def refuse_request(request: PPVRequest, *, revision: int, reason: str, by: User) -> PPVRequest:
    """Refuse a parent's request; each parent gets the reasons and how to complain.

    Who decides is a dated value. A parent who wishes support over the threshold, a special class
    or a special school has a right to the PPV: that request can not be refused.

    Raises:
        NotAllowedError: ``by`` does not decide this.
        DomainError: The PPV must be made, it is no parent's request, or something is missing.
        ConflictError: Somebody has changed it since it was read.
    """
    with transaction.atomic():
        row = locked(request)
        if not decides(row, by):
            raise NotAllowedError(deciders())
        _check(row, reason)
        if row.revision != revision:
            raise ConflictError(_("Somebody has changed this request since you opened it."))
        end_access(row, by=by)
        row.refusal_reason, row.refused_by, row.refused_on = reason, by, clock.today()
        row.to_refused()
        row.save(update_fields=["state", "refusal_reason", "refused_by", "refused_on"])
        todos.done(features.FORWARD_PPV, about=row, by=by)
        timeline.note(features.PPV_REFUSED, row, by=by)
        journalling.act("pku.ppvrequest.refused", row, by=by)
        for holder in holders_of(row):
            letters.make_letter(
                row.case,
                kind=Document.Kind.PPV_LETTER,
                code="ppv_refused",
                custody_holder=holder,
                values={"anledning": occasion(row, holder), "begrundelse": reason},
                by=by,
                complaint="complaint_ppv_refused",
                decision_key=row.public_id,
            )
    return row


def may_refuse(row: PPVRequest, user: User) -> bool:
    """Tell whether this person can refuse this request now."""
    return _is_refusable(row) and not must_be_made(row) and decides(row, user)


def must_be_made(row: PPVRequest) -> bool:
    """Tell whether a parent who asks has a right to the PPV (K-meddelelse 37)."""
    return row.asks.filter(withdrawn_on=None, wants_special=True).exists()


def _leader_decides() -> bool:
    """The head, as the law is; or, where the municipality says so, the one who has received it."""
    return legal.is_on("ppv_refused_by_leader")


def _is_refusable(row: PPVRequest) -> bool:
    wanted = _State.PARENT_REQUEST if _leader_decides() else _State.RECEIVED
    return row.requester == PPVRequest.Requester.PARENTS and row.state == wanted


def decides(row: PPVRequest, user: User) -> bool:
    """Tell whether it is this person who decides on this request."""
    if _leader_decides():
        return may(user, "request_ppv", row)
    return is_author(row, user)


def deciders() -> Words:
    """Return the sentence that says who decides."""
    if _leader_decides():
        return _("The school leader decides on a parent's request for PPV.")
    return _("The psychologist who has received the request decides on it.")


def _check(row: PPVRequest, reason: str) -> None:
    if not _is_refusable(row):
        raise DomainError(_("Only a parent's request that waits here can be refused."))
    if must_be_made(row):
        raise DomainError(
            _("The parent wishes special education. Then the PPV must be made."),
            code="must-be-made",
        )
    if not reason.strip():
        raise DomainError(_("Write the reason."), field="reason")
    if not holders_of(row):
        raise DomainError(_("No parent with custody is recorded."))
