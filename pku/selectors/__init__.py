"""What pages, services and the gates read of the last stage."""

from cases.models import Case
from districts.models import CustodyHolder, Unit


def holders_of(case: Case) -> list[CustodyHolder]:
    """Return those who have custody of the child today. One query."""
    return list(CustodyHolder.objects.current().filter(pupil=case.pupil_id))


def units_of(kind: Unit.Kind) -> list[Unit]:
    """Return the units of a kind: the advisory team, which receives requests for PPV, or PKU."""
    return list(Unit.objects.filter(kind=kind, ends_on=None).order_by("pk"))
