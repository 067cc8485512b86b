"""Hints beside a text: who can read it, and whose names do not belong in it."""

from typing import Any  # options of a field

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haderslev.core.errors import Words

READABLE = _("Write so that the parents can read it. They have a right to see it.")
OTHER_PARENT = _("The other parent can read what you say here.")
NO_NAMES = _('Write "a classmate" instead of names of other children.')


def without_names(hint: Words) -> Any:  # a lazy text, whose type only the stubs know
    """Return a hint with the one about other children; the texts go into a pupil's material."""
    return format_lazy("{} {}", hint, NO_NAMES)
