"""Pages of observations."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from districts.models import Enrolment, LearningCommunity, Pupil
from haderslev.core.access import AccessRequest, on_object
from haderslev.core.pages import ActPage, run_act
from plans.forms.observations import CorrectionForm, ObservationForm, WithdrawForm
from plans.models import Observation
from plans.services import observations as service

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(READ_AND_WRITE)
@on_object(LearningCommunity, "add_observation")
def new_observation(request: AccessRequest, community: LearningCommunity) -> HttpResponse:
    """Write an observation about a class, its practice, or pupils in it."""
    enrolled = Enrolment.objects.active().filter(community=community).values("pupil")
    pupils = Pupil.objects.permitted(request.user, "add_observation").filter(pk__in=enrolled)
    chosen = pupils.filter(public_id=request.GET.get("barn", "")).first()
    form = ObservationForm(request.POST or None, community=community, pupils=pupils, chosen=chosen)
    page = ActPage(
        title=_("New observation"),
        submit=_("Save the observation"),
        back=reverse("districts:community", args=[community.public_id]),
        back_label=community.name,
        done=_("The observation is saved."),
    )

    def do() -> str:
        saved = service.add_observation(community=community, by=request.user, **form.cleaned_data)
        return reverse("plans:observation", args=[saved.public_id])

    return run_act(request, page, do, forms=[form])


@require_GET
@on_object(Observation, "view_observation")
def observation(request: AccessRequest, observation: Observation) -> HttpResponse:
    """Show one observation; of its pupils only those the reader has access to."""
    mine = observation.pupils.filter(pk__in=Pupil.objects.visible_to(request.user))
    may_correct = Observation.objects.permitted(request.user, "correct_observation")
    context = {
        "observation": observation,
        "pupils": mine,
        "versions": observation.versions.select_related("replaced_by"),
        "may_correct": observation.withdrawn_at is None
        and (
            observation.author_id == request.user.pk
            or may_correct.filter(pk=observation.pk).exists()
        ),
    }
    return render(request, "plans/observation.html", context)


@require_http_methods(READ_AND_WRITE)
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

    def do() -> str:
        service.correct_observation(observation, by=request.user, **form.cleaned_data)
        return back

    return run_act(request, page, do, forms=[form])


@require_http_methods(READ_AND_WRITE)
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

    def do() -> str:
        service.withdraw_observation(observation, by=request.user, **form.cleaned_data)
        return back

    return run_act(request, page, do, forms=[form])
