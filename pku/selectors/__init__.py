"""What pages, services and the gates read of the last stage."""

from cases.models import Case
from districts.models import CustodyHolder


def holders_of(case: Case) -> list[CustodyHolder]:
    """Return those who have custody of the child today. One query."""
    return list(CustodyHolder.objects.current().filter(pupil=case.pupil_id))
