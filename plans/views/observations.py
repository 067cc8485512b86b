"""Pages of observations."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from districts.models import Enrolment, LearningCommunity, Pupil
from districts.scope import scope_of
from haderslev.core.access import AccessRequest, on_object
from haderslev.core.lists import listed_page
from haderslev.core.pages import ActPage, acts_on
from haderslev.core.policy import may
from haderslev.core.references import url_of
from plans import sections
from plans.forms.observations import (
    ObservationForm,
    ObservationTextForm,
    PupilObservationForm,
    WithdrawForm,
)
from plans.models import Observation
from plans.selectors import advisers
from plans.selectors.lists import Target
from plans.services import observations as service
from plans.views.parts import identity


@acts_on(LearningCommunity, "add_observation")
def new_for_community(request: AccessRequest, community: LearningCommunity) -> ActPage:
    """Write an observation about a class, its practice, or pupils in it."""
    enrolled = Enrolment.objects.active().filter(community=community).values("pupil")
    pupils = Pupil.objects.permitted(request.user, "add_observation").filter(pk__in=enrolled)
    request.reads.listed(pupils)
    chosen = pupils.filter(public_id=request.GET.get("barn", "")).first()
    form = ObservationForm(
        request.POST or None, pupils=pupils, chosen=chosen, adviser=_is_adviser(request)
    )
    return _new(community, form, partial(service.add_observation, community=community))


@acts_on(Pupil, "add_observation")
def new_for_pupil(request: AccessRequest, pupil: Pupil) -> ActPage:
    """Write an observation of one pupil; the way in for an adviser who was asked."""
    form = PupilObservationForm(request.POST or None, adviser=_is_adviser(request))
    about = Observation.About.PUPIL
    return _new(pupil, form, partial(service.add_observation, about=about, pupils=[pupil]))


def _new(target: Target, form: PupilObservationForm, act: Callable[..., Observation]) -> ActPage:
    return ActPage(
        title=_("New observation"),
        submit=_("Save the observation"),
        back=url_of(target),
        back_label=str(target),
        done=_("The observation is saved."),
        forms=[form],
        act=act,
        then=url_of,
    )


def _is_adviser(request: AccessRequest) -> bool:
    """Tell whether the person advises others, and so most often makes focused observations."""
    return any(each.role in advisers.ROLES for each in scope_of(request.user).roles)


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


@acts_on(Observation, "view_observation", service.correct_observation)
def correct(request: AccessRequest, observation: Observation) -> ActPage:
    """Correct the text of an observation."""
    return ActPage(
        title=_("Correct the observation"),
        submit=_("Save the correction"),
        back_label=_("Observation"),
        done=_("The correction is saved. The earlier text can still be seen."),
        forms=[ObservationTextForm(request.POST or None, instance=observation)],
    )


@acts_on(Observation, "view_observation", service.withdraw_observation)
def withdraw(request: AccessRequest, _observation: Observation) -> ActPage:
    """Withdraw an observation."""
    return ActPage(
        title=_("Withdraw the observation"),
        submit=_("Withdraw"),
        back_label=_("Observation"),
        danger=True,
        done=_("The observation is withdrawn."),
        forms=[WithdrawForm(request.POST or None)],
    )


def _list(request: AccessRequest, target: Target) -> HttpResponse:
    """List all observations of a child or a class; other children's names never stand here."""
    rows = sections.observations_of(target).select_related("author")
    page = listed_page(request, rows)
    context = {"page": page, "identity": identity(target, request.user), "back": url_of(target)}
    return render(request, "plans/observations.html", context)


of_pupil = on_object(Pupil, "view_observation")(_list)
of_community = on_object(LearningCommunity, "view_observation")(_list)
