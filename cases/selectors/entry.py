"""A case that began higher: which steps were never gone through, and what stands instead."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case

_NEVER: dict[str, Promise] = {
    Case.Level.ANTICIPATORY: gettext_lazy("The requirements of level 2 were never gone through."),
    Case.Level.INTERVENING: gettext_lazy(
        "The requirements of level 2, of the PPV and of the referral were never gone through."
    ),
}
_LEVELS = {Case.Level.ANTICIPATORY: 2, Case.Level.INTERVENING: 3}


def began_higher(case: Case) -> str:
    """Say that earlier steps were never gone through, by which ground, document and leader."""
    if case.entry_level not in _NEVER:
        return ""
    instead = _(
        "The case began at level %(level)s on the ground “%(ground)s”, by %(leader)s. "
        "Document: %(document)s."
    )
    words = instead % {
        "level": _LEVELS[Case.Level(case.entry_level)],
        "ground": case.get_entry_ground_display(),
        "leader": case.entered_by_name,
        "document": case.entry_document,
    }
    return f"{_NEVER[case.entry_level]} {words}"
