"""Pages of PKU's decisions and of the special offers: list, offer, status, revisitation."""

from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.forms.decisions import outcomes
from cases.models import Document, OutcomeType
from cases.selectors.facts import case_facts
from cases.selectors.pages import kept_words
from cases.selectors.requirements import missing
from districts.models import Todo
from haderslev.core import clock
from haderslev.core.access import AccessRequest, on_object, with_permission
from haderslev.core.errors import Words
from haderslev.core.forms import RevisionForm
from haderslev.core.lists import listed_page
from haderslev.core.pages import ActPage
from haderslev.core.policy import may_see
from haderslev.core.references import url_of
from pku import features
from pku.forms.decisions import DecisionForm, StandInForm, StatusForm, goal_status_forms
from pku.models import PkuDecision, PkuMeeting, Placement, Referral
from pku.models.decisions import MAKING
from pku.selectors import holders_of
from pku.selectors.referrals import placement_list
from pku.services import decisions as service
from pku.views.acts import case_frame, row_page

Competence = OutcomeType.Competence
# Related rows that a page shows with the decision, and with the offer.
SHOWN = ("case__pupil", "referral", "outcome", "offer__unit", "meeting", "prepared_by", "signed_by")
OFFER_SHOWN = ("case__pupil", "decision__outcome", "offer__unit")


@row_page(Referral, "decide_referral", service.prepare_for_referral)
def prepare_decision(request: AccessRequest, referral: Referral) -> ActPage:
    """Prepare the decision on a referral."""
    names = [f"{service.CONSENT}{holder.public_id}" for holder in holders_of(referral.case)]
    consents = dict.fromkeys(names, referral.private_consent_on)
    return writing_page(
        request,
        referral,
        competence=Competence.PKU,
        initial={"meeting": referral.meeting_id, **consents},
        title=_("Prepare the decision"),
    )


@row_page(PkuDecision, "decide_referral", service.correct, related=SHOWN)
def correct_decision(request: AccessRequest, decision: PkuDecision) -> ActPage:
    """Correct a decision before it is signed."""
    return writing_page(
        request,
        decision,
        competence=Competence(decision.outcome.competence),
        initial={
            f"{service.CONSENT}{key}": day for key, day in service.consents_on(decision).items()
        },
        goals=[goal.text for goal in decision.goals.all()],
        title=_("Correct the decision"),
    )


def writing_page(
    request: AccessRequest,
    row: Referral | Placement | PkuDecision,
    *,
    competence: OutcomeType.Competence,
    initial: Mapping[str, object],
    goals: Sequence[str] = (),
    title: Words,
) -> ActPage:
    """Return the page on which a decision is written, with the rules of each outcome beside it.

    It asks those who have custody of the child today for their consent.
    """
    form = DecisionForm(
        request.POST or None,
        instance=row if isinstance(row, PkuDecision) else None,
        initial=initial,
        competence=competence,
        meetings=PkuMeeting.objects.visible_to(request.user).order_by("-held_on"),
        holders=holders_of(row.case),
        goals=goals,
    )
    return ActPage(
        title=title,
        submit=_("Save the decision"),
        intro=_("The secretary prepares, the chair signs. Complaint guidance follows the outcome."),
        notice=kept_words(row.case, request.user),
        done=_("The decision is saved. It waits for the chair."),
        template="pku/decision_form.html",
        context={"outcomes": outcomes(competence)},
        forms=[form, form.goals],
        then=url_of,
    )


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
        free = not service.close_reason(decision, request.user)
        chairs = service.CHAIR in held
        facts = case_facts(decision.case)
        context |= {
            "may_sign": free and chairs,
            "may_stand_in": free and not chairs and service.STAND_IN in held,
            "signs": service.who_else(decision),
            "lacking": missing(decision.case, facts, "G6", user=request.user),
        }
    return render(request, "pku/decision.html", context)


@row_page(PkuDecision, "sign_decision", service.sign, related=SHOWN, gate="G6")
def sign_decision(request: AccessRequest, decision: PkuDecision) -> ActPage:
    """Sign the revision that was read."""
    form = RevisionForm(request.POST or None, initial={"revision": decision.revision})
    return _signing_page(request, form, title=_("Sign the decision"))


