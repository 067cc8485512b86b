"""Pages of children: the lists, one child's page, and its master data, parents and class."""

from collections.abc import Callable
from functools import partial
from typing import Any  # the options of an ActPage

from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts import selectors
from districts.forms.pupils import (
    CprForm,
    EndParentForm,
    MasterDataForm,
    MoveForm,
    NewPupilForm,
    ParentForm,
    ParentFormSet,
    RevealForm,
)
from districts.models import CustodyHolder, Enrolment, LearningCommunity, Pupil, TimelineEntry
from districts.sections import Link, case_numbers, pupil_sections
from districts.services import custody, moves
from districts.services import pupils as pupil_service
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.core.access import AccessRequest, form_page, on_object, with_permission
from haderslev.core.dates import short_date
from haderslev.core.errors import Words
from haderslev.core.lists import listed_page
from haderslev.core.pages import ActPage, act_page, acts_on, require
from haderslev.core.policy import held_on, may
from haderslev.core.references import page_url, url_of


@with_permission("edit_pupil")
def pupils(request: AccessRequest) -> HttpResponse:
    """List the pupils of the person's school, class by class, in Danish order."""
    rows = selectors.pupils_by_class(request.user, "edit_pupil")
    page = listed_page(request, rows)
    moved = list(selectors.moved_away_today(request.user))
    request.reads.listed(row.pupil for row in [*page, *moved])
    request.reads.fields = "list"
    return render(request, "districts/pupils.html", {"page": page, "moved": moved})


@act_page
@with_permission("edit_pupil")
def new_pupil(request: AccessRequest) -> ActPage:
    """Add a child with the parents."""
    classes = LearningCommunity.objects.permitted(request.user, "edit_pupil")
    return ActPage(
        title=_("Add a pupil"),
        submit=_("Add the pupil"),
        back=reverse("districts:pupils"),
        back_label=_("Pupils"),
        intro=_("The CPR number is stored encrypted and is covered on every page."),
        done=_("The pupil is added."),
        forms=[
            NewPupilForm(request.POST or None, classes=classes),
            ParentFormSet(request.POST or None, prefix="parents"),
        ],
        act=pupil_service.add_pupil,
        then=url_of,
    )


@on_object(Pupil, "view_pupil")
def pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Show one child on one page, each part by its own rights."""
    sections = pupil_sections.sections_of(pupil, request.user)
    request.reads.note(case=case_numbers(sections))
    # If the person has the class too, the first acts begin with the class.
    here, user = pupil.community, request.user
    acts = selectors.first_acts(pupil, held_on(user, pupil))
    of_class = selectors.first_acts(here, held_on(user, here)) if here is not None else []
    through = {act.label: f"{act.url}?barn={pupil.public_id}" for act in of_class}
    context = {
        **_frame(pupil, user, "districts:pupil"),
        "sections": sections,
        "parents": CustodyHolder.objects.filter(pupil=pupil).current(),
        "why": selectors.why_visible(pupil, user),
        "acts": [Link(act.label, through.get(act.label, act.url)) for act in acts],
    }
    return render(request, "districts/pupil.html", context)


@on_object(Pupil, "view_pupil")
def timeline(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Show what has happened, newest first, as far as the person may know."""
    rows = TimelineEntry.objects.filter(pupil=pupil).visible_to(request.user)
    page = listed_page(request, rows)
    request.reads.note(case=[row.case_number for row in page])
    context = {**_frame(pupil, request.user, "districts:pupil_timeline"), "page": page}
    return render(request, "districts/timeline.html", context)


def _frame(pupil: Pupil, user: User, current: str) -> dict[str, object]:
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
            {"label": label, "url": page_url(name, pupil), "current": name == current}
            for label, name in tabs
        ],
    }


@acts_on(Pupil, "edit_pupil", pupil_service.correct_pupil, fields="master_data")
def edit_pupil(request: AccessRequest, pupil: Pupil) -> ActPage:
    """Show the master data and correct name, language and home municipality."""
    return ActPage(
        title=_("Master data"),
        submit=_("Save the master data"),
        back_label=pupil.full_name,
        done=_("The master data are saved."),
        template="districts/master_data.html",
        context={
            **_frame(pupil, request.user, "districts:edit_pupil"),
            "parents": pupil.custody_holders.order_by("ends_on", "pk"),
            "move": moves.newest_to_undo(pupil, request.user),
            "may_reveal": "reveal_cpr" in held_on(request.user, pupil),
        },
        forms=[MasterDataForm(request.POST or None, instance=pupil)],
        then=page_url("districts:edit_pupil", pupil),
    )


def _master_data(
    pupil: Pupil,
    form: BaseForm,
    act: Callable[..., object],
    **page: Any,  # what else the page says, as ``ActPage`` has it
) -> ActPage:
    """Return the page of one act on the master data."""
    return ActPage(
        back=page_url("districts:edit_pupil", pupil),
        back_label=pupil.full_name,
        template="districts/pupil_act.html",
        context={"pupil": pupil, "identity": {"name": pupil.full_name}},
        forms=[form],
        act=act,
        **page,
    )


@acts_on(Pupil, "edit_pupil", fields="master_data")
def correct_cpr(request: AccessRequest, pupil: Pupil) -> ActPage:
    """Write another CPR number; the present one is not shown."""
    return _master_data(
        pupil,
        CprForm(request.POST or None, initial={"revision": pupil.revision}),
        partial(pupil_service.correct_cpr, pupil),
        title=_("Correct the CPR number"),
        submit=_("Save the number"),
        done=_("The CPR number is saved."),
    )


