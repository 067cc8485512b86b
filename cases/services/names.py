"""Names that must not stand in what the district council reads."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from districts.models import CustodyHolder, Enrolment, Pupil
from haderslev.core.errors import DomainError

# One sentence for every name: whoever guesses does not learn whose it is.
_NAMED = _(
    'A name stands in the text. Write "the child", "a parent", "a sibling" or "a classmate" '
    "instead."
)


def check_no_names(case: Case, texts: Mapping[str, str]) -> None:
    """Refuse texts, by field of the form, that name the child, its family or a child of the class.

    Names are found as whole words with their capital letter, also in the genitive: a word in
    small letters is not a name. The first name alone counts for the children of a class whose case
    it is; for a child's classmates only the full name does. The number of queries does not grow
    with the texts.

    Raises:
        DomainError: A name stands in a text; ``field`` is the field of the form.
    """
    names = _of_class(case)
    if case.pupil is not None:
        names += [*_parts(case.pupil.full_name), *_of_family(case.pupil)]
    for field, text in texts.items():
        if any(_stands_in(name, text) for name in names):
            raise DomainError(_NAMED, field=field, code="named")


def _parts(name: str) -> list[str]:
    """Return the words of a name without its particles (van, der, de): those in small letters."""
    return [part for part in name.split() if not part.islower()] or name.title().split()


def _of_class(case: Case) -> list[str]:
    """Return first names in a class's case, and full names of a child's classmates. One query."""
    community = case.pupil.community if case.pupil else case.community
    enrolled = Enrolment.objects.active().filter(community=community)
    rows = Pupil.objects.filter(pk__in=enrolled.values("pupil")).exclude(pk=case.pupil_id or 0)
    found = list(rows.values_list("first_name", "last_name"))
    if case.pupil is None:
        return [part for first, _last in found for part in _parts(first)]
    return [name for first, last in found for name in _full_names(first, last)]


def _full_names(first: str, last: str) -> set[str]:
    """Return the name in full, and with the first of the first names and the last of the last."""
    short = [*first.split()[:1], *last.split()[-1:]]
    return {f"{first} {last}", f"{first} {short[-1]}", " ".join(short)}


def _of_family(pupil: Pupil) -> list[str]:
    """Return the names of parents, and of children at the school who have a parent in common."""
    holders = list(CustodyHolder.objects.filter(pupil=pupil))
    siblings = _siblings(pupil, [holder.name for holder in holders])
    whole = [*(holder.name for holder in holders), *siblings]
    return [part for name in whole for part in _parts(name)]


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
    """Look for the name as it is written, or in capitals."""
    written = f"{re.escape(name)}|{re.escape(name.upper())}"
    pattern = rf"\b(?:{written})(?:['’]?[sS]|['’])?\b"
    return re.search(pattern, " ".join(text.split())) is not None
