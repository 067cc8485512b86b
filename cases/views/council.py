"""Pages of the district council."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from cases import features
from cases.forms.council import CouncilItemForm, IdeaForm, NameForm, SparringForm
from cases.models import Case, CouncilIdea, CouncilItem
from cases.selectors.facts import case_facts
from cases.selectors.pages import council_items, council_meetings, running_plans
from cases.selectors.requirements import missing
from cases.services import council as service
from cases.views.cases import in_case
from districts.models import CouncilMeeting, Todo
from haderslev.core.access import AccessRequest, form_page, on_object, post_only, with_permission
from haderslev.core.pages import ActPage, acts_on
from haderslev.core.policy import may
from haderslev.core.references import page_url, url_of


@with_permission("view_council_sheet")
def council(request: AccessRequest) -> HttpResponse:
    """List the meetings of the person's district councils, the next first."""
    return render(request, "cases/council.html", council_meetings(request.user))


@on_object(CouncilMeeting, "view_council_sheet")
def council_meeting(request: AccessRequest, meeting: CouncilMeeting) -> HttpResponse:
    """Show an agenda: cases without names; before publication only how many there are."""
    items = council_items(meeting, request.user)
    request.reads.listed(item.case for item in items)
    context = {
        "meeting": meeting,
        "items": items,
        "waiting": meeting.items.filter(state=CouncilItem.State.ON_AGENDA).count(),
        "may_publish": meeting.published_at is None
        and may(request.user, "manage_council", meeting),
    }
    return render(request, "cases/council_meeting.html", context)


@post_only
@acts_on(CouncilMeeting, "manage_council", service.publish_agenda)
def publish_agenda(_request: AccessRequest, meeting: CouncilMeeting) -> ActPage:
    """Publish the agenda."""
    return ActPage(
        title=_("Publish the agenda"),
        back=page_url("cases:council_meeting", meeting),
        done=_("The agenda is published."),
    )


@acts_on(Case, "put_on_council", service.put_on_council)
def put_on_council(request: AccessRequest, case: Case) -> ActPage:
    """Put a case on the council's agenda."""
    coming = CouncilMeeting.objects.filter(district=service.district_of(case))
    disagreed = service.somebody_disagrees(case)
    form = CouncilItemForm(
        request.POST or None,
        meetings=coming.upcoming(),
        disagreed=disagreed,
        of_pupil=case.pupil_id is not None,
    )
    lacking = missing(case, case_facts(case), "G4", user=request.user)
    return in_case(
        case,
        title=_("Ask the district council"),
        submit=_("Put on the agenda"),
        intro=_("The council gives sparring on what the schools can do. It decides nothing."),
        notice=_("A parent has said no: the sheet carries no particulars of the child.")
        if disagreed
        else "",
        done=_("The case is on the agenda."),
        blocked=bool(lacking),
        context={"missing": lacking, "gate": "G4"},
        forms=[form],
        then=url_of,
    )


@on_object(CouncilItem, "view_council_sheet")
def council_sheet(request: AccessRequest, item: CouncilItem) -> HttpResponse:
    """Show a sheet to the council: no name until it is opened with a purpose."""
    context = {
        "item": item,
        "ideas": item.ideas.all(),
        "may_advise": item.state == CouncilItem.State.ON_AGENDA
        and may(request.user, "advise_case", item),
        "as_council": True,
    }
    return render(request, "cases/council_item.html", context)


@on_object(CouncilItem, "view_case")
def council_item(request: AccessRequest, item: CouncilItem) -> HttpResponse:
    """Show a sheet to the school: sparring and ideas to answer."""
    unread = Todo.objects.open().of(features.READ_SPARRING).about(item)
    context = {
        "item": item,
        "case": item.case,
        "ideas": item.ideas.select_related("plan"),
        "leads": may(request.user, "put_on_council", item),
        "unread": unread.exists(),
        "as_council": False,
    }
    return render(request, "cases/council_item.html", context)


@post_only
@acts_on(CouncilItem, "put_on_council", service.withdraw_item)
def withdraw_item(_request: AccessRequest, item: CouncilItem) -> ActPage:
    """Take a case off the agenda."""
    return ActPage(
        title=_("Take off the agenda"),
        done=_("The case is off the agenda."),
        then=url_of(item.case),
    )


@post_only
@acts_on(CouncilItem, "put_on_council", service.mark_read)
def read_item(_request: AccessRequest, item: CouncilItem) -> ActPage:
    """Note that the leader has read sparring without ideas."""
    return ActPage(
        title=_("Sparring"),
        submit=_("Read"),
        then=url_of(item.case),
    )


@form_page
@on_object(CouncilItem, "view_council_sheet")
def council_name(request: AccessRequest, item: CouncilItem) -> HttpResponse:
    """Show the name with a purpose; the reason stands in the log of look-ups."""
    form = NameForm(request.POST or None)
    context: dict[str, object] = {"item": item, "form": form}
    open_name = item.with_particulars and not service.somebody_disagrees(item.case)
    context["open_name"] = open_name
    if open_name and request.method == "POST" and form.is_valid():
        request.reads.reason = form.cleaned_data["reason"]
        request.reads.fields = "name"
        context["name"] = str(item.case.target)
    return render(request, "cases/council_name.html", context)


@acts_on(CouncilItem, "advise_case", service.record_sparring)
def council_sparring(request: AccessRequest, item: CouncilItem) -> ActPage:
    """Write down the council's sparring."""
    return ActPage(
        title=_("Sparring from the council"),
        submit=_("Save the sparring"),
        back=page_url("cases:council_sheet", item),
        back_label=_("The sheet"),
        done=_("The sparring is saved. The school answers each idea."),
        forms=[SparringForm(request.POST or None)],
    )


@acts_on(CouncilItem, "put_on_council")
def council_idea(request: AccessRequest, item: CouncilItem, idea: str) -> ActPage:
    """Say what the school does with an idea."""
    row = get_object_or_404(CouncilIdea, item=item, public_id=idea)
    return in_case(
        item.case,
        url_of(item),
        _("Sparring"),
        title=_("An idea of the council"),
        submit=_("Save"),
        intro=row.idea,
        done=_("The idea is answered."),
        forms=[IdeaForm(request.POST or None, plans=running_plans(item.case))],
        act=partial(service.answer_idea, row),
        then=lambda answered: url_of(answered.plan or item),
    )
