"""Names that must not stand in what the district council reads."""

import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from districts.models import CustodyHolder, Enrolment, Pupil
from haderslev.core.errors import DomainError, Words

# Shorter names are also ordinary words (Bo, Ib, Ea, Kaj): they count only with a capital letter.
_ALSO_A_WORD = 3
_THE_CHILD = _('The text names the child. Write "the child" instead.')
_THE_FAMILY = _('The text names somebody in the child\'s family. Write "a parent" or "a sibling".')
_THE_CLASS = _('The text names a child of the class. Write "a child" instead.')


def check_no_names(case: Case, texts: Mapping[str, str]) -> None:
    """Refuse texts, by field of the form, that name the child, its family or a child of the class.

    Names are found as whole words, also in the genitive. The first name alone counts for the
    children of a class whose case it is; for a child's classmates only the full name does. The
    number of queries does not grow with the texts.

    Raises:
        DomainError: A name stands in a text; ``field`` is the field of the form.
    """
    pupil = case.pupil
    searches: list[tuple[Words, list[str], Callable[[str, str], bool]]] = []
    if pupil is not None:
        searches += [
            (_THE_CHILD, _of_child(pupil), _stands_in),
            (_THE_FAMILY, _of_family(pupil), _stands_in),
        ]
    searches.append((_THE_CLASS, _of_class(case), _stands_as_written))
    for words, names, stands in searches:
        for field, text in texts.items():
            if any(stands(name, text) for name in names):
                raise DomainError(words, field=field, code="named")


def _of_child(pupil: Pupil) -> list[str]:
    return [*pupil.first_name.split(), *pupil.last_name.split()]


def _of_class(case: Case) -> list[str]:
    """Return first names in a class's case, and full names of a child's classmates. One query."""
    community = case.pupil.community if case.pupil else case.community
    enrolled = Enrolment.objects.active().filter(community=community)
    rows = Pupil.objects.filter(pk__in=enrolled.values("pupil")).exclude(pk=case.pupil_id or 0)
    found = list(rows.values_list("first_name", "last_name"))
    if case.pupil is None:
        return [part for first, _last in found for part in first.split()]
    return [name for first, last in found for name in _full_names(first, last)]


def _full_names(first: str, last: str) -> set[str]:
    """Return the name in full, and with the first of the first names and the last of the last."""
    short = [*first.split()[:1], *last.split()[-1:]]
    return {f"{first} {last}", f"{first} {short[-1]}", " ".join(short)}


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


def _stands_as_written(name: str, text: str) -> bool:
    return name[:1].isupper() and _found(name, " ".join(text.split()), 0)


def _stands_in(name: str, text: str) -> bool:
    return _found(name, text, re.IGNORECASE if len(name) > _ALSO_A_WORD else 0)


def _found(name: str, text: str, flags: int) -> bool:
    return re.search(rf"\b{re.escape(name)}(?:['’]?s|['’])?\b", text, flags) is not None
