"""The page of an act on one row, and what the pages of a child's case have in common."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial, wraps
from typing import Any

from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.selectors.facts import case_facts
from cases.selectors.pages import LEVEL_CODES
from cases.selectors.requirements import missing
from haderslev.accounts.models import User
from haderslev.core.access import AccessRequest, View, on_object
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage, act_page
from haderslev.core.policy import held_on
from haderslev.core.references import url_of


@dataclass(frozen=True, kw_only=True)
class RowPage(ActPage):
    """The page of an act on one row. Unless it says otherwise it leads back to the row's page."""

    back: str = ""


def acts_on(
    model: Any,  # with a policy and a page
    perm: str,
    act: Callable[..., object],  # the service; what it needs beside the row and the forms is bound
    *,
    related: tuple[str, ...] = (),
    label: Words = "",  # of the way back; the model's name without one
    gate: str = "",  # shows what the step lacks, and no form before it is there
    framed: bool = True,  # shows whom the case is about
) -> Callable[[View[RowPage]], View[HttpResponse]]:
    """Declare the page of an act on one row: the view returns its words and its forms."""

    def decorator(view: View[RowPage]) -> View[HttpResponse]:
        @act_page
        @on_object(model, perm, related=related)
        @wraps(view)
        def shown(request: AccessRequest, row: Any, *args: object, **kwargs: object) -> ActPage:
            page, user = view(request, row, *args, **kwargs), request.user
            context = {model._meta.model_name: row, "gate": gate}
            if framed:
                context |= case_frame(row.case, user)
            if gate:
                context["missing"] = missing(row.case, case_facts(row.case), gate, user=user)
            return replace(
                page,
                act=partial(page.act or act, row),
                back=page.back or url_of(row),
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
