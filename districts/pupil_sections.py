"""Sections of a child's page; see ``districts.sections`` for what a function returns.

Orders in use: 10 observations, 20 plans, 30 guidance, 40 meetings, 50 cases, 60 PPV, 70 referrals
and offers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from districts.sections import Link, Registry, Row, Section

if TYPE_CHECKING:
    from districts.models import Pupil

__all__ = ["Link", "Row", "Section", "facts_of", "register", "register_facts", "sections_of"]

_registry: Registry[Pupil] = Registry()
register = _registry.register
register_facts = _registry.register_facts
sections_of = _registry.sections_of
facts_of = _registry.facts_of
