"""Pages of a change of class: moving, and undoing the move while it is new."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.forms.pupils import MoveForm
from districts.models import Enrolment, LearningCommunity, Pupil
from districts.services import moves as service
from districts.views.master_data import act_page
from haderslev.core import clock
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.dates import short_date
from haderslev.core.pages import ActPage, require, run_act
from haderslev.core.policy import may


@form_page
@on_object(Pupil, "edit_pupil", fields="master_data")
def move_pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Move the child to another class, also at another school."""
    form = MoveForm(request.POST or None, classes=LearningCommunity.objects.all())
    page = act_page(
        pupil,
        _("Move to another class"),
        _("Move the pupil"),
        _("The pupil is moved."),
        _planned(pupil),
    )

    def moved(made: Enrolment) -> str:
        # Whoever can no longer see the child reads the move where it can be undone.
        stays = may(request.user, "edit_pupil", pupil)
        return page.back if stays else reverse("districts:undo_move", args=[made.public_id])

    return run_act(request, page, service.move_class, pupil, forms=[form], then=moved)


@form_page
@on_object(Enrolment, "edit_pupil", fields="master_data")
def undo_move(request: AccessRequest, enrolment: Enrolment) -> HttpResponse:
    """Take back the newest move; then the right class can be chosen."""
    newest = service.newest_to_undo(enrolment.pupil, request.user)
    require(newest is not None and newest.pk == enrolment.pk, service.TOO_LATE)
    page = ActPage(
        title=_("Undo the move"),
        submit=_("Undo the move"),
        back=reverse("districts:pupils"),
        back_label=_("Pupils"),
        intro=_said(enrolment),
        notice=_("Undone, the child is in the class before again. The timeline keeps both."),
        done=_("The move is undone. Choose the right class, or leave the page."),
    )
    return run_act(
        request,
        page,
        service.undo_move,
        enrolment,
        then=lambda pupil: reverse("districts:move_pupil", args=[pupil.public_id]),
    )


def _said(move: Enrolment) -> str:
    """Return who is moved from where to where, and when."""
    words = gettext("%(name)s is moved from %(old)s to %(new)s, first day %(day)s.")
    return words % {
        "name": move.pupil.full_name,
        "old": f"{move.came_from}, {move.came_from.school}" if move.came_from else "–",
        "new": f"{move.community}, {move.community.school}",
        "day": short_date(move.starts_on),
    }


def _planned(pupil: Pupil) -> str:
    """Return that a later class is known, which a move before it replaces."""
    later = pupil.enrolments.filter(starts_on__gt=clock.today()).first()
    if later is None:
        return ""
    words = gettext(
        "A move to %(new)s on %(day)s is planned. It is replaced when you choose an earlier day."
    )
    return words % {"new": later.community.name, "day": short_date(later.starts_on)}