@row_page(PkuDecision, "stand_in_decision", service.sign, related=SHOWN, gate="G6")
def stand_in(request: AccessRequest, decision: PkuDecision) -> ActPage:
    """Sign in the chair's place, with the reason that the letters will carry."""
    form = StandInForm(request.POST or None, initial={"revision": decision.revision})
    return _signing_page(request, form, title=_("Sign in the chair's place"))


def _signing_page(request: AccessRequest, form: RevisionForm, *, title: Words) -> ActPage:
    def then(row: PkuDecision) -> str:
        """Return its page, or the meetings if signing ended the signer's access (revisitation)."""
        return url_of(row) if may_see(request.user, row) else reverse("pku:meetings")

    return ActPage(
        title=title,
        submit=_("Sign the decision"),
        notice=_("A letter is made for each parent. The decision counts from the last delivery."),
        done=_("The decision is signed. The letters wait to be sent."),
        forms=[form],
        then=then,
    )


@row_page(PkuDecision, "write_referral", service.follow_up, related=SHOWN)
def follow_up(request: AccessRequest, decision: PkuDecision) -> ActPage:  # noqa: ARG001 - a view's
    """Note that the school has planned what happens now."""
    return ActPage(
        title=_("The next steps are planned"),
        submit=_("They are planned"),
        intro=_("The team has agreed what happens now, and the parents and the child know it."),
        done=_("Noted."),
    )


@with_permission("view_offer")
def placements(request: AccessRequest) -> HttpResponse:
    """List the offers; those whose new decision is late come first, with a warning."""
    ended = request.GET.get("vis") == "afsluttede"
    rows = placement_list(request.user, ended=ended)
    page = listed_page(request, rows)
    shown = list(page.object_list)
    request.reads.listed(shown)
    request.reads.fields = "list"
    context = {
        "rows": shown,
        "page": page,
        "ended": ended,
        "overdue": [row for row in shown if row.is_overdue],
        "query": "vis=afsluttede" if ended else "",
    }
    return render(request, "pku/placements.html", context)


@on_object(Placement, "view_offer", related=OFFER_SHOWN)
def placement(request: AccessRequest, placement: Placement) -> HttpResponse:
    """Show an offer: its decision's goals, the statuses and the next acts."""
    frame = case_frame(placement.case, request.user)
    held, running = frame["held"], placement.ended_on is None
    statuses = placement.statuses.select_related("given_by").prefetch_related("goals__goal")
    side = service.side_of(placement, request.user)
    revisitation = placement.revisitations.exclude(state=PkuDecision.State.DELIVERED).first()
    context = {
        **frame,
        "placement": placement,
        "goals": placement.decision.goals.all(),
        "statuses": statuses,
        "revisitation": revisitation,
        "may_read_decision": "view_referral" in held,
        "makes_decision": bool(held & MAKING),
        "may_give": running and "revisit_offer" in held and bool(side),
        "given": any(status.side == side for status in statuses),
        "may_revisit": running and "decide_referral" in held and revisitation is None,
        "today": clock.today(),
    }
    return render(request, "pku/placement.html", context)


@row_page(Placement, "revisit_offer", service.give_status, related=OFFER_SHOWN)
def give_status(request: AccessRequest, placement: Placement) -> ActPage:
    """Give the offer's or the home school's status."""
    data, goals = request.POST or None, placement.decision.goals.all()
    return ActPage(
        title=_("Status for the revisitation"),
        submit=_("Save the status"),
        intro=_("The aim is that the child can come back to the mainstream school."),
        done=_("The status is saved."),
        template="pku/placement_status.html",
        forms=[StatusForm(data), goal_status_forms(data, goals)],
    )


@row_page(Placement, "decide_referral", service.prepare_for_placement, related=OFFER_SHOWN)
def revisit(request: AccessRequest, placement: Placement) -> ActPage:
    """Prepare the new decision: continue, change, home."""
    before = placement.decision
    return writing_page(
        request,
        placement,
        competence=Competence.REVISIT,
        initial={
            "offer": placement.offer_id,
            "starts_on": placement.decide_before,
            "home_contact": before.home_contact,
        },
        goals=[goal.text for goal in before.goals.all()],
        title=_("Revisitation: prepare the new decision"),
    )
