"""Opening a case to a council, to PKU, to a special offer, and closing it again."""

from collections.abc import Sequence
from datetime import date

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.models import Case, CaseGroupPermission, CaseOpening, CaseUserPermission
from districts.models import Opening, Unit, UnitRole
from districts.permissions import Cause, Role, of_opened_case
from districts.services import openings as district_openings
from districts.services import timeline
from districts.services.units import role_group
from haderslev.accounts.models import User
from haderslev.core import clock, journalling
from haderslev.core.errors import DomainError
from haderslev.core.policy import require
from haderslev.core.rows import change, lock
from plans import features as plan_features

_ENTRIES = {
    "cases.case.access_opened": features.ACCESS_OPENED,
    "cases.case.access_prolonged": features.ACCESS_PROLONGED,
    "cases.case.access_closed": features.ACCESS_CLOSED,
}


class Basis(models.TextChoices):
    """Why a case is opened; said in the language of who reads it."""

    AGENDA = "agenda", _("On the agenda of the district council")
    REFERRED = "referred", _("The school leader has referred the case to PKU.")
    PLACED = "placed", _("The pupil is in the offer by PKU's decision.")
    LEADERS_CLOSE = "leaders_close", _("All leaders of the school are close to the child.")
    PPV = "ppv", _("Request for PPV in case %(value)s")
    WAITS = "waits", _("A new decision waits for a signature.")


def open_case_to(
    case: Case,
    *,
    unit: Unit,
    roles: Sequence[Role],
    cause: Cause,
    basis: Basis | str,
    closes_on: date | None,
    by: User,
) -> list[CaseOpening]:
    """Open a case to some roles at a unit. An opening that is open already is prolonged."""
    made = []
    for role in roles:
        group = role_group(unit, role)
        row = case.openings.filter(group=group, cause=cause, closed_at=None).first()
        if row is None:
            row = CaseOpening.objects.create(
                case=case, group=group, cause=cause, basis=basis, closes_on=closes_on, opened_by=by
            )
        else:
            change(row, closes_on=closes_on)
        _sync(row)
        made.append(row)
    _write_down("cases.case.access_opened", case, cause, unit, by=by, closes_on=closes_on)
    return made


def close_case_openings(
    case: Case, *, cause: Cause, by: User, unit: Unit | None = None, roles: Sequence[Role] = ()
) -> None:
    """Close all openings of a cause now, for one unit or all, for some roles or all."""
    for row in _open(case, cause, unit, roles):
        change(row, closed_at=clock.now())
        _sync(row)
    _write_down("cases.case.access_closed", case, cause, unit, by=by)


def prolong_case_openings(
    case: Case, *, cause: Cause, closes_on: date | None, by: User, unit: Unit | None = None
) -> None:
    """Move the end of all openings of a cause, for one unit or all."""
    for row in _open(case, cause, unit):
        change(row, closes_on=closes_on)
        _sync(row)
    _write_down("cases.case.access_prolonged", case, cause, unit, by=by, closes_on=closes_on)


@transaction.atomic
def close_invitation(case: Case, opening: Opening, *, by: User) -> Opening:
    """Close what the team opened to an adviser. Openings that rest on law go on by themselves.

    Raises:
        NotAllowedError: ``by`` does not lead the school.
        DomainError: It is no invitation of this case's child or class, or closed already.
    """
    require(by, "view_access", case, _("The school leader closes an access before its date."))
    row = lock(opening)
    mine = row.pupil_id == case.pupil_id and row.community_id == case.community_id
    if not mine or row.cause != plan_features.INVITED.code or not row.is_open:
        raise DomainError(_("Only an open invitation can be closed before its date."))
    district_openings.close(row, by=by)
    return row


def _open(
    case: Case, cause: Cause, unit: Unit | None, roles: Sequence[Role] = ()
) -> list[CaseOpening]:
    rows = case.openings.filter(cause=cause, closed_at=None)
    if unit is not None:
        rows = rows.filter(group__unit_role__unit=unit)
    if roles:
        rows = rows.filter(group__unit_role__role__in=roles)
    return list(rows)


def _sync(opening: CaseOpening) -> None:
    role = Role(UnitRole.objects.get(group=opening.group_id).role)
    siblings = CaseOpening.objects.filter(case=opening.case_id, group=opening.group_id)
    wanted = district_openings.wanted_rows(siblings, lambda row: of_opened_case(row.cause, role))
    district_openings.write_rows(
        opening.case, opening, CaseGroupPermission, CaseUserPermission, wanted
    )


def _write_down(
    action: str,
    case: Case,
    cause: Cause,
    unit: Unit | None,
    *,
    by: User,
    closes_on: date | None = None,
) -> None:
    data = {"cause": cause.code, "unit": unit.pk if unit else None, "closes_on": str(closes_on)}
    journalling.act(action, case, by=by, data=data)
    timeline.note(_ENTRIES[action], case, by=by, detail=unit.name if unit else cause.kept)
