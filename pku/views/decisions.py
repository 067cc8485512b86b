"""Pages of PKU's decisions: prepared, corrected, signed, followed up."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cases.forms.decisions import outcomes
from cases.models import Case, Document, OutcomeType
from cases.selectors import case_facts
from cases.selectors.pages import kept_words
from cases.selectors.requirements import missing
from districts.models import Todo
from haderslev.accounts.models import User
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.errors import Words
from haderslev.core.forms import BaseForm
from haderslev.core.pages import ActPage, run_act
from haderslev.core.policy import may_see
from pku import features
from pku.forms.decisions import DecisionForm, StandInForm, goal_formset
from pku.forms.referrals import RevisionForm
from pku.models import PkuDecision, PkuMeeting, Referral
from pku.services import consents, delivery, signers
from pku.services import decisions as service
from pku.views.case_frame import case_frame

Competence = OutcomeType.Competence
_COLUMNS = (
    "meeting", "present", "dialogue_council", "dialogue_psychologist", "dialogue_school",
    "outcome", "offer", "starts_on", "ends_on", "home_contact", "legal_basis", "considerations",
    "facts", "parents_views", "child_views", "no_status_reason", "revision",
)  # fmt: skip
# Related rows that a page shows with the decision.
SHOWN = (
    "case__pupil",
    "referral",
    "outcome",
    "offer__unit",
    "meeting",
    "prepared_by",
    "signed_by",
)


@form_page
@on_object(Referral, "decide_referral")
def prepare_decision(request: AccessRequest, referral: Referral) -> HttpResponse:
    """Prepare the decision on a referral."""
    initial = {"meeting": referral.meeting_id, **as_fields(consents.on_referral(referral))}
    form = decision_form(request, referral.case, Competence.PKU, initial, goals=[])
    page = decision_page(
        referral.case,
        request,
        competence=Competence.PKU,
        back=reverse("pku:referral", args=[referral.public_id]),
        back_label=_("Referral to PKU"),
        title=_("Prepare the decision"),
    )
    return run_act(
        request,
        page,
        service.prepare_for_referral,
        referral,
        forms=[form, form.goals],
        then=lambda made: reverse("pku:decision", args=[made.public_id]),
    )


@form_page
@on_object(PkuDecision, "decide_referral", related=SHOWN)
def correct_decision(request: AccessRequest, decision: PkuDecision) -> HttpResponse:
    """Correct a decision before it is signed."""
    competence = Competence(decision.outcome.competence)
    initial = {name: getattr(decision, name) for name in _COLUMNS}
    initial |= as_fields(consents.on_decision(decision))
    goals = [goal.text for goal in decision.goals.all()]
    form = decision_form(request, decision.case, competence, initial, goals=goals)
    page = decision_page(
        decision.case,
        request,
        competence=competence,
        back=reverse("pku:decision", args=[decision.public_id]),
        back_label=_("Decision of PKU"),
        title=_("Correct the decision"),
    )
    return run_act(request, page, service.correct, decision, forms=[form, form.goals])


@require_GET
@on_object(PkuDecision, "view_referral", related=SHOWN)
def decision(request: AccessRequest, decision: PkuDecision) -> HttpResponse:
    """Show a decision with its goals, its reasons and its letters."""
    frame = case_frame(decision.case, request.user)
    held = frame["held"]
    letters = Document.objects.visible_to(request.user).filter(decision_key=decision.public_id)
    prepared = decision.state == PkuDecision.State.PREPARED
    follows = Todo.objects.open().of(features.AFTER_DECISION).about(decision)
    context = {
        **frame,
        "decision": decision,
        "goals": decision.goals.all(),
        "consents": decision.consents.select_related("custody_holder"),
        "authors": decision.authors.select_related("user"),
        "letters": letters.select_related("delivery"),
        "may_send": "deliver_decision" in held,
        "may_correct": prepared and "decide_referral" in held,
        "sees_requirements": "view_requirements" in held,
        **(_signing(decision, request.user, held) if prepared else {}),
        "may_follow": "write_referral" in held and follows.exists(),
    }
    return render(request, "pku/decision.html", context)


@form_page
@on_object(PkuDecision, "sign_decision", related=SHOWN)
def sign_decision(request: AccessRequest, decision: PkuDecision) -> HttpResponse:
    """Sign the revision that was read."""
    form = RevisionForm(request.POST or None, initial={"revision": decision.revision})
    return _sign(request, decision, form, title=_("Sign the decision"))


@form_page
@on_object(PkuDecision, "stand_in_decision", related=SHOWN)
def stand_in(request: AccessRequest, decision: PkuDecision) -> HttpResponse:
    """Sign in the chair's place, with the reason that the letters will carry."""
    form = StandInForm(request.POST or None, initial={"revision": decision.revision})
    return _sign(request, decision, form, title=_("Sign in the chair's place"))


