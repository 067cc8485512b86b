"""Why somebody uncovers what is covered: asked each time, kept in the journal of look-ups."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RevealReason(models.TextChoices):
    """Reasons for seeing a CPR number or a protected address. Source: security rule R10."""

    RIGHT_CHILD = "right_child", _("To make sure that it is the right child")
    LETTER = "letter", _("To send a letter")
    AUTHORITY = "authority", _("To write to another authority or to PPR")
    CORRECTION = "correction", _("To correct the number or the address")
    OTHER = "other", _("Another reason")


def stored(reason: str, other: str = "") -> str:
    """Return what the journal keeps: the code, and the person's words for another reason."""
    return f"{reason}: {other}"[:200] if reason == RevealReason.OTHER else reason


def in_words(text: str) -> str:
    """Return a kept reason as it is read on the page of look-ups."""
    code, _colon, other = text.partition(": ")
    if code not in RevealReason.values:
        return text
    return other or str(RevealReason(code).label)
