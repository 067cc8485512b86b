"""The level of an effort as number, word and colour, which always stand together."""

from collections.abc import Sequence

from django import template

from plans.models import Level

register = template.Library()


@register.simple_tag
def levels_in_order() -> Sequence[tuple[int, str]]:
    """Number and word of each level."""
    return list(enumerate(map(str, Level.labels), 1))


@register.inclusion_tag("components/tag_level.html")
def level_tag(number: int) -> dict[str, object]:
    """The level with this number, from 1; nothing for a number that is none."""
    return {"number": number, "word": dict(levels_in_order()).get(number, "")}
