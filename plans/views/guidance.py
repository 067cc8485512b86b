"""Pages of guidance: asking, the advisers' list, the request with its answer."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from districts.models import LearningCommunity, Pupil
from haderslev.core.access import AccessRequest, on_object, post_only, with_permission
from haderslev.core.lists import listed_page
from haderslev.core.pages import ActPage, AnyForm, acts_on
from haderslev.core.policy import held_on, may, may_see
from haderslev.core.references import url_of
from plans import sections
from plans.forms.guidance import AnswerForm, AskForm, agreements
from plans.models import Evaluation, Guidance
from plans.selectors import lists, pages
from plans.selectors.lists import Target
from plans.services import guidance as service
from plans.views.parts import identity, records


@acts_on(LearningCommunity, "ask_guidance")
def ask_for_community(request: AccessRequest, community: LearningCommunity) -> ActPage:
    """Ask for guidance about a class, or about a child in it without a name."""
    meant = request.POST.get("names_are_meant") == "yes"
    act = partial(service.ask, community=community, names_are_meant=meant)
    return _ask(request, community, act)


@acts_on(Pupil, "ask_guidance")
def ask_for_pupil(request: AccessRequest, pupil: Pupil) -> ActPage:
    """Ask for guidance about a named child."""
    rows = agreements(request.POST or None, pupil)
    act = partial(service.ask, pupil=pupil, kind=Guidance.Kind.PUPIL)
    return _ask(request, pupil, act, rows)


def _ask(
    request: AccessRequest, target: Target, act: Callable[..., Guidance], *rows: AnyForm
) -> ActPage:
    # The plan and the reason of the evaluation whose conclusion led here.
    plans = lists.running_plans_of(target)
    plan = plans.filter(public_id=request.GET.get("plan", "")).first()
    evaluations = Evaluation.objects.visible_to(request.user).filter(version__plan=plan)
    evaluation = evaluations.filter(public_id=request.GET.get("evaluering", "")).first()
    initial = {"plan": plan, "question": evaluation.reason if evaluation and plan else ""}
    return ActPage(
        title=_("Ask for guidance"),
        submit=_("Send the request"),
        back=url_of(target),
        back_label=str(target),
        intro=_("The adviser gets access until the date you choose, and answers on the plan."),
        done=_("The request is sent."),
        template="plans/ask_guidance.html",
        forms=[AskForm(request.POST or None, initial=initial, target=target), *rows],
        act=act,
        then=url_of,
    )


@with_permission("answer_guidance")
def inbox(request: AccessRequest) -> HttpResponse:
    """List the requests to the person's own unit: school, date, and the class while it is open."""
    mine = Guidance.objects.sent_to(request.user).select_related("community__school", "opening")
    rows = listed_page(request, mine.order_by("-asked_at"))
    request.reads.listed(rows.object_list)
    return render(request, "plans/guidance_inbox.html", {"page": rows})


@on_object(Guidance, "view_plan")
def guidance(request: AccessRequest, guidance: Guidance) -> HttpResponse:
    """Show a request and its answer; an adviser whose opening has ended sees neither."""
    user = request.user
    target, plan = guidance.pupil or guidance.community, guidance.plan
    readable = may(user, "read_question", guidance)
    asked = guidance.state == Guidance.State.ASKED
    mine = may(user, "answer_guidance", guidance)
    # The school alone, when the adviser's access to the child or class has ended
    unnamed = {"name": guidance.community.school.name, "url": "", "facts": []}
    context = {
        "guidance": guidance,
        "readable": readable,
        "identity": identity(target, user) if readable else unnamed,
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


@acts_on(Guidance, "answer_guidance", service.answer)
def answer(request: AccessRequest, guidance: Guidance) -> ActPage:
    """Answer a request for guidance."""
    observations = pages.own_observations(request.user, guidance)
    form = AnswerForm(request.POST or None, guidance=guidance, observations=observations)
    return ActPage(
        title=_("Answer the request"),
        submit=_("Send the answer"),
        back_label=_("Guidance"),
        done=_("The answer is sent. The team sees it on its plan."),
        template="plans/answer.html",
        context={"guidance": guidance},
        forms=[form],
    )


@acts_on(Guidance, "ask_guidance", service.withdraw)
def withdraw(request: AccessRequest, guidance: Guidance) -> ActPage:  # noqa: ARG001 - a view
    """Withdraw a request."""
    return ActPage(
        title=_("Withdraw the request"),
        submit=_("Withdraw"),
        back_label=_("Guidance"),
        intro=_("The adviser's access ends at once."),
        danger=True,
        done=_("The request is withdrawn."),
    )


@post_only
@acts_on(Guidance, "ask_guidance", service.mark_read)
def read(request: AccessRequest, guidance: Guidance) -> ActPage:  # noqa: ARG001 - a view
    """Note that the team has read the answer."""
    return ActPage(
        title=_("Guidance"),
        submit=_("Read"),
        then=url_of(guidance.plan or guidance),
    )


def _all_of(request: AccessRequest, target: Target) -> HttpResponse:
    """List the requests about a child or a class that the person may know of."""
    empty = _("Nobody has been asked yet. The school's own PLC adviser can always be asked.")
    if "view_plan" not in held_on(request.user, target):
        # Whoever may not read all guidance must not learn whether anybody has been asked.
        empty = _("There is no guidance here that you may read.")
    rows = sections.guidance_of(target, request.user)
    return records(request, target, rows, sections.guidance_row, title=_("Guidance"), empty=empty)


of_pupil = on_object(Pupil, "view_pupil")(_all_of)
of_community = on_object(LearningCommunity, "view_community")(_all_of)
