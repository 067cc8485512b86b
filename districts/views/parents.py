"""Pages of a child's parents."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from districts import selectors
from districts.forms.pupils import CorrectParentForm, EndParentForm, ParentForm, RevealForm
from districts.models import CustodyHolder, Pupil
from districts.services import custody as service
from districts.views.master_data import act_page, uncover
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.pages import run_act

_FIELDS = (
    "name",
    "relation",
    "has_custody",
    "address",
    "address_protected",
    "phone",
    "needs_interpreter",
    "revision",
)


@form_page
@on_object(Pupil, "edit_pupil", fields="master_data")
def new_parent(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Add a parent."""
    form = ParentForm(request.POST or None)
    page = act_page(pupil, _("Add a parent"), _("Add the parent"), _("The parent is added."))
    return run_act(request, page, service.add_parent, pupil, forms=[form])


@form_page
@on_object(Pupil, "edit_pupil", fields="master_data")
def edit_parent(request: AccessRequest, pupil: Pupil, holder_id: str) -> HttpResponse:
    """Correct a parent; a protected address is not sent to the browser."""
    holder = _holder(pupil, holder_id)
    initial = {name: getattr(holder, name) for name in _FIELDS}
    if holder.address_protected:
        del initial["address"]
    form = CorrectParentForm(
        request.POST or None, initial=initial, protected=holder.address_protected
    )
    page = act_page(pupil, holder.name, _("Save"), _("The correction is saved."))
    return run_act(request, page, service.correct_parent, holder, forms=[form])


@form_page
@on_object(Pupil, "edit_pupil", fields="master_data")
def end_parent(request: AccessRequest, pupil: Pupil, holder_id: str) -> HttpResponse:
    """End somebody's custody on a day."""
    holder = _holder(pupil, holder_id)
    form = EndParentForm(request.POST or None)
    title = _("End custody: %(name)s") % {"name": holder.name}
    page = act_page(pupil, title, _("End the custody"), _("The custody is ended."))
    return run_act(request, page, service.end_parent, holder, forms=[form])


@form_page
@on_object(Pupil, "view_address")
def reveal_address(request: AccessRequest, pupil: Pupil, holder_id: str) -> HttpResponse:
    """Ask why, then show a protected address once, in the answer to a POST."""
    holder = _holder(pupil, holder_id)
    form = RevealForm(request.POST or None, purposes=selectors.purposes("address"))
    title = _("See the address of %(name)s") % {"name": holder.name}
    back = reverse("districts:edit_pupil", args=[pupil.public_id])
    return uncover(
        request,
        form,
        service.reveal_address,
        holder,
        pupil=pupil,
        title=title,
        back=back,
        fields="protected_address",
    )


def _holder(pupil: Pupil, holder_id: str) -> CustodyHolder:
    return get_object_or_404(pupil.custody_holders, public_id=holder_id.upper())
