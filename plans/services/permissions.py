"""Who may do an act of the cycle; the sentence says who can."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from districts.models import LearningCommunity, Pupil
from haderslev.core.errors import NotAllowedError, Words

TEAM_CAN = _("You may not do this. The team around the class can.")


def holds(target: Pupil | LearningCommunity, perm: str, by: Any) -> bool:
    """Tell whether ``by`` holds ``perm`` on a pupil or a community."""
    rows: Any = type(target).objects
    return bool(rows.permitted(by, perm).filter(pk=target.pk).exists())


def check(target: Pupil | LearningCommunity, perm: str, by: Any, message: Words = TEAM_CAN) -> None:
    """Require ``perm`` on a pupil or a community.

    Raises:
        NotAllowedError: ``by`` does not hold it.
    """
    if not holds(target, perm, by):
        raise NotAllowedError(message)
