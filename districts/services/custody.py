"""A child's parents and other custody holders: added, corrected, ended."""

from datetime import date
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from districts import features
from districts.acts import act
from districts.models import CustodyHolder, Pupil
from districts.services import timeline
from haderslev.accounts.models import User
from haderslev.core import journalling
from haderslev.core.dates import not_ahead
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from haderslev.core.rows import change, check_revision, lock


class Parent(TypedDict):
    """What is written about a parent."""

    name: str
    relation: str
    has_custody: NotRequired[bool]
    address: str
    address_protected: NotRequired[bool]
    phone: NotRequired[str]
    needs_interpreter: NotRequired[bool]


@act("districts.custodyholder.added", right="edit_pupil")
def add_parent(pupil: Pupil, *, by: User, **parent: Unpack[Parent]) -> CustodyHolder:
    """Add a parent."""
    timeline.note(features.PARENTS_CHANGED, pupil, by=by)
    return pupil.custody_holders.create(**parent)


def correct_parent(
    holder: CustodyHolder, *, revision: int, by: User, **parent: Unpack[Parent]
) -> CustodyHolder:
    """Correct what is written about a parent. An empty address keeps a protected one.

    Raises:
        ConflictError: Somebody has corrected it meanwhile. An address that is protected does not
            stand in the error.
        DomainError: There is no address.
        NotAllowedError: ``by`` may not.
    """
    with transaction.atomic():
        row = lock(holder)
        require(by, "edit_pupil", row.pupil)
        if not parent["address"] and row.address_protected:
            parent["address"] = row.address
        if not parent["address"]:
            raise DomainError(_("Write the address."), field="address")
        changed = {name: value for name, value in parent.items() if getattr(row, name) != value}
        secret = row.address_protected or parent.get("address_protected")
        shown = {n: value for n, value in changed.items() if not (secret and n == "address")}
        sentence = _("Somebody has corrected this parent's data since you opened them.")
        check_revision(row, revision, shown, sentence=sentence)
        if changed:
            change(row, **changed, revision=row.revision + 1)
            timeline.note(features.PARENTS_CHANGED, row.pupil, by=by)
            fields = {"fields": list(changed)}
            journalling.act("districts.custodyholder.corrected", row, by=by, data=fields)
    return row


@act("districts.custodyholder.ended", right="edit_pupil", of="pupil", data=("ends_on",))
def end_parent(row: CustodyHolder, *, ends_on: date, by: User) -> CustodyHolder:
    """End somebody's custody on a day; what they received before stays as it is.

    Raises:
        DomainError: It has ended, or the day lies in the future.
    """
    if row.ends_on is not None:
        raise DomainError(_("This has ended already."), code="ended")
    not_ahead(ends_on, "ends_on")
    change(row, ends_on=ends_on, revision=row.revision + 1)
    timeline.note(features.PARENTS_CHANGED, row.pupil, by=by)
    return row


def reveal_address(holder: CustodyHolder, *, by: User) -> str:
    """Return a protected address. The look-up is journalled by the page that asks.

    Raises:
        NotAllowedError: ``by`` may not see it.

    Source: CPR-loven § 28; the extra click is the municipality's own.
    """
    require(by, "view_address", holder.pupil)
    journalling.act("districts.custodyholder.address_revealed", holder, by=by)
    return holder.address
