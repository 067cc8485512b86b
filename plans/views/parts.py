"""What the pages of the cycle share."""

from typing import Any

from django.urls import reverse

from districts.models import LearningCommunity, Pupil
from plans.selectors.pages import visible

READ_AND_WRITE = ["GET", "HEAD", "POST"]


def identity(target: Pupil | LearningCommunity, user: Any) -> dict[str, Any]:
    """Return whom the page is about, with a link when the person can open it."""
    if isinstance(target, Pupil):
        community = target.community
        name, url_name = target.full_name, "districts:pupil"
    else:
        community = target
        name, url_name = target.name, "districts:community"
    facts = [community.school.name] if community else []
    if isinstance(target, Pupil) and community:
        facts.insert(0, community.name)
    url = reverse(url_name, args=[target.public_id]) if visible(target, user) else ""
    return {"name": name, "url": url, "facts": facts}


def home_of(target: Pupil | LearningCommunity) -> str:
    """Return the page of the pupil or the class."""
    name = "districts:pupil" if isinstance(target, Pupil) else "districts:community"
    return reverse(name, args=[target.public_id])


def filled(rows: Any, method: str) -> list[Any]:
    """Return what the filled forms say; emptied and blank ones say nothing."""
    found = [getattr(row, method)() for row in rows or ()]
    return [item for item in found if item is not None]
