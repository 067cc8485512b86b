"""Pages of a child's master data: correct, and see what is covered."""

from collections.abc import Callable

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from districts import selectors
from districts.forms.pupils import CorrectPupilForm, CprForm, RevealForm
from districts.models import Pupil
from districts.services import pupils as service
from districts.services.moves import newest_to_undo
from districts.views.pupils import frame
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage, run_act
from haderslev.core.policy import held_on

_FIELDS = (
    "first_name",
    "last_name",
    "home_municipality",
    "language",
    "needs_interpreter",
    "revision",
)


@form_page
@on_object(Pupil, "edit_pupil", fields="master_data")
def edit_pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Show the master data and correct name, language and home municipality."""
    initial = {name: getattr(pupil, name) for name in _FIELDS}
    form = CorrectPupilForm(request.POST or None, initial=initial)
    here = reverse("districts:edit_pupil", args=[pupil.public_id])
    page = ActPage(
        title=_("Master data"),
        submit=_("Save the master data"),
        back=reverse("districts:pupil", args=[pupil.public_id]),
        back_label=pupil.full_name,
        done=_("The master data are saved."),
        template="districts/master_data.html",
        context={
            **frame(pupil, request.user, "districts:edit_pupil"),
            "parents": pupil.custody_holders.order_by("ends_on", "pk"),
            "move": newest_to_undo(pupil, request.user),
            "may_reveal": "reveal_cpr" in held_on(request.user, pupil),
        },
    )
    return run_act(request, page, service.correct_pupil, pupil, forms=[form], then=lambda _: here)


@form_page
@on_object(Pupil, "edit_pupil", fields="master_data")
def correct_cpr(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Write another CPR number; the present one is not shown."""
    form = CprForm(request.POST or None, initial={"revision": pupil.revision})
    page = act_page(
        pupil, _("Correct the CPR number"), _("Save the number"), _("The CPR number is saved.")
    )
    return run_act(request, page, service.correct_cpr, pupil, forms=[form])


@form_page
@on_object(Pupil, "reveal_cpr")
def reveal_cpr(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Ask why, then show the number once, in the answer to a POST."""
    form = RevealForm(request.POST or None, purposes=selectors.purposes("cpr"))
    back = reverse("districts:pupil", args=[pupil.public_id])
    return uncover(
        request,
        form,
        service.reveal_cpr,
        pupil,
        pupil=pupil,
        title=_("See the CPR number"),
        back=back,
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


def act_page(pupil: Pupil, title: Words, submit: Words, done: Words, notice: Words = "") -> ActPage:
    """Return the page of one act on the master data."""
    back = reverse("districts:edit_pupil", args=[pupil.public_id])
    return ActPage(
        title=title,
        submit=submit,
        back=back,
        back_label=pupil.full_name,
        done=done,
        notice=notice,
        template="districts/pupil_act.html",
        context={"pupil": pupil, "identity": {"name": pupil.full_name}},
    )
