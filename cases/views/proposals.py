"""Pages of the next level: the team proposes, the school leader answers."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from cases.forms.proposals import AnswerForm, ApproveForm, ProposalForm, QuestionForm
from cases.models import Case, Proposal
from cases.selectors import case_facts, close_reason, leaders_who_may
from cases.selectors.requirements import rows
from cases.services import proposals as service
from cases.services import standing_in
from cases.views.deciding import after_deciding, note_stand_in, only_deciders
from haderslev.core.access import AccessRequest, on_object
from haderslev.core.errors import Words
from haderslev.core.pages import ActPage, act_page
from haderslev.core.policy import held_on
from haderslev.core.references import url_of
from plans.selectors import pages

# What a page shows of a proposal beside the proposal itself.
SHOWN = ("case__pupil", "case__community__school", "proposed_by", "decided_by", "guidance")


def _evidence(request: AccessRequest, case: Case) -> dict[str, Any]:
    """Return what is documented for level 2, to stand beside the form."""
    facts = case_facts(case)
    up = case.level == Case.Level.PREVENTIVE
    return {
        "case": case,
        "rows": rows(case, facts, "G2", user=request.user) if up else [],
        "tried": facts.plans.tried,
        "guidance": facts.plans.guidance,
    }


@act_page
@on_object(Case, "propose_level")
def next_level(request: AccessRequest, case: Case) -> ActPage:
    """Propose the next level, or the way back."""
    up = case.level == Case.Level.PREVENTIVE
    form = ProposalForm(
        request.POST or None,
        initial=_prefilled(request, case) if up else {},
        guidance=service.guidance_of(case),
        of_pupil=case.pupil_id is not None,
    )
    return ActPage(
        title=_("Propose the next level") if up else _("Propose the way back to level 1"),
        submit=_("Send to the school leader"),
        back=url_of(case),
        back_label=case.number,
        intro=_("The school leader reads it and approves, or asks the team a question."),
        done=_("The proposal is with the school leader now."),
        template="cases/next_level.html",
        context=_evidence(request, case),
        forms=[form],
        act=partial(service.propose, case),
        then=url_of,
    )


def _prefilled(request: AccessRequest, case: Case) -> dict[str, object]:
    """Return what the evaluation and an adviser's newest answer already say."""
    newest = service.guidance_of(case).order_by("-answered_at", "-pk").first()
    return {"reason": pages.reason_to_go_on(case.target, request.user), "guidance": newest}


@require_GET
@on_object(Proposal, "view_case", related=SHOWN)
def proposal(request: AccessRequest, proposal: Proposal) -> HttpResponse:
    """Show a proposal with its evidence, and what the reader may do with it."""
    rights = held_on(request.user, proposal.case)
    authors = (proposal.proposed_by_id,)
    waits = proposal.state == Proposal.State.PROPOSED
    near = close_reason(request.user, proposal.case, authors=authors)
    who_can = leaders_who_may(proposal.case, authors=authors) if waits else []
    note_stand_in(request, proposal.case)
    leads = waits and "decide_level" in rights
    context = {
        "proposal": proposal,
        "open": proposal.state in service.WAITING,
        "may_decide": leads and not near,
        "close_reason": near if leads else "",
        "who_can": who_can,
        "may_ask_chief": leads
        and bool(near)
        and not who_can
        and not standing_in.is_asked(proposal.case),
        "may_answer": proposal.state == Proposal.State.SENT_BACK and "propose_level" in rights,
        "may_withdraw": proposal.state in service.WAITING and "propose_level" in rights,
        **_evidence(request, proposal.case),
    }
    return render(request, "cases/proposal.html", context)


def _act_page(
    request: AccessRequest,
    proposal: Proposal,
    act: Callable[..., Proposal],
    *forms: BaseForm,
    title: Words,
    submit: Words,
    done: Words,
    then: str | Callable[[Proposal], str] = "",
    danger: bool = False,
    gate: str = "",
) -> ActPage:
    """Return the page of an act; of one that a gate guards, with what is still missing."""
    evidence = _evidence(request, proposal.case)
    lacking = [row for row in evidence["rows"] if gate and row.requirement.blocks]
    return ActPage(
        title=title,
        submit=submit,
        done=done,
        danger=danger,
        back=url_of(proposal),
        back_label=_("The proposal"),
        template="cases/proposal_act.html",
        blocked=bool(lacking),
        context={"proposal": proposal, **evidence, "missing": lacking, "gate": gate},
        forms=forms,
        act=partial(act, proposal),
        then=then,
    )


@act_page
@on_object(Proposal, "view_case", related=SHOWN)
def approve(request: AccessRequest, proposal: Proposal) -> ActPage:
    """Approve, with the time and the people that are given."""
    only_deciders(request, proposal.case, "decide_level", (proposal.proposed_by_id,))
    return _act_page(
        request,
        proposal,
        service.approve,
        ApproveForm(request.POST or None),
        gate=service.gate_of(proposal),
        title=_("Approve the proposal"),
        submit=_("Approve"),
        done=_("The proposal is approved."),
        then=lambda _: after_deciding(request, proposal.case),
    )


@require_POST
@act_page
@on_object(Proposal, "decide_level", related=SHOWN)
def ask_chief(request: AccessRequest, proposal: Proposal) -> ActPage:
    """Let the head of children and youth decide, where no leader of the school may."""
    return _act_page(
        request,
        proposal,
        service.ask_chief,
        title=_("Let the head of children and youth decide"),
        submit=_("Let the head of children and youth decide"),
        done=_("The proposal is with the head of children and youth now."),
    )


@act_page
@on_object(Proposal, "view_case", related=SHOWN)
def send_back(request: AccessRequest, proposal: Proposal) -> ActPage:
    """Send the proposal back to the team with a question."""
    only_deciders(request, proposal.case, "decide_level", (proposal.proposed_by_id,))
    return _act_page(
        request,
        proposal,
        service.send_back,
        QuestionForm(request.POST or None),
        title=_("Send back to the team with a question"),
        submit=_("Send back to the team"),
        done=_("The team has your question."),
        then=lambda _: after_deciding(request, proposal.case),
    )


@act_page
@on_object(Proposal, "propose_level", related=SHOWN)
def answer(request: AccessRequest, proposal: Proposal) -> ActPage:
    """Answer the leader's question."""
    return _act_page(
        request,
        proposal,
        service.answer,
        AnswerForm(request.POST or None),
        title=_("Answer the school leader's question"),
        submit=_("Send to the school leader"),
        done=_("The proposal is with the school leader now."),
    )


@act_page
@on_object(Proposal, "propose_level", related=SHOWN)
def withdraw(request: AccessRequest, proposal: Proposal) -> ActPage:
    """Take the proposal back."""
    return _act_page(
        request,
        proposal,
        service.withdraw,
        title=_("Withdraw the proposal"),
        submit=_("Withdraw"),
        done=_("The proposal is withdrawn."),
        danger=True,
    )
