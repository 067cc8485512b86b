"""Advisers a class can ask, and names that should not stand in a question without a name."""

import re
from collections.abc import Sequence

from districts.models import Enrolment, LearningCommunity, Unit
from districts.permissions import Role
from plans.models import Guidance

_KINDS = {
    Role.PSYCHOLOGIST: Unit.Kind.ADVISORY_TEAM,
    Role.FAMILY_COUNSELLOR: Unit.Kind.FAMILY_COUNSELLING,
}
ROLES: Sequence[Role] = (
    Role.PLC_ADVISER,
    Role.PRACTICE_ADVISER,
    Role.PSYCHOLOGIST,
    Role.FAMILY_COUNSELLOR,
)
# What each adviser does to the plan (H-CAT-6, H-CAT-7, H-CAT-8).
VERBS = {
    Role.PLC_ADVISER: Guidance.Verb.DEVELOPS,
    Role.PRACTICE_ADVISER: Guidance.Verb.DEVELOPS_FURTHER,
    Role.PSYCHOLOGIST: Guidance.Verb.QUALIFIES,
    Role.FAMILY_COUNSELLOR: Guidance.Verb.QUALIFIES,
}
# Shorter names are also ordinary words (Bo, Ea, Kaj), so they count only with a capital letter.
_ALSO_A_WORD = 3


def unit_of(role: Role, community: LearningCommunity) -> Unit | None:
    """Return the unit where the role is held for a class: school, district, or by its kind."""
    school = community.school
    if role == Role.PLC_ADVISER:
        return school
    if role == Role.PRACTICE_ADVISER:
        return school.parent
    kind = _KINDS.get(role)
    if kind is None:
        return None
    units = list(Unit.objects.filter(kind=kind, ends_on=None))
    near = [unit for unit in units if unit.parent_id == school.parent_id]
    return next(iter(near or units), None)


def first_names_in(text: str, community: LearningCommunity) -> list[str]:
    """Return the first names of today's pupils of the class that stand in the text."""
    rows = Enrolment.objects.active().filter(community=community)
    names = sorted(set(rows.values_list("pupil__first_name", flat=True)))
    return [name for name in names if _stands_in(name, text)]


def _stands_in(name: str, text: str) -> bool:
    flags = re.IGNORECASE if len(name) > _ALSO_A_WORD else 0
    return re.search(rf"\b{re.escape(name)}(?:['’]?s|['’])?\b", text, flags) is not None
