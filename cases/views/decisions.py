"""Pages of the school leader's decision."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cases.forms.decisions import SupportDecisionForm, outcomes
from cases.models import Case, Document, OutcomeType, SupportDecision
from cases.selectors.pages import kept_words
from cases.services import decisions as service
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.pages import ActPage, run_act


@form_page
@on_object(Case, "decide_support")
def new_decision(request: AccessRequest, case: Case) -> HttpResponse:
    """Make the leader's decision."""
    hearing = service.usable_hearing(case)
    form = SupportDecisionForm(request.POST or None, heard=hearing is not None)
    page = ActPage(
        title=_("The school leader's decision"),
        submit=_("Sign the decision"),
        back=reverse("cases:case", args=[case.public_id]),
        back_label=case.number,
        intro=_("Each outcome but the last ends here, with a letter and complaint guidance."),
        notice=kept_words(case, request.user),
        done=_("The decision is signed."),
        template="cases/decision_form.html",
        context={
            "case": case,
            "hearing": hearing,
            "outcomes": outcomes(OutcomeType.Competence.LEADER),
        },
    )
    return run_act(
        request,
        page,
        service.decide_support,
        case,
        forms=[form],
        then=lambda decision: reverse("cases:decision", args=[decision.public_id]),
    )


@require_GET
@on_object(SupportDecision, "view_case")
def decision(request: AccessRequest, decision: SupportDecision) -> HttpResponse:
    """Show a signed decision with its letters."""
    letters = Document.objects.visible_to(request.user).filter(decision_key=decision.public_id)
    context = {
        "decision": decision,
        "case": decision.case,
        "letters": letters.select_related("delivery"),
    }
    return render(request, "cases/decision.html", context)
