"""Pages of the requirements of each step, and of the next level: proposal and answer."""

from collections.abc import Callable
from functools import partial
from typing import Any  # context of a template

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.forms.proposals import (
    AnswerForm,
    ApproveForm,
    CompleteForm,
    ExceptionForm,
    ProposalForm,
    QuestionForm,
)
from cases.kinds import WayIn
from cases.models import Case, Proposal, RequirementException
from cases.selectors.facts import case_facts
from cases.selectors.requirements import GATE_WORDS, gates_for, next_gate, requirement_texts, rows
from cases.services import deciders, gatekeeping
from cases.services import proposals as service
from cases.views.cases import in_case, note_stand_in
from haderslev.core.access import AccessRequest, on_object, post_only
from haderslev.core.features import contributed
from haderslev.core.pages import ActPage, acts_on, see_other
from haderslev.core.policy import held_on, may_see
from haderslev.core.references import page_url, url_of
from plans.selectors import pages

REQUIREMENTS = _("Requirements and documentation")


def _after_deciding(request: AccessRequest, case: Case, url: str = "") -> str:
    """Return ``url`` or the case's page; home where the case was open for the act only."""
    if may_see(request.user, case):
        return url or url_of(case)
    return reverse("home")


@on_object(Case, "view_requirements")
def requirements(request: AccessRequest, case: Case) -> HttpResponse:
    """Show what each step asks for and how it stands. No count: it is no score."""
    facts = case_facts(case)
    chosen = request.GET.get("krav", "")
    gates = gates_for(case, facts)
    asked = gatekeeping.asked_steps(case)
    instead = deciders.decides_instead(request.user, case)
    if chosen not in gates:
        chosen = (asked[0] if instead and asked else next_gate(case, facts)) or gates[-1]
    url = page_url("cases:requirements", case)
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
        and not deciders.leaders_who_may(case, authors=deciders.proposers(case)),
        "exceptions": {
            row.code: row
            for row in case.exceptions.filter(withdrawn_at=None)
            if row.code in facts.exceptions or not row.reason
        },
    }
    return render(request, "cases/requirements.html", context)


@post_only
@acts_on(Case, "view_case")
def ask_to_set_aside(_request: AccessRequest, case: Case, step: str) -> ActPage:
    """Ask the head of children and youth, where no leader of the school may decide."""
    return in_case(
        case,
        f"{page_url('cases:requirements', case)}?krav={step}",
        REQUIREMENTS,
        title=_("Ask the head of children and youth"),
        done=_("The head of children and youth is asked."),
        act=partial(gatekeeping.ask_chief, case, step),
    )


@post_only
@acts_on(Case, "view_case")
def end_asking(request: AccessRequest, case: Case, step: str) -> ActPage:
    """Take back what the chief was asked, or say no as the chief."""
    note_stand_in(request, case)
    back = f"{page_url('cases:requirements', case)}?krav={step}"
    return in_case(
        case,
        back,
        REQUIREMENTS,
        title=_("Let the requirements count"),
        done=_("The requirements count."),
        act=partial(gatekeeping.end_asking, case, step),
        then=lambda _: _after_deciding(request, case, back),
    )


def _exception_page(request: AccessRequest, case: Case) -> Callable[..., ActPage]:
    """Begin the page of an act that sets a requirement aside, for who decides it."""
    note_stand_in(request, case)
    back = page_url("cases:requirements", case)
    # Who is outside the case gets no way into it.
    context = {"outside": "view_case" not in held_on(request.user, case)}
    return partial(
        in_case,
        case,
        back,
        REQUIREMENTS,
        context=context,
        then=lambda _: _after_deciding(request, case, back),
    )


@acts_on(Case, "view_requirements")
def except_requirement(request: AccessRequest, case: Case, code: str) -> ActPage:
    """Set one own requirement aside with a reason."""
    page = _exception_page(request, case)
    text = requirement_texts([code]).get(code)
    form = ExceptionForm(request.POST or None, may_be_urgent=gatekeeping.may_be_urgent(code))
    return page(
        title=_("Set the requirement aside with a reason"),
        submit=_("Set aside"),
        intro=text.name_in_words if text else code,
        done=_("The requirement is set aside with a reason."),
        forms=[form],
        act=partial(gatekeeping.except_requirement, case, code),
    )


@acts_on(RequirementException, "view_requirements", gatekeeping.complete_exception)
def complete_exception(
    request: AccessRequest, exception: RequirementException
) -> ActPage | HttpResponse:
    """Write the reason of an urgent exception."""
    page = _exception_page(request, exception.case)
    ended = exception.withdrawn_at or exception.ended_at
    if request.method != "POST" and (exception.reason or ended):
        return see_other(page_url("cases:requirements", exception.case))
    return page(
        title=_("Write the reason for the urgent exception"),
        submit=_("Save the reason"),
        intro=exception.sentence,
        done=_("The reason is saved."),
        forms=[CompleteForm(request.POST or None)],
    )


@acts_on(RequirementException, "view_requirements", gatekeeping.withdraw_exception)
def withdraw_exception(request: AccessRequest, exception: RequirementException) -> ActPage:
    """Take an exception back."""
    page = _exception_page(request, exception.case)
    return page(
        title=_("Let the requirement count again"),
        submit=_("Let it count again"),
        done=_("The requirement counts again."),
    )


WAITS = Proposal.State.PROPOSED
# What a page shows of a proposal beside the proposal itself.
SHOWN = ("case__pupil", "case__community__school", "proposed_by", "decided_by", "guidance")


