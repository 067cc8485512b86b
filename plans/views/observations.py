"""Pages of observations."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from districts.models import Enrolment, LearningCommunity, Pupil
from districts.scope import scope_of
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.pages import ActPage, run_act
from haderslev.core.policy import may
from haderslev.core.references import url_of
from plans.forms.observations import (
    CorrectionForm,
    ObservationForm,
    PupilObservationForm,
    WithdrawForm,
)
from plans.models import Observation
from plans.selectors import advisers
from plans.services import observations as service
from plans.views.parts import identity

_PAGE = 50
_ADVISERS = frozenset(advisers.ROLES)


@form_page
@on_object(LearningCommunity, "add_observation")
def new_observation(request: AccessRequest, community: LearningCommunity) -> HttpResponse:
    """Write an observation about a class, its practice, or pupils in it."""
    enrolled = Enrolment.objects.active().filter(community=community).values("pupil")
    pupils = Pupil.objects.permitted(request.user, "add_observation").filter(pk__in=enrolled)
    request.reads.listed(pupils)
    chosen = pupils.filter(public_id=request.GET.get("barn", "")).first()
    form = ObservationForm(
        request.POST or None, pupils=pupils, chosen=chosen, adviser=_is_adviser(request)
    )
    page = ActPage(
        title=_("New observation"),
        submit=_("Save the observation"),
        back=reverse("districts:community", args=[community.public_id]),
        back_label=community.name,
        done=_("The observation is saved."),
    )
    return run_act(
        request,
        page,
        service.add_observation,
        forms=[form],
        then=url_of,
        community=community,
    )


@form_page
@on_object(Pupil, "add_observation")
def new_observation_of_pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Write an observation of one pupil; the way in for an adviser who was asked."""
    form = PupilObservationForm(request.POST or None, adviser=_is_adviser(request))
    page = ActPage(
        title=_("New observation"),
        submit=_("Save the observation"),
        back=reverse("districts:pupil", args=[pupil.public_id]),
        back_label=pupil.full_name,
        done=_("The observation is saved."),
    )
    return run_act(
        request,
        page,
        service.add_observation,
        forms=[form],
        then=url_of,
        about=Observation.About.PUPIL,
        pupils=[pupil],
    )


@require_GET
@on_object(LearningCommunity, "view_observation")
def observations_of_community(request: AccessRequest, community: LearningCommunity) -> HttpResponse:
    """List all observations of a class."""
    return _list(request, community, Observation.objects.filter(community=community))


@require_GET
@on_object(Pupil, "view_observation")
def observations_of_pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """List all observations of a pupil; the others' names never stand here."""
    about = pupil.observation_rows.values("observation")
    return _list(request, pupil, Observation.objects.filter(pk__in=about))


@require_GET
@on_object(Observation, "view_observation")
def observation(request: AccessRequest, observation: Observation) -> HttpResponse:
    """Show one observation; of its pupils only those the reader has access to."""
    mine = observation.pupils.filter(pk__in=Pupil.objects.visible_to(request.user))
    context = {
        "observation": observation,
        "pupils": mine,
        "versions": observation.versions.select_related("replaced_by"),
        "may_correct": observation.withdrawn_at is None
        and (
            observation.author_id == request.user.pk
            or may(request.user, "correct_observation", observation)
        ),
    }
    return render(request, "plans/observation.html", context)


@form_page
@on_object(Observation, "view_observation")
def correct_observation(request: AccessRequest, observation: Observation) -> HttpResponse:
    """Correct the text of an observation."""
    initial = {
        name: getattr(observation, name)
        for name in ("seen", "child_words", "interpretation", "revision")
    }
    form = CorrectionForm(request.POST or None, initial=initial)
    back = reverse("plans:observation", args=[observation.public_id])
    page = ActPage(
        title=_("Correct the observation"),
        submit=_("Save the correction"),
        back=back,
        back_label=_("Observation"),
        done=_("The correction is saved. The earlier text can still be seen."),
    )
    return run_act(request, page, service.correct_observation, observation, forms=[form])


@form_page
@on_object(Observation, "view_observation")
def withdraw_observation(request: AccessRequest, observation: Observation) -> HttpResponse:
    """Withdraw an observation."""
    form = WithdrawForm(request.POST or None)
    back = reverse("plans:observation", args=[observation.public_id])
    page = ActPage(
        title=_("Withdraw the observation"),
        submit=_("Withdraw"),
        back=back,
        back_label=_("Observation"),
        danger=True,
        done=_("The observation is withdrawn."),
    )
    return run_act(request, page, service.withdraw_observation, observation, forms=[form])


def _is_adviser(request: AccessRequest) -> bool:
    """Tell whether the person advises others, and so most often makes focused observations."""
    return any(each.role in _ADVISERS for each in scope_of(request.user).roles)


def _list(
    request: AccessRequest, target: Pupil | LearningCommunity, rows: QuerySet[Observation]
) -> HttpResponse:
    page = Paginator(rows.select_related("author"), _PAGE).get_page(request.GET.get("side"))
    context = {"page": page, "identity": identity(target, request.user), "back": url_of(target)}
    return render(request, "plans/observations.html", context)
