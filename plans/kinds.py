"""Topics on which parents answer at a meeting: each is declared by the app that needs it."""

from dataclasses import dataclass

from haderslev.core.errors import Words
from haderslev.core.features import Contribution, contributed


@dataclass(frozen=True)
class Topic(Contribution):
    """What each parent is asked at a meeting."""

    label: Words
    order: int  # lower stands first


def topics() -> dict[str, Topic]:
    """Return the topics by their codes, in the order of the form."""
    found = sorted(contributed(Topic).values(), key=lambda topic: topic.order)
    return {topic.code: topic for topic in found}
