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
from haderslev.core.words import Kept


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


LEADERS = (Role.LEADER, Role.DEPUTY)
SCHOOL_TEAM = (Role.TEACHER, *LEADERS)


@dataclass(frozen=True)
class Right(Contribution):
    """A permission, declared once, and the roles that hold it at their unit."""

    name: str  # what it allows, in English, beginning with a verb
    order: int  # its position in the printed table
    at: tuple[Role, ...] = ()  # roles that hold it at their unit
    refused: Words = ""  # who can do it, said to whoever may not

    def problems(self) -> Iterable[str]:
        """Somebody must hold it."""
        given = (code for each in contributed(Gives).values() for code in each.rights())
        if not self.at and self.code not in given:
            yield f"Nobody holds the right {self.code}."


@dataclass(frozen=True)
class Cause(Contribution):
    """Why a community, a pupil or a case is open to somebody from outside."""

    label: Words
    order: int  # its position in the printed table

    @property
    def kept(self) -> Kept:
        """Its words, as the timeline keeps them."""
        return Kept(f"=districts.cause:{self.code}:")


@dataclass(frozen=True)
class Gives(Contribution):
    """What an opening gives of the rights that an app knows, by spaces; ``code`` is app.cause."""

    cause: Cause
    community: str = ""
    pupil: str = ""
    # Role outside the school to which a case may be opened → what it gives there.
    case: Mapping[Role, str] = field(default_factory=dict)

    def rights(self) -> list[str]:
        """Return every right that is given."""
        return " ".join([self.community, self.pupil, *self.case.values()]).split()

    def problems(self) -> Iterable[str]:
        """Each right must exist."""
        for code in set(self.rights()) - set(contributed(Right)):
            yield f"{self.code} gives the right {code}, which does not exist."


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


def causes() -> list[Cause]:
    """Return why something is opened, in the order of the print."""
    return sorted(contributed(Cause).values(), key=lambda cause: cause.order)


def cause_words() -> Mapping[str, Words]:
    """Return the words of each cause by its code."""
    return {cause.code: cause.label for cause in causes()}


def _given(cause: str) -> list[Gives]:
    return [each for each in contributed(Gives).values() if each.cause.code == cause]


def of_opened_community(cause: str) -> frozenset[str]:
    """Return what an opened community gives."""
    return frozenset(code for each in _given(cause) for code in each.community.split())


def of_opened_pupil(cause: str) -> frozenset[str]:
    """Return what an opened pupil gives."""
    return frozenset(code for each in _given(cause) for code in each.pupil.split())


def of_opened_case(cause: str, role: Role) -> frozenset[str]:
    """Return what an opened case gives to a role."""
    return frozenset(code for each in _given(cause) for code in each.case.get(role, "").split())


def outside(cause: str) -> list[Role]:
    """Return the roles outside the school to which a case may be opened."""
    return [role for each in _given(cause) for role in each.case]