@form_page
@on_object(Pupil, "reveal_cpr")
def reveal_cpr(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Ask why, then show the number once, in the answer to a POST."""
    return uncover(
        request,
        RevealForm(request.POST or None, purposes=selectors.purposes("cpr")),
        pupil_service.reveal_cpr,
        pupil,
        pupil=pupil,
        title=_("See the CPR number"),
        back=url_of(pupil),
        fields="cpr",
    )


def uncover(
    request: AccessRequest,
    form: RevealForm,
    reveal: Callable[..., str],
    row: Model,
    *,
    pupil: Pupil,
    title: Words,
    back: str,
    fields: str,
) -> HttpResponse:
    """Show what ``reveal`` returns of the row, in the answer to a POST with a purpose.

    Only that counts as looking it up. No redirect follows: a page that is fetched with GET never
    contains it, and going back in the browser asks for the purpose again.
    """
    secret = ""
    if request.method == "POST" and form.is_valid():
        secret = reveal(row, by=request.user)
        request.reads.fields = fields
        request.reads.purpose = form.cleaned_data["purpose"]
        request.reads.reason = form.cleaned_data["reason"]
    context = {
        "title": title,
        "pupil": pupil,
        "identity": {"name": pupil.full_name},
        "back": back,
        "form": form,
        "secret": secret,
    }
    status = 422 if request.method == "POST" and not secret else 200
    return render(request, "districts/uncover.html", context, status=status)


@acts_on(Pupil, "edit_pupil", fields="master_data")
def move_pupil(request: AccessRequest, pupil: Pupil) -> ActPage:
    """Move the child to another class, also at another school."""
    later = pupil.enrolments.filter(starts_on__gt=clock.today()).first()
    planned = gettext(
        "A move to %(new)s on %(day)s is planned. It is replaced when you choose an earlier day."
    )

    def moved(made: Enrolment) -> str:
        # Whoever can no longer see the child is shown the move where it can be undone.
        if may(request.user, "edit_pupil", pupil):
            return page_url("districts:edit_pupil", pupil)
        return page_url("districts:undo_move", made)

    return _master_data(
        pupil,
        MoveForm(request.POST or None, classes=LearningCommunity.objects.all()),
        partial(moves.move_class, pupil),
        title=_("Move to another class"),
        submit=_("Move the pupil"),
        done=_("The pupil is moved."),
        then=moved,
        notice=planned % {"new": later.community.name, "day": short_date(later.starts_on)}
        if later
        else "",
    )


@acts_on(Enrolment, "edit_pupil", moves.undo_move, fields="master_data")
def undo_move(request: AccessRequest, enrolment: Enrolment) -> ActPage:
    """Undo the newest move, so that the right class can be chosen."""
    newest = moves.newest_to_undo(enrolment.pupil, request.user)
    require(newest is not None and newest.pk == enrolment.pk, moves.TOO_LATE)
    old, new = enrolment.came_from, enrolment.community
    words = gettext("%(name)s is moved from %(old)s to %(new)s, first day %(day)s.")
    return ActPage(
        title=_("Undo the move"),
        back=reverse("districts:pupils"),
        back_label=_("Pupils"),
        intro=words
        % {
            "name": enrolment.pupil.full_name,
            "old": f"{old}, {old.school}" if old else "–",
            "new": f"{new}, {new.school}",
            "day": short_date(enrolment.starts_on),
        },
        notice=_("Undone, the child is in the class before again. The timeline keeps both."),
        done=_("The move is undone. Choose the right class, or leave the page."),
        then=partial(page_url, "districts:move_pupil"),
    )


@acts_on(Pupil, "edit_pupil", fields="master_data")
def new_parent(request: AccessRequest, pupil: Pupil) -> ActPage:
    """Add a parent."""
    return _master_data(
        pupil,
        ParentForm(request.POST or None),
        partial(custody.add_parent, pupil),
        title=_("Add a parent"),
        submit=_("Add the parent"),
        done=_("The parent is added."),
    )


@acts_on(Pupil, "edit_pupil", fields="master_data")
def edit_parent(request: AccessRequest, pupil: Pupil, holder_id: str) -> ActPage:
    """Correct a parent; a protected address is not sent to the browser."""
    holder = _holder(pupil, holder_id)
    return _master_data(
        pupil,
        ParentForm(request.POST or None, instance=holder),
        partial(custody.correct_parent, holder),
        title=holder.name,
        submit=_("Save"),
        done=_("The correction is saved."),
    )


@acts_on(Pupil, "edit_pupil", fields="master_data")
def end_parent(request: AccessRequest, pupil: Pupil, holder_id: str) -> ActPage:
    """End somebody's custody on a day."""
    holder = _holder(pupil, holder_id)
    return _master_data(
        pupil,
        EndParentForm(request.POST or None, initial={"ends_on": clock.today()}),
        partial(custody.end_parent, holder),
        title=_("End custody: %(name)s") % {"name": holder.name},
        submit=_("End the custody"),
        done=_("The custody is ended."),
    )


@form_page
@on_object(Pupil, "view_address")
def reveal_address(request: AccessRequest, pupil: Pupil, holder_id: str) -> HttpResponse:
    """Ask why, then show a protected address once, in the answer to a POST."""
    holder = _holder(pupil, holder_id)
    return uncover(
        request,
        RevealForm(request.POST or None, purposes=selectors.purposes("address")),
        custody.reveal_address,
        holder,
        pupil=pupil,
        title=_("See the address of %(name)s") % {"name": holder.name},
        back=page_url("districts:edit_pupil", pupil),
        fields="protected_address",
    )


def _holder(pupil: Pupil, holder_id: str) -> CustodyHolder:
    return get_object_or_404(pupil.custody_holders, public_id=holder_id.upper())
