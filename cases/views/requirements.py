"""Pages of requirements: what is documented, and setting an own requirement aside."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from cases.forms.exceptions import CompleteForm, ExceptionForm
from cases.kinds import WayIn
from cases.models import Case, RequirementException
from cases.selectors import case_facts, leaders_who_may, next_gate
from cases.selectors.people import decides_instead
from cases.selectors.requirements import GATE_WORDS, gates_for, requirement_texts, rows
from cases.services import gatekeeping, standing_in
from cases.views.deciding import after_deciding, note_stand_in, only_deciders
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.errors import Words
from haderslev.core.features import contributed
from haderslev.core.pages import ActPage, run_act, see_other
from haderslev.core.policy import held_on


@require_GET
@on_object(Case, "view_requirements")
def requirements(request: AccessRequest, case: Case) -> HttpResponse:
    """Show what each step asks for and how it stands. No count: it is no score."""
    facts = case_facts(case)
    chosen = request.GET.get("krav", "")
    gates = gates_for(case, facts)
    asked = standing_in.asked_steps(case)
    instead = decides_instead(request.user, case)
    if chosen not in gates:
        chosen = (asked[0] if instead and asked else next_gate(case, facts)) or gates[-1]
    url = reverse("cases:requirements", args=[case.public_id])
    rights = held_on(request.user, case)
    note_stand_in(request, case)
    found = rows(case, facts, chosen, user=request.user)
    context = {
        "case": case,
        "outside": "view_case" not in rights,
        "ways_in": contributed(WayIn).values(),
        "sees_access": "view_access" in rights,
        "chosen": chosen,
        "title": GATE_WORDS[chosen],
        "tabs": [
            {"label": GATE_WORDS[gate], "url": f"{url}?krav={gate}", "current": gate == chosen}
            for gate in gates
        ],
        "rows": found,
        "may_except": gatekeeping.may_set_aside(case, facts, chosen, user=request.user),
        "asked": chosen in asked and bool(rights & {"open_case", "except_requirement"}),
        "instead": instead,
        "may_ask": chosen not in {*asked, *gatekeeping.DECIDED_WITH}
        and case.is_open
        and "open_case" in rights
        and any(row.requirement.may_be_excepted for row in found)
        and not leaders_who_may(case, authors=gatekeeping.proposers(case)),
        "exceptions": {
            row.code: row
            for row in case.exceptions.filter(withdrawn_at=None)
            if row.code in facts.exceptions or not row.reason
        },
    }
    return render(request, "cases/requirements.html", context)


@require_POST
@on_object(Case, "view_case")
def ask_to_set_aside(request: AccessRequest, case: Case, step: str) -> HttpResponse:
    """Ask the head of children and youth, where no leader of the school may decide."""
    done = _("The head of children and youth is asked.")
    page = _asking(case, step, _("Ask the head of children and youth"), done)
    return run_act(request, page, gatekeeping.ask_chief, case, step)


@require_POST
@on_object(Case, "view_case")
def end_asking(request: AccessRequest, case: Case, step: str) -> HttpResponse:
    """Take back what the chief was asked, or say no as the chief."""
    note_stand_in(request, case)
    done = _("The requirements count.")
    page = _asking(case, step, _("Let the requirements count"), done)
    return run_act(
        request,
        page,
        gatekeeping.end_asking,
        case,
        step,
        then=lambda _: after_deciding(request, case, page.back),
    )


def _asking(case: Case, step: str, title: Words, done: Words) -> ActPage:
    url = reverse("cases:requirements", args=[case.public_id])
    return ActPage(
        title=title,
        submit=title,
        back=f"{url}?krav={step}",
        done=done,
        back_label=_("Requirements and documentation"),
        template="cases/act.html",
        context={"case": case},
    )


@form_page
@on_object(Case, "view_requirements")
def except_requirement(request: AccessRequest, case: Case, code: str) -> HttpResponse:
    """Set one own requirement aside with a reason."""
    only_deciders(request, case, "except_requirement", gatekeeping.proposers(case), code=code)
    form = ExceptionForm(request.POST or None, may_be_urgent=gatekeeping.may_be_urgent(code))
    text = requirement_texts([code]).get(code)
    back = reverse("cases:requirements", args=[case.public_id])
    page = ActPage(
        title=_("Set the requirement aside with a reason"),
        submit=_("Set aside"),
        back=back,
        back_label=_("Requirements and documentation"),
        intro=text.name_in_words if text else code,
        done=_("The requirement is set aside with a reason."),
        template="cases/act.html",
        context=_frame(request, case),
    )
    return run_act(
        request,
        page,
        gatekeeping.except_requirement,
        case,
        code,
        forms=[form],
        then=lambda _: after_deciding(request, case, back),
    )


@form_page
@on_object(RequirementException, "view_requirements")
def complete_exception(request: AccessRequest, exception: RequirementException) -> HttpResponse:
    """Write the reason of an urgent exception."""
    _only_who_decides(request, exception)
    back = reverse("cases:requirements", args=[exception.case.public_id])
    ended = exception.withdrawn_at or exception.ended_at
    if request.method != "POST" and (exception.reason or ended):
        return see_other(back)
    form = CompleteForm(request.POST or None)
    page = ActPage(
        title=_("Write the reason for the urgent exception"),
        submit=_("Save the reason"),
        back=back,
        back_label=_("Requirements and documentation"),
        intro=exception.sentence,
        done=_("The reason is saved."),
        template="cases/act.html",
        context=_frame(request, exception.case),
    )
    return run_act(
        request,
        page,
        gatekeeping.complete_exception,
        exception,
        forms=[form],
        then=lambda _: after_deciding(request, exception.case, back),
    )


@form_page
@on_object(RequirementException, "view_requirements")
def withdraw_exception(request: AccessRequest, exception: RequirementException) -> HttpResponse:
    """Take an exception back."""
    _only_who_decides(request, exception)
    back = reverse("cases:requirements", args=[exception.case.public_id])
    page = ActPage(
        title=_("Let the requirement count again"),
        submit=_("Let it count again"),
        back=back,
        back_label=_("Requirements and documentation"),
        done=_("The requirement counts again."),
        template="cases/act.html",
        context=_frame(request, exception.case),
    )
    return run_act(
        request,
        page,
        gatekeeping.withdraw_exception,
        exception,
        then=lambda _: after_deciding(request, exception.case, back),
    )


def _only_who_decides(request: AccessRequest, exception: RequirementException) -> None:
    case = exception.case
    authors = gatekeeping.proposers(case)
    only_deciders(request, case, "except_requirement", authors, code=exception.code)


def _frame(request: AccessRequest, case: Case) -> dict[str, object]:
    """Return whom the page is about; who is outside the case gets no way into it."""
    return {"case": case, "outside": "view_case" not in held_on(request.user, case)}
