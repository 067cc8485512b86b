"""A parent takes a request for a PPV back, until the PPV is sent.

Sources: folkeskoleloven § 12; bekendtgørelse 693/2014 § 2.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import DomainError
from pku import features
from pku.models import ParentAsk, PPVRequest
from pku.models.ppv import UNDER_WAY
from pku.services.ppv import check_may_record, locked, pupil_of
from pku.services.ppv_reports import end_access


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """What one parent said, and when and how."""

    ask: ParentAsk
    withdrawn_on: date
    withdrawn_how: str
    words: str


def withdraw_parent_request(request: PPVRequest, withdrawal: Withdrawal, *, by: User) -> PPVRequest:
    """Record that a parent takes the request back. Only that parent can; staff write it down.

    When no parent's request stands any more, one that parents made ends, also when it is sent to
    the advisory team or received there: the child closes to the psychologist again. The school's
    own request, to which a parent had added words, goes on.

    Raises:
        NotAllowedError: ``by`` is neither staff around the child nor the psychologist who has it.
        DomainError: The PPV is sent, it is withdrawn already, or the date is impossible.
    """
    with transaction.atomic():
        row = locked(request)
        check_may_record(pupil_of(row), by)
        mine = ParentAsk.objects.select_for_update().get(pk=withdrawal.ask.pk, request=row)
        _check(row, mine, withdrawal)
        mine.withdrawn_on, mine.withdrawn_how = withdrawal.withdrawn_on, withdrawal.withdrawn_how
        mine.withdrawn_words, mine.withdrawal_by = withdrawal.words, by
        mine.save(
            update_fields=["withdrawn_on", "withdrawn_how", "withdrawn_words", "withdrawal_by"]
        )
        journalling.act(
            "pku.ppvrequest.parent_withdrew", row, by=by, data={"ask": mine.pk, "state": row.state}
        )
        # Written down before the access of the one who writes may end.
        timeline.note(features.PPV_WITHDRAWN, row, by=by, on=withdrawal.withdrawn_on)
        _go_on_without(row, by)
    return row


def _check(row: PPVRequest, ask: ParentAsk, withdrawal: Withdrawal) -> None:
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
    """Let the request rest on another parent's words; the school's own needs no parent's."""
    row.asked_by = ask.custody_holder if ask else None
    row.asked_on = ask.asked_on if ask else None
    row.asked_words = ask.words if ask else ""
    row.wants_special = bool(ask and ask.wants_special)
    row.save(update_fields=["asked_by", "asked_on", "asked_words", "wants_special"])
