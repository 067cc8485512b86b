"""Sections of a class's page; see ``districts.sections`` for what a function returns.

Orders in use: 10 plans, 20 observations, 30 guidance, 40 meetings, 50 cases of the community.
No row names a child: the class's page lists children in one place only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from districts.sections import Link, Registry, Row, Section

if TYPE_CHECKING:
    from districts.models import LearningCommunity

__all__ = ["Link", "Row", "Section", "facts_of", "register", "register_facts", "sections_of"]

_registry: Registry[LearningCommunity] = Registry()
register = _registry.register
register_facts = _registry.register_facts
sections_of = _registry.sections_of
facts_of = _registry.facts_of
