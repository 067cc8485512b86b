"""How a request for a PPV ends without one: the parent withdraws it, or it is refused.

Sources: folkeskoleloven § 12; bekendtgørelse 693/2014 §§ 2, 15; forvaltningsloven §§ 22–25;
K-meddelelse 37.
"""

from dataclasses import dataclass
from datetime import date

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
from pku.models import ParentAsk, PPVRequest
from pku.models.ppv import UNDER_WAY
from pku.selectors.ppv import is_author
from pku.services.ppv import check_may_record, locked, pupil_of
from pku.services.ppv_reports import end_access, holders_of, occasion

_State = PPVRequest.State


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """What one parent said, and when and how."""

    ask: ParentAsk
    withdrawn_on: date
    withdrawn_how: str
    words: str


def withdraw_parent_request(request: PPVRequest, withdrawal: Withdrawal, *, by: User) -> PPVRequest:
    """Record that a parent withdraws the request. Only that parent can; staff record it.

    When no parent's request remains, a request that parents made ends, even after it was sent to
    the advisory team or received there, and with it the psychologist's access. The school's own
    request, to which a parent had added words, continues.

    Raises:
        NotAllowedError: ``by`` is neither staff around the child nor the psychologist who has it.
        DomainError: The PPV is sent, it is withdrawn already, or the date is impossible.
    """
    with transaction.atomic():
        row = locked(request)
        check_may_record(pupil_of(row), by)
        mine = ParentAsk.objects.select_for_update().get(pk=withdrawal.ask.pk, request=row)
        _check_withdrawal(row, mine, withdrawal)
        mine.withdrawn_on, mine.withdrawn_how = withdrawal.withdrawn_on, withdrawal.withdrawn_how
        mine.withdrawn_words, mine.withdrawal_by = withdrawal.words, by
        mine.save(
            update_fields=["withdrawn_on", "withdrawn_how", "withdrawn_words", "withdrawal_by"]
        )
        journalling.act(
            "pku.ppvrequest.parent_withdrew", row, by=by, data={"ask": mine.pk, "state": row.state}
        )
        # Recorded first: the next line may end the access of whoever records it.
        timeline.note(features.PPV_WITHDRAWN, row, by=by, on=withdrawal.withdrawn_on)
        _go_on_without(row, by)
    return row


def _check_withdrawal(row: PPVRequest, ask: ParentAsk, withdrawal: Withdrawal) -> None:
    if row.state not in UNDER_WAY:
        raise DomainError(_("Nothing is under way: the PPV is sent, refused or withdrawn."))
    if ask.withdrawn_on is not None:
        raise DomainError(_("This is withdrawn already."))
    if not withdrawal.words.strip():
        raise DomainError(_("Write what the parent said."), field="words")
    if not ask.asked_on <= withdrawal.withdrawn_on <= clock.today():
        raise DomainError(
            _("It can not be withdrawn before it was asked for, or in the future."),
            field="withdrawn_on",
        )


def _go_on_without(row: PPVRequest, by: User) -> None:
    still = row.asks.filter(withdrawn_on=None).select_related("custody_holder").first()
    if still is not None:
        _rest_on(row, still)
    elif row.requester == PPVRequest.Requester.PARENTS:
        end_access(row, by=by)
        row.to_withdrawn_by_parent()
        row.save(update_fields=["state"])
        todos.done(features.FORWARD_PPV, about=row, by=by)
    else:
        _rest_on(row, None)


def _rest_on(row: PPVRequest, ask: ParentAsk | None) -> None:
    """Base the request on another parent's words, or on none where it is the school's own."""
    row.asked_by = ask.custody_holder if ask else None
    row.asked_on = ask.asked_on if ask else None
    row.asked_words = ask.words if ask else ""
    row.wants_special = bool(ask and ask.wants_special)
    row.save(update_fields=["asked_by", "asked_on", "asked_words", "wants_special"])


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
        _check_refusal(row, reason)
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
    """Tell whether the school leader decides, as by law, rather than the psychologist."""
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


def _check_refusal(row: PPVRequest, reason: str) -> None:
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
