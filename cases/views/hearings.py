"""Pages of the hearing and of the school leader's decision."""

from functools import partial
from typing import Any  # the options of an ActPage

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from cases.forms.decisions import (
    AnswerForm,
    CloseHearingForm,
    HearingForm,
    SendHearingForm,
    SupportDecisionForm,
    outcomes,
)
from cases.models import Case, Document, Hearing, HearingParty, OutcomeType, SupportDecision
from cases.selectors.facts import case_facts
from cases.selectors.pages import kept_words
from cases.selectors.requirements import in_words
from cases.services import decisions
from cases.services import hearings as service
from cases.views.cases import in_case
from haderslev.core import clock
from haderslev.core.access import AccessRequest, on_object
from haderslev.core.pages import ActPage, acts_on
from haderslev.core.policy import may
from haderslev.core.references import url_of


@acts_on(Case, "hold_hearing", service.start_hearing)
def new_hearing(request: AccessRequest, case: Case) -> ActPage:
    """Write the statement of facts to the parties."""
    return in_case(
        case,
        title=_("Hear the parties"),
        submit=_("Save the draft"),
        intro=_("Each parent with custody gets the same text in a letter of their own."),
        notice=kept_words(case, request.user),
        done=_("The draft is saved. Read it through and send it."),
        forms=[HearingForm(request.POST or None)],
        then=url_of,
    )


def _in_hearing(hearing: Hearing, **said: Any) -> ActPage:
    """Return the page of an act on a hearing: it leads back to the hearing."""
    return in_case(hearing.case, url_of(hearing), _("Hearing"), **said)


@on_object(Hearing, "view_case")
def hearing(request: AccessRequest, hearing: Hearing) -> HttpResponse:
    """Show the hearing: text, parties, clock and answers."""
    leads = may(request.user, "hold_hearing", hearing)
    rows = hearing.parties.select_related("custody_holder", "document__delivery")
    parties = list(rows.prefetch_related("versions__replaced_by"))
    all_answered = all(party.answered_on for party in parties)
    late = hearing.answer_by is not None and hearing.answer_by < clock.today()
    context = {
        "hearing": hearing,
        "case": hearing.case,
        "parties": parties,
        "leads": leads,
        "may_close": leads and hearing.state == Hearing.State.SENT and (all_answered or late),
        "send_form": SendHearingForm() if leads and hearing.state == Hearing.State.DRAFT else None,
    }
    return render(request, "cases/hearing.html", context)


@acts_on(Hearing, "hold_hearing", service.change_hearing)
def change_hearing(request: AccessRequest, hearing: Hearing) -> ActPage:
    """Change the draft."""
    return _in_hearing(
        hearing,
        title=_("Change the hearing"),
        submit=_("Save the draft"),
        notice=kept_words(hearing.case, request.user),
        done=_("The draft is saved."),
        forms=[HearingForm(request.POST or None, instance=hearing)],
    )


@acts_on(Hearing, "hold_hearing", service.drop_hearing)
def drop_hearing(_request: AccessRequest, hearing: Hearing) -> ActPage:
    """Drop the draft."""
    return _in_hearing(
        hearing,
        title=_("Drop the draft"),
        danger=True,
        intro=_("Nothing has been sent to the parents. The draft stays in the case as dropped."),
        done=_("The draft is dropped."),
        then=url_of(hearing.case),
    )


@acts_on(Hearing, "hold_hearing", service.send_hearing)
def send_hearing(request: AccessRequest, hearing: Hearing) -> ActPage:
    """Send it to each party."""
    return _in_hearing(
        hearing,
        title=_("Send the hearing"),
        submit=_("Send to the parties"),
        intro=_("A letter is made for each parent. The school's office sends it."),
        done=_("The hearing is sent. The letters are ready for the school's office."),
        forms=[SendHearingForm(request.POST or None)],
    )


@acts_on(Hearing, "hold_hearing")
def hearing_answer(request: AccessRequest, hearing: Hearing, party: int) -> ActPage:
    """Write down what a party answered."""
    row = get_object_or_404(HearingParty, hearing=hearing, pk=party)
    initial = {"answered_on": row.answered_on or clock.today()}
    return _in_hearing(
        hearing,
        title=_("Answer from %(name)s") % {"name": row.custody_holder.name},
        submit=_("Save the answer"),
        done=_("The answer is saved."),
        forms=[AnswerForm(request.POST or None, instance=row, initial=initial)],
        act=partial(service.record_answer, row),
    )


@acts_on(Hearing, "hold_hearing", service.close_hearing)
def close_hearing(request: AccessRequest, hearing: Hearing) -> ActPage:
    """Close the hearing."""
    return _in_hearing(
        hearing,
        title=_("Close the hearing"),
        done=_("The hearing is closed. The decision can be made now."),
        forms=[CloseHearingForm(request.POST or None)],
        then=url_of(hearing.case),
    )


@acts_on(Case, "decide_support", decisions.decide_support)
def new_decision(request: AccessRequest, case: Case) -> ActPage:
    """Make the leader's decision."""
    hearing, why_not = decisions.usable_hearing(case), decisions.why_not_decided(case)
    facts = case_facts(case)
    lacking = in_words(case, facts, decisions.lacking_for_offer(facts), user=request.user)
    return in_case(
        case,
        title=_("The school leader's decision"),
        submit=_("Sign the decision"),
        intro=_("Each outcome but the last ends here, with a letter and complaint guidance."),
        notice=why_not or kept_words(case, request.user),
        blocked=bool(why_not),
        done=_("The decision is signed."),
        template="cases/decision_form.html",
        context={
            "hearing": hearing,
            "lacking": lacking,
            "outcomes": outcomes(OutcomeType.Competence.LEADER),
        },
        forms=[SupportDecisionForm(request.POST or None, heard=hearing is not None)],
        then=url_of,
    )


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
