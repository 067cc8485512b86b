"""A child's parents and other custody holders: added, corrected, ended."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from districts import features
from districts.models import CustodyHolder, Pupil
from districts.services import timeline
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import ConflictError, DomainError
from haderslev.core.policy import require


@dataclass(frozen=True, kw_only=True)
class Parent:
    """What is written about a parent."""

    name: str
    relation: str
    has_custody: bool = True
    address: str
    address_protected: bool = False
    phone: str = ""
    needs_interpreter: bool = False


def insert_parent(pupil: Pupil, parent: Parent) -> CustodyHolder:
    """Write the row; the act around it journals."""
    return CustodyHolder.objects.create(pupil=pupil, **vars(parent))


def add_parent(pupil: Pupil, parent: Parent, *, by: User) -> CustodyHolder:
    """Add a parent.

    Raises:
        NotAllowedError: ``by`` may not.
    """
    with transaction.atomic():
        _check_allowed(pupil, by)
        row = insert_parent(pupil, parent)
        _write_down("districts.custodyholder.added", row, by)
    return row


def correct_parent(
    holder: CustodyHolder, parent: Parent, *, revision: int, by: User
) -> CustodyHolder:
    """Correct what is written about a parent. An empty address keeps a protected one.

    Raises:
        ConflictError: Somebody has corrected it meanwhile. An address that is protected does not
            stand in the error.
        NotAllowedError: ``by`` may not.
    """
    with transaction.atomic():
        row = CustodyHolder.objects.select_for_update().get(pk=holder.pk)
        _check_allowed(row.pupil, by)
        values: dict[str, object] = dict(vars(parent))
        if not values["address"] and row.address_protected:
            values["address"] = row.address
        if not values["address"]:
            raise DomainError(_("Write the address."), field="address")
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if row.revision != revision:
            raise _conflict(row, values, changed)
        if not changed:
            return row
        for name in changed:
            setattr(row, name, values[name])
        row.revision += 1
        row.save(update_fields=[*changed, "revision"])
        _write_down("districts.custodyholder.corrected", row, by, fields=changed)
    return row


def end_parent(holder: CustodyHolder, *, ends_on: date, by: User) -> CustodyHolder:
    """End somebody's custody on a day; what they received before stays as it is.

    Raises:
        DomainError: It has ended, or the day lies in the future.
        NotAllowedError: ``by`` may not.
    """
    with transaction.atomic():
        row = CustodyHolder.objects.select_for_update().get(pk=holder.pk)
        _check_allowed(row.pupil, by)
        if row.ends_on is not None:
            raise DomainError(_("This has ended already."), code="ended")
        if ends_on > clock.today():
            raise DomainError(_("It can not lie in the future."), field="ends_on")
        row.ends_on = ends_on
        row.revision += 1
        row.save(update_fields=["ends_on", "revision"])
        _write_down("districts.custodyholder.ended", row, by, ends_on=str(ends_on))
    return row


def reveal_address(holder: CustodyHolder, *, by: User) -> str:
    """Return a protected address. The look-up is journalled by the page that asks.

    Raises:
        NotAllowedError: ``by`` may not see it.

    Source: CPR-loven § 28; the extra click is the municipality's own.
    """
    require(
        by,
        "view_address",
        holder.pupil,
        _("Only the school's leaders and its office can see addresses."),
    )
    journalling.act("districts.custodyholder.address_revealed", holder, by=by)
    return holder.address


def _check_allowed(pupil: Pupil, by: User) -> None:
    require(by, "edit_pupil", pupil, _("Only the school's leaders and its office can change this."))


def _conflict(row: CustodyHolder, values: dict[str, object], changed: list[str]) -> ConflictError:
    secret = row.address_protected or values["address_protected"]
    shown = [name for name in changed if not (secret and name == "address")]
    return ConflictError(
        _("Somebody has corrected this parent's data since you opened them."),
        mine={name: str(values[name]) for name in shown},
        theirs={name: str(getattr(row, name)) for name in shown},
        revision=row.revision,
    )


def _write_down(action: str, row: CustodyHolder, by: User, **data: object) -> None:
    timeline.note(features.PARENTS_CHANGED, row.pupil, by=by)
    journalling.act(action, row, by=by, data=data)
