"""Pages of a case: the list, the case, opening, closing, timeline, access."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any  # the options of an ActPage

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from cases.forms.cases import CloseForm, InformedForm, NewCaseForm, TellParentForm
from cases.links import links_for
from cases.models import Case
from cases.selectors import pages
from cases.selectors.facts import case_facts
from cases.selectors.people import not_informed
from cases.selectors.requirements import (
    GATE_WORDS,
    began_higher,
    lacking_to_open,
    missing,
    next_gate,
)
from cases.services import cases as service
from cases.services import deciders, openings
from districts.models import LearningCommunity, Opening, Pupil
from districts.scope import scope_of
from haderslev.core.access import AccessRequest, on_object, with_permission
from haderslev.core.errors import Words
from haderslev.core.lists import listed_page
from haderslev.core.pages import ActPage, acts_on
from haderslev.core.policy import held_on
from haderslev.core.references import page_url, url_of
from plans.selectors.pages import reason_to_go_on


def in_case(case: Case, back: str = "", back_label: Words = "", **said: Any) -> ActPage:
    """Return the page of an act in a case: it leads back to the case, if not to ``back``."""
    said = {"template": "cases/act.html", "context": {}, **said}
    said["context"] = {"case": case, **said["context"]}
    return ActPage(back=back or url_of(case), back_label=back_label or case.number, **said)


def note_stand_in(request: AccessRequest, case: Case) -> None:
    """Journal the look-up as leadership when the chief decides in place of the leaders."""
    if deciders.decides_instead(request.user, case):
        request.reads.purpose = "leadership"


@with_permission("view_case")
def cases(request: AccessRequest) -> HttpResponse:
    """List the cases the person may know of: the open ones, or those that have ended."""
    closed = request.GET.get("vis") == "afsluttede"
    page = listed_page(request, pages.list_of(request.user, closed=closed))
    request.reads.listed(page.object_list)
    request.reads.fields = "list"
    context = {
        "page": page,
        "rows": pages.listed(list(page.object_list)),
        "closed": closed,
        "query": "vis=afsluttede" if closed else "",
    }
    return render(request, "cases/cases.html", context)


@on_object(Case, "view_case", related=("pupil", "community__school", "opened_by"))
def case(request: AccessRequest, case: Case) -> HttpResponse:
    """Show one case: where it is, whose turn it is, what is missing, what has happened."""
    user = request.user
    note_stand_in(request, case)
    facts = case_facts(case)
    gate = next_gate(case, facts)
    turns = pages.turns_of(case, user)
    context = {
        "case": case,
        "sees_access": "view_access" in held_on(user, case),
        "sentence": pages.LEVEL_SENTENCES[case.level],
        "level": pages.LEVEL_CODES.get(case.level),
        "began_higher": began_higher(case),
        "state": pages.state_words(case, facts.pku)[1:],
        "turns": turns,
        "my_turn": any(turn["mine"] for turn in turns),
        "gate": gate,
        "gate_words": GATE_WORDS.get(gate, ""),
        "missing": missing(case, facts, gate, user=user) if gate else [],
        "links": links_for(case, user),
        "entries": pages.timeline_of(case, user)[: pages.EXTRACT],
        "plans": pages.plans_of(case, user)[: pages.MOST],
        "meetings": pages.meetings_of(case, user)[: pages.MOST],
        "documents": pages.documents_of(case, user)[: pages.MOST],
        "opened": pages.opened_access(case),
    }
    return render(request, "cases/case.html", context)


@acts_on(Pupil, "open_case")
def new_case_for_pupil(request: AccessRequest, pupil: Pupil) -> ActPage:
    """Open a case about a pupil; each custody holder was told, or it says why not."""
    informed = [
        InformedForm(request.POST or None, holder=holder, prefix=f"foraelder-{holder.public_id}")
        for holder in pupil.custody_holders.current()
    ]
    return _new_case(request, pupil, partial(service.open_case, pupil=pupil), informed)


@acts_on(LearningCommunity, "open_case")
def new_case_for_community(request: AccessRequest, community: LearningCommunity) -> ActPage:
    """Open a case about a learning community."""
    return _new_case(request, community, partial(service.open_case, community=community))


def _new_case(
    request: AccessRequest,
    target: Pupil | LearningCommunity,
    act: Callable[..., Case],
    informed: Sequence[InformedForm] = (),
) -> ActPage:
    leads = bool(scope_of(request.user).units("open_at_level"))
    form = NewCaseForm(
        request.POST or None,
        initial={"reason": reason_to_go_on(target, request.user)},
        of_pupil=isinstance(target, Pupil),
        informed=informed,
        may_begin_higher=leads,
    )
    lacking = lacking_to_open(target)
    all_the_same = _("A leader can open it all the same: on a ground, or with a reason.")
    return ActPage(
        template="cases/guarded_act.html",
        title=_("Open a case"),
        submit=_("Open the case"),
        back=url_of(target),
        back_label=str(target),
        intro=_("A case gathers what you see and do. It needs observation, team meeting and plan."),
        notice=all_the_same if lacking and leads else "",
        done=_("The case is open."),
        blocked=bool(lacking) and not leads,
        context={"missing": lacking},
        forms=[form, *informed],
        act=act,
        then=url_of,
    )


@acts_on(Case, "open_case", service.inform_parent)
def inform_parent(request: AccessRequest, case: Case) -> ActPage | HttpResponse:
    """Record that a parent was informed after the case was opened."""
    holders = not_informed(case)
    if request.method != "POST" and not holders:
        return redirect(url_of(case))
    return in_case(
        case,
        title=_("Tell a parent"),
        submit=_("Write down that the parent was told"),
        intro=_("Talk with the parent first. Then write here when and how."),
        done=_("It is written down that the parent was told."),
        forms=[TellParentForm(request.POST or None, holders=holders)],
    )


@acts_on(Case, "close_case", service.close_case)
def close(request: AccessRequest, case: Case) -> ActPage:
    """Close a case with a conclusion."""
    return in_case(
        case,
        title=_("Close the case"),
        intro=_("Guidance that was asked for closes with the case. Plans go on."),
        danger=True,
        done=_("The case is closed."),
        forms=[CloseForm(request.POST or None)],
    )


@on_object(Case, "view_case")
def timeline(request: AccessRequest, case: Case) -> HttpResponse:
    """Show everything that has happened around the child or the class."""
    context = {
        "case": case,
        "page": listed_page(request, pages.timeline_of(case, request.user)),
        "sees_access": "view_access" in held_on(request.user, case),
    }
    return render(request, "cases/timeline.html", context)


@on_object(Case, "view_access")
def access(request: AccessRequest, case: Case) -> HttpResponse:
    """Show who has access, why and until when."""
    context = {
        "case": case,
        "standing": pages.standing_access(case),
        "opened": pages.opened_access(case),
    }
    return render(request, "cases/access.html", context)


@acts_on(Case, "view_access")
def close_access(_request: AccessRequest, case: Case, opening: str) -> ActPage:
    """Close an invitation before its date."""
    about = {"pupil": case.pupil_id, "community": case.community_id}
    row = get_object_or_404(Opening, public_id=opening.upper(), **about)
    return in_case(
        case,
        page_url("cases:access", case),
        _("Access"),
        title=_("Close the access"),
        submit=_("Close the access now"),
        intro=_("The adviser can no longer see the child or the class from now on."),
        danger=True,
        done=_("The access is closed."),
        act=partial(openings.close_invitation, case, row),
    )
