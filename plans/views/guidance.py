"""Pages of guidance: asking, the advisers' list, the request with its answer."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from districts.models import LearningCommunity, Pupil
from haderslev.core.access import AccessRequest, form_page, on_object, with_permission
from haderslev.core.pages import ActPage, AnyForm, run_act
from haderslev.core.policy import may, may_see
from haderslev.core.references import url_of
from plans.forms.guidance import AnswerForm, AskForm, agreements
from plans.models import Evaluation, Guidance, Plan
from plans.selectors import lists, pages
from plans.services import guidance as service
from plans.views.parts import identity

_PAGE = 50


@form_page
@on_object(LearningCommunity, "ask_guidance")
def ask_for_community(request: AccessRequest, community: LearningCommunity) -> HttpResponse:
    """Ask for guidance about a class, or about a child in it without a name."""
    form = AskForm(request.POST or None, initial=_prefilled(request, community), target=community)

    meant = request.POST.get("names_are_meant") == "yes"
    return _ask(request, community, [form], community=community, names_are_meant=meant)


@form_page
@on_object(Pupil, "ask_guidance")
def ask_for_pupil(request: AccessRequest, pupil: Pupil) -> HttpResponse:
    """Ask for guidance about a named child."""
    form = AskForm(request.POST or None, initial=_prefilled(request, pupil), target=pupil)
    rows = agreements(request.POST or None, pupil)
    return _ask(request, pupil, [form, rows], pupil=pupil, kind=Guidance.Kind.PUPIL)


@require_GET
@with_permission("answer_guidance")
def inbox(request: AccessRequest) -> HttpResponse:
    """List the requests to the person's own unit: school, date, and the class while it is open."""
    mine = Guidance.objects.sent_to(request.user).select_related("community__school", "opening")
    rows = Paginator(mine.order_by("-asked_at"), _PAGE).get_page(request.GET.get("side"))
    request.reads.listed(rows.object_list)
    return render(request, "plans/guidance_inbox.html", {"page": rows})


@require_GET
@on_object(Guidance, "view_plan")
def guidance(request: AccessRequest, guidance: Guidance) -> HttpResponse:
    """Show a request and its answer; an adviser whose opening has ended sees neither."""
    user = request.user
    target, plan = guidance.pupil or guidance.community, guidance.plan
    readable = may(user, "read_question", guidance)
    asked = guidance.state == Guidance.State.ASKED
    mine = may(user, "answer_guidance", guidance)
    context = {
        "guidance": guidance,
        "readable": readable,
        "identity": identity(target, user) if readable else _unnamed(guidance),
        "agreements": guidance.agreements.select_related("custody_holder") if readable else (),
        "plan": plan if readable and plan is not None and may_see(user, plan) else None,
        "may_answer": asked and mine,
        "may_observe": readable and mine,
        "may_withdraw": asked and may(user, "ask_guidance", target),
        "may_mark": not asked
        and may(user, "ask_guidance", target)
        and lists.waits_to_be_read(guidance, user),
    }
    return render(request, "plans/guidance.html", context)


@form_page
@on_object(Guidance, "answer_guidance")
def answer(request: AccessRequest, guidance: Guidance) -> HttpResponse:
    """Answer a request for guidance."""
    observations = pages.own_observations(request.user, guidance)
    form = AnswerForm(request.POST or None, guidance=guidance, observations=observations)
    back = reverse("plans:guidance", args=[guidance.public_id])
    page = ActPage(
        title=_("Answer the request"),
        submit=_("Send the answer"),
        back=back,
        back_label=_("Guidance"),
        done=_("The answer is sent. The team sees it on its plan."),
        template="plans/answer.html",
        context={"guidance": guidance},
    )
    return run_act(request, page, service.answer, guidance, forms=[form])


@form_page
@on_object(Guidance, "ask_guidance")
def withdraw(request: AccessRequest, guidance: Guidance) -> HttpResponse:
    """Withdraw a request."""
    back = reverse("plans:guidance", args=[guidance.public_id])
    page = ActPage(
        title=_("Withdraw the request"),
        submit=_("Withdraw"),
        back=back,
        back_label=_("Guidance"),
        intro=_("The adviser's access ends at once."),
        danger=True,
        done=_("The request is withdrawn."),
    )
    return run_act(request, page, service.withdraw, guidance)


@require_http_methods(["POST"])
@on_object(Guidance, "ask_guidance")
def read(request: AccessRequest, guidance: Guidance) -> HttpResponse:
    """Note that the team has read the answer."""
    back = reverse("plans:guidance", args=[guidance.public_id])
    page = ActPage(title=_("Guidance"), submit=_("Read"), back=back)
    after = url_of(guidance.plan or guidance)
    return run_act(request, page, service.mark_read, guidance, then=after)


def _ask(
    request: AccessRequest,
    target: Pupil | LearningCommunity,
    forms: list[AnyForm],
    **about: object,
) -> HttpResponse:
    page = ActPage(
        title=_("Ask for guidance"),
        submit=_("Send the request"),
        back=url_of(target),
        back_label=str(target),
        intro=_("The adviser gets access until the date you choose, and answers on the plan."),
        done=_("The request is sent."),
        template="plans/ask_guidance.html",
    )
    return run_act(request, page, service.ask, forms=forms, then=url_of, **about)


def _prefilled(request: AccessRequest, target: Pupil | LearningCommunity) -> dict[str, object]:
    """Return the plan and the reason of the evaluation whose conclusion led here."""
    plans = Plan.objects.filter(**lists.about(target), ended_on=None)
    plan = plans.filter(public_id=request.GET.get("plan", "")).first()
    evaluations = Evaluation.objects.visible_to(request.user).filter(version__plan=plan)
    evaluation = evaluations.filter(public_id=request.GET.get("evaluering", "")).first()
    return {"plan": plan, "question": evaluation.reason if evaluation and plan else ""}


def _unnamed(guidance: Guidance) -> dict[str, object]:
    """Return the school alone: the adviser's access to the child or class has ended."""
    return {"name": guidance.community.school.name, "url": "", "facts": []}
