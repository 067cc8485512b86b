"""Names that must not stand in what the district council reads."""

import re

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from districts.models import CustodyHolder, Enrolment, Pupil
from haderslev.core.errors import DomainError

# Shorter names are also ordinary words (Bo, Ib, Ea, Kaj): they count only with a capital letter.
_ALSO_A_WORD = 3


def check_no_names(case: Case, field: str, text: str) -> None:
    """Refuse a text that names the child, a parent, or a brother or sister at the school.

    Names are found as whole words, also in the genitive.

    Raises:
        DomainError: A name stands in the text; ``field`` is the field of the form.
    """
    if case.pupil is None or not text:
        return
    if any(_stands_in(name, text) for name in _of_child(case.pupil)):
        raise DomainError(
            _('The text names the child. Write "the child" instead.'), field=field, code="named"
        )
    if any(_stands_in(name, text) for name in _of_family(case.pupil)):
        raise DomainError(
            _('The text names somebody in the child\'s family. Write "a parent" or "a sibling".'),
            field=field,
            code="named",
        )


def _of_child(pupil: Pupil) -> list[str]:
    return [*pupil.first_name.split(), *pupil.last_name.split()]


def _of_family(pupil: Pupil) -> list[str]:
    """Return the names of parents, and of children at the school who have a parent in common."""
    holders = list(CustodyHolder.objects.filter(pupil=pupil))
    names = [part for holder in holders for part in holder.name.split()]
    siblings = _siblings(pupil, [holder.name for holder in holders])
    names += [part for first in siblings for part in first.split()]
    return [name for name in names if name[:1].isupper()]


def _siblings(pupil: Pupil, parents: list[str]) -> list[str]:
    """Return the first names of children at the school who have a parent of the same name."""
    community = pupil.community
    if community is None:
        return []
    at_school = Enrolment.objects.active().filter(community__school=community.school)
    same = CustodyHolder.objects.filter(name__in=parents).values("pupil")
    rows = Pupil.objects.filter(pk__in=same).filter(pk__in=at_school.values("pupil"))
    return list(rows.exclude(pk=pupil.pk).values_list("first_name", flat=True))


def _stands_in(name: str, text: str) -> bool:
    flags = re.IGNORECASE if len(name) > _ALSO_A_WORD else 0
    return re.search(rf"\b{re.escape(name)}(?:['’]?s|['’])?\b", text, flags) is not None
