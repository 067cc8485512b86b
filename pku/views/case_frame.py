"""The template context that all pages about a case at the last stage share."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.selectors.pages import LEVEL_CODES
from haderslev.accounts.models import User
from haderslev.core.policy import held_on


def case_frame(case: Case, user: User) -> dict[str, Any]:
    """Return the child, the level and the person's permissions; a link to the child if allowed."""
    held = held_on(user, case)
    pupil = case.pupil
    community = pupil.community if pupil else None
    return {
        "case": case,
        "pupil": pupil,
        "held": held,
        "identity": {
            "name": pupil.full_name if pupil else "",
            "url": reverse("districts:pupil", args=[pupil.public_id])
            if pupil and "view_pupil" in held
            else "",
            "facts": [
                community.name if community else "",
                str(community.school) if community else "",
                _("Case %(number)s") % {"number": case.number},
            ],
            "level": LEVEL_CODES.get(case.level),
        },
    }
