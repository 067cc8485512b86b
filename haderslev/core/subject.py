"""Whom a record is about."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whom an object is about, in ids."""

    pupil_ids: frozenset[int] = frozenset()
    community_ids: frozenset[int] = frozenset()
    case_number: str = ""
