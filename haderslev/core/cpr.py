"""CPR numbers: shape, birthday and masking.

Source: cpr.dk, "Personnumre uden kontrolciffer": a number without a valid modulus 11 is valid.
Replacement numbers (erstatningspersonnumre) have 60 added to the day.
"""

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from haderslev.core.errors import DomainError

_SHAPE = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{4})")
# The seventh digit and the year give the century.
_ALWAYS_1900 = 3
_MIXED = frozenset({4, 9})
_MIXED_FROM = 37
_LAST_2000 = 57
# Added to the day of a replacement number.
_REPLACED = 60
MASK = "******-****"


def normalise(text: str) -> str:
    """Return the ten digits; ``DomainError`` if it is no CPR number, or there is no such day."""
    digits = re.sub(r"[\s-]", "", text)
    if not _SHAPE.fullmatch(digits) or born_on(digits) is None:
        raise DomainError(
            _("Write the CPR number as ten digits: day, month, year and four more."),
            code="cpr-shape",
            field="cpr",
        )
    return digits


def born_on(digits: str) -> date | None:
    """Return the birthday in the number, or None if there is no such day."""
    match = _SHAPE.fullmatch(digits)
    if not match:
        return None
    day, month, year, serial = (int(part) for part in match.groups())
    seventh = serial // 1000
    if seventh <= _ALWAYS_1900 or (seventh in _MIXED and year >= _MIXED_FROM):
        century = 1900
    elif seventh in _MIXED or year <= _LAST_2000:
        century = 2000
    else:
        century = 1800
    try:
        return date(century + year, month, day - _REPLACED if day > _REPLACED else day)
    except ValueError:
        return None


def formatted(digits: str) -> str:
    """Return ``DDMMYY-SSSS``; only for the page that reveals it."""
    return f"{digits[:6]}-{digits[6:]}"