def _evidence(request: AccessRequest, case: Case, gate: str) -> dict[str, Any]:
    """Return what is documented for the step, to stand beside the form."""
    facts = case_facts(case)
    return {
        "rows": rows(case, facts, gate, user=request.user) if gate else [],
        "tried": facts.plans.tried,
        "guidance": facts.plans.guidance,
    }


@acts_on(Case, "propose_level", service.propose)
def next_level(request: AccessRequest, case: Case) -> ActPage:
    """Propose the next level, or the way back."""
    up = case.level == Case.Level.PREVENTIVE
    initial: dict[str, object] = {}
    if up:
        # What the evaluation and an adviser's newest answer already say.
        newest = service.guidance_of(case).order_by("-answered_at", "-pk").first()
        initial = {"reason": pages.reason_to_go_on(case.target, request.user), "guidance": newest}
    form = ProposalForm(
        request.POST or None,
        initial=initial,
        guidance=service.guidance_of(case),
        of_pupil=case.pupil_id is not None,
    )
    return in_case(
        case,
        title=_("Propose the next level") if up else _("Propose the way back to level 1"),
        submit=_("Send to the school leader"),
        intro=_("The school leader reads it and approves, or asks the team a question."),
        done=_("The proposal is with the school leader now."),
        template="cases/next_level.html",
        context=_evidence(request, case, "G2" if up else ""),
        forms=[form],
        then=url_of,
    )


@on_object(Proposal, "view_case", related=SHOWN)
def proposal(request: AccessRequest, proposal: Proposal) -> HttpResponse:
    """Show a proposal with its evidence, and what the reader may do with it."""
    case, user = proposal.case, request.user
    rights, authors = held_on(user, case), (proposal.proposed_by_id,)
    note_stand_in(request, case)
    leads = proposal.state == Proposal.State.PROPOSED and "decide_level" in rights
    another = deciders.why_another(user, case, authors=authors) if leads else ""
    nobody = bool(another) and not deciders.leaders_who_may(case, authors=authors)
    context = {
        "proposal": proposal,
        "open": proposal.state in Proposal.WAITING,
        "may_decide": leads and not another,
        "another": another,
        "may_ask_chief": nobody and not deciders.is_asked(case),
        "may_answer": proposal.state == Proposal.State.SENT_BACK and "propose_level" in rights,
        "may_withdraw": proposal.state in Proposal.WAITING and "propose_level" in rights,
        "case": case,
        **_evidence(request, case, service.gate_of(proposal)),
    }
    return render(request, "cases/proposal.html", context)


def _page(
    request: AccessRequest, proposal: Proposal, *states: Proposal.State, gate: str = ""
) -> Callable[..., ActPage]:
    """Begin the page of an act: blocked while the gate lacks something or it does not wait."""
    note_stand_in(request, proposal.case)
    evidence = _evidence(request, proposal.case, service.gate_of(proposal))
    lacking = [row for row in evidence["rows"] if gate and row.requirement.blocks]
    waits = proposal.state in states
    return partial(
        in_case,
        proposal.case,
        url_of(proposal),
        _("The proposal"),
        template="cases/proposal_act.html",
        notice="" if waits else _("The proposal does not wait for this any more."),
        blocked=bool(lacking) or not waits,
        context={"proposal": proposal, **evidence, "missing": lacking, "gate": gate},
    )


@acts_on(Proposal, "view_case", service.approve, related=SHOWN)
def approve(request: AccessRequest, proposal: Proposal) -> ActPage:
    """Approve, with a note on the time and the people that are given."""
    return _page(request, proposal, WAITS, gate=service.gate_of(proposal))(
        title=_("Approve the proposal"),
        submit=_("Approve"),
        done=_("The proposal is approved."),
        forms=[ApproveForm(request.POST or None)],
        then=lambda _: _after_deciding(request, proposal.case),
    )


@post_only
@acts_on(Proposal, "decide_level", service.ask_chief, related=SHOWN)
def ask_chief(request: AccessRequest, proposal: Proposal) -> ActPage:
    """Let the head of children and youth decide, where no leader of the school may."""
    return _page(request, proposal, WAITS)(
        title=_("Let the head of children and youth decide"),
        done=_("The proposal is with the head of children and youth now."),
    )


@acts_on(Proposal, "view_case", service.send_back, related=SHOWN)
def send_back(request: AccessRequest, proposal: Proposal) -> ActPage:
    """Send the proposal back to the team with a question."""
    return _page(request, proposal, WAITS)(
        title=_("Send back to the team with a question"),
        submit=_("Send back to the team"),
        done=_("The team has your question."),
        forms=[QuestionForm(request.POST or None)],
        then=lambda _: _after_deciding(request, proposal.case),
    )


@acts_on(Proposal, "propose_level", service.answer, related=SHOWN)
def answer(request: AccessRequest, proposal: Proposal) -> ActPage:
    """Answer the leader's question."""
    return _page(request, proposal, Proposal.State.SENT_BACK)(
        title=_("Answer the school leader's question"),
        submit=_("Send to the school leader"),
        done=_("The proposal is with the school leader now."),
        forms=[AnswerForm(request.POST or None)],
    )


@acts_on(Proposal, "propose_level", service.withdraw, related=SHOWN)
def withdraw(request: AccessRequest, proposal: Proposal) -> ActPage:
    """Take the proposal back."""
    return _page(request, proposal, *Proposal.WAITING)(
        title=_("Withdraw the proposal"),
        submit=_("Withdraw"),
        done=_("The proposal is withdrawn."),
        danger=True,
    )
