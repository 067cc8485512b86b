"""Who may do an act of the cycle; the sentence says who can."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from districts.models import LearningCommunity, Pupil
from haderslev.core.errors import NotAllowedError, Words

TEAM_CAN = _("You may not do this. The team around the class can.")


def holds(target: Pupil | LearningCommunity, perm: str, by: Any) -> bool:
    """Tell whether ``by`` holds ``perm`` on a pupil or a community."""
    rows: Any = type(target).objects
    return bool(rows.permitted(by, perm).filter(pk=target.pk).exists())


def held(target: Pupil | LearningCommunity, perms: Iterable[str], by: Any) -> frozenset[str]:
    """Return those of ``perms`` that ``by`` holds on a pupil or a community. One query."""
    rows: Any = type(target).objects
    wanted = tuple(perms)
    asked = {
        f"may_{perm}": Exists(rows.permitted(by, perm).filter(pk=OuterRef("pk"))) for perm in wanted
    }
    row = rows.filter(pk=target.pk).values(**asked).get()
    return frozenset(perm for perm in wanted if row[f"may_{perm}"])


def check(target: Pupil | LearningCommunity, perm: str, by: Any, message: Words = TEAM_CAN) -> None:
    """Require ``perm`` on a pupil or a community.

    Raises:
        NotAllowedError: ``by`` does not hold it.
    """
    if not holds(target, perm, by):
        raise NotAllowedError(message)
