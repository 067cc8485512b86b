"""Roles, openings and rights. Each app declares its rights once, in its ``features.py``.

A role at a unit is a group; what the rights say becomes rows of ``UnitGroupPermission``. Openings
of a community, a pupil or a case give further rows with an end. ``docs/permissions.md`` prints it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from haderslev.core.errors import Words
from haderslev.core.features import Contribution, contributed


class Role(models.TextChoices):
    """Roles; the codes are used everywhere."""

    TEACHER = "teacher", _("Teacher or pedagogue in the team")
    PLC_ADVISER = "plc_adviser", _("PLC and AKT adviser")
    PRACTICE_ADVISER = "practice_adviser", _("Practice adviser")
    PSYCHOLOGIST = "psychologist", _("Psychologist, the advisory team")
    FAMILY_COUNSELLOR = "family_counsellor", _("Family counsellor")
    LEADER = "leader", _("School leader")
    DEPUTY = "deputy", _("Deputy school leader")
    SCHOOL_SECRETARY = "school_secretary", _("School secretary")
    COUNCIL_MEMBER = "council_member", _("Member of the district council")
    COUNCIL_COORDINATOR = "council_coordinator", _("Coordinator of the district council")
    CONSULTANT = "consultant", _("Pedagogical consultant")
    CHIEF = "chief", _("Head of children and youth")
    PKU_MEMBER = "pku_member", _("Member of PKU")
    PKU_SECRETARY = "pku_secretary", _("Secretary of PKU")
    PKU_CHAIR = "pku_chair", _("Chair of PKU")
    OFFER_HEAD = "offer_head", _("Head of a special offer")
    ADMINISTRATOR = "administrator", _("Administrator")
    LOG_CONTROLLER = "log_controller", _("Controller of look-ups")


class Cause(models.TextChoices):
    """Why a community, a pupil or a case is open to somebody from outside."""

    INVITED = "invited", _("Asked for guidance")
    PPV = "ppv", _("PPV asked for")
    COUNCIL = "council", _("On the council's agenda")
    REFERRED = "referred", _("Referred to PKU")
    PLACED = "placed", _("In a special offer")
    DECIDES = "decides", _("Decides in place of the school's leaders")


LEADERS = (Role.LEADER, Role.DEPUTY)
SCHOOL_TEAM = (Role.TEACHER, *LEADERS)
COUNCIL = (
    Role.COUNCIL_MEMBER,
    Role.COUNCIL_COORDINATOR,
    Role.CONSULTANT,
    Role.PRACTICE_ADVISER,
    Role.CHIEF,
)
PKU = (Role.PKU_MEMBER, Role.PKU_CHAIR, Role.PKU_SECRETARY)
# cause → roles outside the school to which it may open a case
OUTSIDE: Mapping[Cause, tuple[Role, ...]] = {
    Cause.COUNCIL: COUNCIL,
    Cause.REFERRED: PKU,
    Cause.PLACED: (Role.OFFER_HEAD, Role.PKU_SECRETARY, Role.PKU_MEMBER, Role.PKU_CHAIR),
}


@dataclass(frozen=True)
class Right(Contribution):
    """A permission, declared once: who holds it, where, and by which openings."""

    name: str  # what it allows, in English, beginning with a verb
    order: int  # its position in the printed table
    at: tuple[Role, ...] = ()  # roles that hold it at their unit
    community: tuple[Cause, ...] = ()  # causes for which an opened community gives it
    pupil: tuple[Cause, ...] = ()  # causes for which an opened pupil gives it
    # Cause → roles to which an opened case gives it.
    case: Mapping[Cause, tuple[Role, ...]] = field(default_factory=dict)
    refused: Words = ""  # who can do it, said to whoever may not

    def problems(self) -> Iterable[str]:
        """Somebody must hold it, and a case is opened only to those outside."""
        if not (self.at or self.community or self.pupil or self.case):
            yield f"Nobody holds the right {self.code}."
        for cause, roles in self.case.items():
            if not set(roles) <= set(OUTSIDE.get(cause, ())):
                yield f"{self.code}: {cause} does not open a case to {', '.join(roles)}."


@dataclass(frozen=True)
class Administered(Contribution):
    """A model that an administrator sees in Django admin: configuration, never a child's content.

    ``code`` is the label of the model, ``verbs`` what may be done.
    """

    verbs: tuple[str, ...] = ("view", "add", "change")

    def named_model(self) -> str:
        """The model itself."""
        return self.code


def rights() -> list[Right]:
    """Return the rights of all apps, in the order of the print."""
    return sorted(contributed(Right).values(), key=lambda right: right.order)


def of_role(role: str) -> frozenset[str]:
    """Return what a role may do at its unit."""
    return frozenset(right.code for right in rights() if role in right.at)


def of_opened_community(cause: str) -> frozenset[str]:
    """Return what an opened community gives."""
    return frozenset(right.code for right in rights() if cause in right.community)


def of_opened_pupil(cause: str) -> frozenset[str]:
    """Return what an opened pupil gives."""
    return frozenset(right.code for right in rights() if cause in right.pupil)


def of_opened_case(cause: str, role: str) -> frozenset[str]:
    """Return what an opened case gives to a role."""
    given = ((right.code, right.case.get(Cause(cause), ())) for right in rights())
    return frozenset(code for code, roles in given if role in roles)
