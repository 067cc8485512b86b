"""The page of an act on one row, and what the pages of a child's case have in common."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any  # rows of any model, context of a template

from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.selectors.facts import case_facts
from cases.selectors.pages import LEVEL_CODES
from cases.selectors.requirements import missing
from haderslev.accounts.models import User
from haderslev.core.access import AccessRequest, View
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage, acts_on
from haderslev.core.policy import held_on
from haderslev.core.references import url_of


def row_page(
    model: Any,  # with a policy and a page
    perm: str,
    act: Callable[..., object] | None = None,
    *,
    label: Words = "",  # of the way back; the model's name without one
    gate: str = "",  # shows what the step lacks, and no form before it is there
    framed: bool = True,  # shows whom the case is about
    **options: Any,
) -> Callable[[View[ActPage]], View[HttpResponse]]:
    """Declare the page of an act on one row, else as ``acts_on``: the view returns what it says."""

    def decorator(view: View[ActPage]) -> View[HttpResponse]:
        @acts_on(model, perm, act, **options)
        @wraps(view)
        def shown(request: AccessRequest, row: Any, **kwargs: object) -> ActPage:
            page, user = view(request, row, **kwargs), request.user
            context = {model._meta.model_name: row, "gate": gate}
            if framed:
                context |= case_frame(row.case, user)
            if gate:
                context["missing"] = missing(row.case, case_facts(row.case), gate, user=user)
            return replace(
                page,
                back_label=page.back_label or label or capfirst(model._meta.verbose_name),
                blocked=page.blocked or bool(context.get("missing")),
                template="cases/guarded_act.html" if gate else page.template,
                context={**context, **page.context},
            )

        return shown

    return decorator


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
            "url": url_of(pupil) if pupil and "view_pupil" in held else "",
            "facts": [
                community.name if community else "",
                str(community.school) if community else "",
                _("Case %(number)s") % {"number": case.number},
            ],
            "level": LEVEL_CODES.get(case.level),
        },
    }
