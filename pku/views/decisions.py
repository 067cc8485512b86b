"""Pages of PKU's decisions: prepared, corrected, signed, followed up."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cases.forms.decisions import outcomes
from cases.models import Document, OutcomeType
from cases.selectors import case_facts
from cases.selectors.pages import kept_words
from cases.selectors.requirements import missing
from districts.models import Todo
from haderslev.core.access import AccessRequest, on_object
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage, act_page
from haderslev.core.policy import may_see
from haderslev.core.references import url_of
from pku import features
from pku.forms.decisions import DecisionForm, StandInForm
from pku.forms.fields import RevisionForm
from pku.models import PkuDecision, PkuMeeting, Placement, Referral
from pku.selectors import holders_of
from pku.services import decisions as service
from pku.services import delivery
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


@act_page
@on_object(Referral, "decide_referral")
def prepare_decision(request: AccessRequest, referral: Referral) -> ActPage:
    """Prepare the decision on a referral."""
    given = referral.private_consent_on
    holders = holders_of(referral.case) if given else []
    return writing_page(
        request,
        referral,
        service.prepare_for_referral,
        competence=Competence.PKU,
        initial={"meeting": referral.meeting_id},
        consents={holder.public_id: given for holder in holders if given},
        back_label=_("Referral to PKU"),
        title=_("Prepare the decision"),
    )


@act_page
@on_object(PkuDecision, "decide_referral", related=SHOWN)
def correct_decision(request: AccessRequest, decision: PkuDecision) -> ActPage:
    """Correct a decision before it is signed."""
    return writing_page(
        request,
        decision,
        service.correct,
        competence=Competence(decision.outcome.competence),
        initial={name: getattr(decision, name) for name in _COLUMNS},
        goals=[goal.text for goal in decision.goals.all()],
        consents=service.consents_on(decision),
        back_label=_("Decision of PKU"),
        title=_("Correct the decision"),
    )


def writing_page(
    request: AccessRequest,
    row: Referral | Placement | PkuDecision,
    act: Callable[..., PkuDecision],
    *,
    competence: OutcomeType.Competence,
    initial: Mapping[str, object],
    goals: Sequence[str] = (),
    consents: Mapping[str, date] | None = None,
    title: Words,
    back_label: Words,
) -> ActPage:
    """Return the page on which a decision is written, with the rules of each outcome beside it.

    It asks those who have custody of the child today for their consent.
    """
    form = DecisionForm(
        request.POST or None,
        initial=initial,
        competence=competence,
        meetings=PkuMeeting.objects.visible_to(request.user).order_by("-held_on"),
        holders=holders_of(row.case),
        consents=consents or {},
        goals=goals,
    )
    return ActPage(
        title=title,
        submit=_("Save the decision"),
        back=url_of(row),
        back_label=back_label,
        intro=_("The secretary prepares, the chair signs. Complaint guidance follows the outcome."),
        notice=kept_words(row.case, request.user),
        done=_("The decision is saved. It waits for the chair."),
        template="pku/decision_form.html",
        context={**case_frame(row.case, request.user), "outcomes": outcomes(competence)},
        forms=[form, form.goals],
        act=partial(act, row),
        then=url_of,
    )


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
        "may_follow": "write_referral" in held and follows.exists(),
    }
    if prepared:
        free = not service.too_close(decision, request.user)
        chairs = service.CHAIR in held
        facts = case_facts(decision.case)
        context |= {
            "may_sign": free and chairs,
            "may_stand_in": free and not chairs and service.STAND_IN in held,
            "signs": service.who_else(decision),
            "lacking": missing(decision.case, facts, "G6", user=request.user),
        }
    return render(request, "pku/decision.html", context)


@act_page
@on_object(PkuDecision, "sign_decision", related=SHOWN)
def sign_decision(request: AccessRequest, decision: PkuDecision) -> ActPage:
    """Sign the revision that was read."""
    form = RevisionForm(request.POST or None, initial={"revision": decision.revision})
    return _signing_page(request, decision, form, title=_("Sign the decision"))


@act_page
@on_object(PkuDecision, "stand_in_decision", related=SHOWN)
def stand_in(request: AccessRequest, decision: PkuDecision) -> ActPage:
    """Sign in the chair's place, with the reason that the letters will carry."""
    form = StandInForm(request.POST or None, initial={"revision": decision.revision})
    return _signing_page(request, decision, form, title=_("Sign in the chair's place"))


def _signing_page(
    request: AccessRequest, decision: PkuDecision, form: RevisionForm, *, title: Words
) -> ActPage:
    case = decision.case
    lacking = missing(case, case_facts(case), "G6", user=request.user)

    def then(row: PkuDecision) -> str:
        """Return its page, or the meetings if signing ended the signer's access (revisitation)."""
        return url_of(row) if may_see(request.user, row) else reverse("pku:meetings")

    return ActPage(
        title=title,
        submit=_("Sign the decision"),
        back=url_of(decision),
        back_label=_("Decision of PKU"),
        notice=_("A letter is made for each parent. The decision counts from the last delivery."),
        done=_("The decision is signed. The letters wait to be sent."),
        blocked=bool(lacking),
        template="cases/guarded_act.html",
        context={**case_frame(case, request.user), "missing": lacking, "gate": "G6"},
        forms=[form],
        act=partial(service.sign, decision),
        then=then,
    )


@act_page
@on_object(PkuDecision, "write_referral", related=SHOWN)
def follow_up(request: AccessRequest, decision: PkuDecision) -> ActPage:
    """Note that the school has planned what happens now."""
    return ActPage(
        title=_("The next steps are planned"),
        submit=_("They are planned"),
        back=url_of(decision),
        back_label=_("Decision of PKU"),
        intro=_("The team has agreed what happens now, and the parents and the child know it."),
        done=_("Noted."),
        context=case_frame(decision.case, request.user),
        act=partial(delivery.follow_up, decision),
    )
