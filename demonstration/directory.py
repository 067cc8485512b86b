"""The municipality by short names: units, people, classes, children."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from demonstration.days import SchoolDays
from districts.models import Institution, LearningCommunity, Pupil, Unit
from haderslev.accounts.models import User

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demonstration"


@dataclass
class Directory:
    """What the histories refer to by short names."""

    days: SchoolDays
    units: dict[str, Unit] = field(default_factory=dict)
    offers: dict[str, Institution] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    classes: dict[str, LearningCommunity] = field(default_factory=dict)
    teams: dict[str, Unit] = field(default_factory=dict)
    # Class → who works with it, by role
    staff: dict[str, dict[str, str]] = field(default_factory=dict)
    children: dict[str, Pupil] = field(default_factory=dict)


def read(name: str) -> dict[str, Any]:
    """Read one file of the demonstration's data."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
