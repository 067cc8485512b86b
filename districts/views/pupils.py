"""Pages of children: the lists, one child's page, its timeline."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from districts import pupil_sections, selectors
from districts.forms.pupils import NewPupilForm, ParentFormSet
from districts.models import CustodyHolder, LearningCommunity, Pupil, TimelineEntry
from districts.sections import Link, case_numbers
from districts.services import pupils as service
from haderslev.accounts.models import User
from haderslev.core.access import AccessRequest, form_page, on_object, with_permission
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage, run_act
from haderslev.core.policy import held_on
from haderslev.core.references import url_of

A_PAGE = 50


@require_GET
@with_permission("edit_pupil")
def pupils(request: AccessRequest) -> HttpResponse:
    """List the pupils of the person's school, class by class, in Danish order."""
    rows = selectors.pupils_by_class(request.user, "edit_pupil")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("side"))
    moved = list(selectors.moved_away_today(request.user))
    request.reads.listed(row.pupil for row in [*page, *moved])
    request.reads.fields = "list"
    return render(request, "districts/pupils.html", {"page": page, "moved": moved})


@form_page
@with_permission("edit_pupil")
def new_pupil(request: AccessRequest) -> HttpResponse:
    """Add a child with the parents."""
    classes = LearningCommunity.objects.permitted(request.user, "edit_pupil")
    form = NewPupilForm(request.POST or None, classes=classes)
    parents = ParentFormSet(request.POST or None, prefix="parents")
    page = ActPage(
        title=_("Add a pupil"),
        submit=_("Add the pupil"),
        back=reverse("districts:pupils"),
        back_label=_("Pupils"),
        intro=_("The CPR number is stored encrypted and is covered on every page."),
        done=_("The pupil is added."),
    )
    return run_act(request, page, service.add_pupil, forms=[form, parents], then=url_of)


@require_GET
@on_object(Pupil, "view_pupil")
def pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Show one child on one page, each part through its own rights."""
    sections = pupil_sections.sections_of(pupil, request.user)
    request.reads.note(case=case_numbers(sections))
    context = {
        **frame(pupil, request.user, "districts:pupil"),
        "sections": sections,
        "parents": CustodyHolder.objects.filter(pupil=pupil).current(),
        "why": selectors.why_visible(pupil, request.user),
        "acts": _first_acts(pupil, request.user),
    }
    return render(request, "districts/pupil.html", context)


def _first_acts(pupil: Pupil, user: User) -> list[Link]:
    """Return the first acts; where the class is the person's too, from the class with the pupil."""
    here = pupil.community
    acts = selectors.first_acts(pupil, held_on(user, pupil))
    of_class = selectors.first_acts(here, held_on(user, here)) if here is not None else []
    through = {act.label: f"{act.url}?barn={pupil.public_id}" for act in of_class}
    return [Link(act.label, through.get(act.label, act.url)) for act in acts]


@require_GET
@on_object(Pupil, "view_pupil")
def timeline(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Show what has happened, newest first: what the person may know of."""
    rows = TimelineEntry.objects.filter(pupil=pupil).visible_to(request.user)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("side"))
    request.reads.note(case=[row.case_number for row in page])
    context = {**frame(pupil, request.user, "districts:pupil_timeline"), "page": page}
    return render(request, "districts/timeline.html", context)


def frame(pupil: Pupil, user: User, current: str) -> dict[str, object]:
    """Return what every page of a child shows: identity bar and tabs."""
    community = pupil.community
    where: list[Words] = [community.name, str(community.school)] if community else []
    if pupil.language:
        where.append(pupil.language)
    if pupil.needs_interpreter:
        where.append(_("Interpreter needed"))
    tabs: list[tuple[Words, str]] = [
        (_("Overview"), "districts:pupil"),
        (_("Timeline"), "districts:pupil_timeline"),
    ]
    if "edit_pupil" in held_on(user, pupil):
        tabs.append((_("Master data"), "districts:edit_pupil"))
    return {
        "pupil": pupil,
        "community": community,
        "may_see_class": community is not None and "view_community" in held_on(user, community),
        "identity": {
            "name": pupil.full_name,
            "facts": [*where, *pupil_sections.facts_of(pupil, user)],
        },
        "tabs": [
            {
                "label": label,
                "url": reverse(name, args=[pupil.public_id]),
                "current": name == current,
            }
            for label, name in tabs
        ],
    }
