"""Pages of the hearing."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cases.forms.hearings import (
    AnswerForm,
    CloseHearingForm,
    HearingChangeForm,
    HearingForm,
    SendHearingForm,
)
from cases.models import Case, Hearing, HearingParty
from cases.selectors.pages import kept_words
from cases.services import hearings as service
from haderslev.core import clock
from haderslev.core.access import AccessRequest, form_page, on_object
from haderslev.core.pages import ActPage, run_act
from haderslev.core.policy import may


def _url(hearing: Hearing) -> str:
    return reverse("cases:hearing", args=[hearing.public_id])


@form_page
@on_object(Case, "hold_hearing")
def new_hearing(request: AccessRequest, case: Case) -> HttpResponse:
    """Write the statement of facts to the parties."""
    form = HearingForm(request.POST or None)
    page = ActPage(
        title=_("Hear the parties"),
        submit=_("Save the draft"),
        back=reverse("cases:case", args=[case.public_id]),
        back_label=case.number,
        intro=_("Each parent with custody gets the same text in a letter of their own."),
        notice=kept_words(case, request.user),
        done=_("The draft is saved. Read it through and send it."),
        template="cases/act.html",
        context={"case": case},
    )
    return run_act(request, page, service.start_hearing, case, forms=[form], then=_url)


@require_GET
@on_object(Hearing, "view_case")
def hearing(request: AccessRequest, hearing: Hearing) -> HttpResponse:
    """Show the hearing: text, parties, clock and answers."""
    leads = may(request.user, "hold_hearing", hearing)
    parties = list(
        hearing.parties.select_related("custody_holder", "document__delivery").prefetch_related(
            "versions__replaced_by"
        )
    )
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


@form_page
@on_object(Hearing, "hold_hearing")
def change_hearing(request: AccessRequest, hearing: Hearing) -> HttpResponse:
    """Change the draft."""
    names = ("facts", "weighty", "intended", "rules", "revision")
    form = HearingChangeForm(
        request.POST or None, initial={name: getattr(hearing, name) for name in names}
    )
    page = ActPage(
        title=_("Change the hearing"),
        submit=_("Save the draft"),
        back=_url(hearing),
        back_label=_("Hearing"),
        notice=kept_words(hearing.case, request.user),
        done=_("The draft is saved."),
        template="cases/act.html",
        context={"case": hearing.case},
    )
    return run_act(
        request, page, service.change_hearing, hearing, forms=[form], then=lambda _: _url(hearing)
    )


@form_page
@on_object(Hearing, "hold_hearing")
def drop_hearing(request: AccessRequest, hearing: Hearing) -> HttpResponse:
    """Drop the draft."""
    page = ActPage(
        title=_("Drop the draft"),
        submit=_("Drop the draft"),
        danger=True,
        back=_url(hearing),
        back_label=_("Hearing"),
        intro=_("Nothing has been sent to the parents. The draft stays in the case as dropped."),
        done=_("The draft is dropped."),
        template="cases/act.html",
        context={"case": hearing.case},
    )
    return run_act(
        request,
        page,
        service.drop_hearing,
        hearing,
        then=reverse("cases:case", args=[hearing.case.public_id]),
    )


@form_page
@on_object(Hearing, "hold_hearing")
def send_hearing(request: AccessRequest, hearing: Hearing) -> HttpResponse:
    """Send it to each party."""
    form = SendHearingForm(request.POST or None)
    page = ActPage(
        title=_("Send the hearing"),
        submit=_("Send to the parties"),
        back=_url(hearing),
        back_label=_("Hearing"),
        intro=_("A letter is made for each parent. The school's office sends it."),
        done=_("The hearing is sent. The letters are ready for the school's office."),
        template="cases/act.html",
        context={"case": hearing.case},
    )
    return run_act(
        request, page, service.send_hearing, hearing, forms=[form], then=lambda _: _url(hearing)
    )


@form_page
@on_object(Hearing, "hold_hearing")
def hearing_answer(request: AccessRequest, hearing: Hearing, party: int) -> HttpResponse:
    """Write down what a party answered."""
    row = get_object_or_404(HearingParty, hearing=hearing, pk=party)
    names = ("answer", "no_remarks", "reply", "revision")
    initial: dict[str, object] = {name: getattr(row, name) for name in names}
    if row.answered_on:
        initial["answered_on"] = row.answered_on
    form = AnswerForm(request.POST or None, initial=initial)
    page = ActPage(
        title=_("Answer from %(name)s") % {"name": row.custody_holder.name},
        submit=_("Save the answer"),
        back=_url(hearing),
        back_label=_("Hearing"),
        done=_("The answer is saved."),
        template="cases/act.html",
        context={"case": hearing.case},
    )
    return run_act(
        request, page, service.record_answer, row, forms=[form], then=lambda _: _url(hearing)
    )


@form_page
@on_object(Hearing, "hold_hearing")
def close_hearing(request: AccessRequest, hearing: Hearing) -> HttpResponse:
    """Close the hearing."""
    form = CloseHearingForm(request.POST or None)
    page = ActPage(
        title=_("Close the hearing"),
        submit=_("Close the hearing"),
        back=_url(hearing),
        back_label=_("Hearing"),
        done=_("The hearing is closed. The decision can be made now."),
        template="cases/act.html",
        context={"case": hearing.case},
    )
    return run_act(
        request,
        page,
        service.close_hearing,
        hearing,
        forms=[form],
        then=reverse("cases:case", args=[hearing.case.public_id]),
    )