def _sign(
    request: AccessRequest, decision: PkuDecision, form: BaseForm, *, title: Words
) -> HttpResponse:
    case = decision.case
    lacking = missing(case, case_facts(case), "G6", user=request.user)
    page = ActPage(
        title=title,
        submit=_("Sign the decision"),
        back=reverse("pku:decision", args=[decision.public_id]),
        back_label=_("Decision of PKU"),
        notice=_("A letter is made for each parent. The decision counts from the last delivery."),
        done=_("The decision is signed. The letters wait to be sent."),
        blocked=bool(lacking),
        template="cases/guarded_act.html",
        context={**case_frame(case, request.user), "missing": lacking, "gate": "G6"},
    )
    return run_act(
        request,
        page,
        service.sign,
        decision,
        forms=[form],
        then=lambda _: _after_signing(request, decision),
    )


def _after_signing(request: AccessRequest, decision: PkuDecision) -> str:
    """Return its page, or the meetings if signing ended the signer's access (revisitation)."""
    if may_see(request.user, decision):
        return reverse("pku:decision", args=[decision.public_id])
    return reverse("pku:meetings")


@form_page
@on_object(PkuDecision, "write_referral", related=SHOWN)
def follow_up(request: AccessRequest, decision: PkuDecision) -> HttpResponse:
    """Note that the school has planned what happens now."""
    back = reverse("pku:decision", args=[decision.public_id])
    page = ActPage(
        title=_("The next steps are planned"),
        submit=_("They are planned"),
        back=back,
        back_label=_("Decision of PKU"),
        intro=_("The team has agreed what happens now, and the parents and the child know it."),
        done=_("Noted."),
        context=case_frame(decision.case, request.user),
    )
    return run_act(request, page, delivery.follow_up, decision)


def decision_page(
    case: Case, request: AccessRequest, *, competence: Competence, **words: Any
) -> ActPage:
    """Return the page on which a decision is written, with the rules of each outcome beside it."""
    return ActPage(
        submit=_("Save the decision"),
        intro=_("The secretary prepares, the chair signs. Complaint guidance follows the outcome."),
        notice=kept_words(case, request.user),
        done=_("The decision is saved. It waits for the chair."),
        template="pku/decision_form.html",
        context={**case_frame(case, request.user), "outcomes": outcomes(competence)},
        **words,
    )


def _signing(decision: PkuDecision, user: User, held: frozenset[str]) -> dict[str, object]:
    """Return what the page says about the pending signature."""
    free = not signers.too_close(decision, user)
    chairs = signers.CHAIR in held
    return {
        "may_sign": free and chairs,
        "may_stand_in": free and not chairs and signers.STAND_IN in held,
        "signs": signers.who_else(decision),
        "lacking": missing(decision.case, case_facts(decision.case), "G6", user=user),
    }


def decision_form(
    request: AccessRequest,
    case: Case,
    competence: Competence,
    initial: dict[str, object],
    *,
    goals: list[str],
) -> DecisionForm:
    """Return the form of a decision, for those who have custody of this child today."""
    return DecisionForm(
        request.POST or None,
        initial=initial,
        competence=competence,
        meetings=PkuMeeting.objects.visible_to(request.user).order_by("-held_on"),
        holders=consents.holders_of(case),
        goals=goal_formset(request.POST or None, goals),
    )


def as_fields(days: dict[str, date]) -> dict[str, object]:
    """Return the consents as the form names them."""
    return {f"{consents.FIELD}{key}": day for key, day in days.items()}
