"""Pages of the district council."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from cases import features
from cases.forms.council import CouncilItemForm, IdeaForm, NameForm, SparringForm
from cases.models import Case, CouncilIdea, CouncilItem
from cases.selectors import case_facts
from cases.selectors.council import items_of, meetings_of, plans_of
from cases.selectors.requirements import missing
from cases.services import council as service
from districts.models import CouncilMeeting, Todo
from haderslev.core.access import AccessRequest, form_page, on_object, with_permission
from haderslev.core.pages import ActPage, run_act
from haderslev.core.policy import may


def _url(item: CouncilItem) -> str:
    return reverse("cases:council_item", args=[item.public_id])


@require_GET
@with_permission("view_council_sheet")
def council(request: AccessRequest) -> HttpResponse:
    """List the meetings of the person's district councils, the next first."""
    return render(request, "cases/council.html", meetings_of(request.user))


@require_GET
@on_object(CouncilMeeting, "view_council_sheet")
def council_meeting(request: AccessRequest, meeting: CouncilMeeting) -> HttpResponse:
    """Show an agenda: cases without names; before publication only how many there are."""
    items = items_of(meeting, request.user)
    request.reads.listed(item.case for item in items)
    context = {
        "meeting": meeting,
        "items": items,
        "waiting": meeting.items.filter(state=CouncilItem.State.ON_AGENDA).count(),
        "may_publish": meeting.published_at is None
        and may(request.user, "manage_council", meeting),
    }
    return render(request, "cases/council_meeting.html", context)


@require_POST
@on_object(CouncilMeeting, "manage_council")
def publish_agenda(request: AccessRequest, meeting: CouncilMeeting) -> HttpResponse:
    """Publish the agenda."""
    back = reverse("cases:council_meeting", args=[meeting.public_id])
    page = ActPage(
        title=_("Publish the agenda"),
        submit=_("Publish the agenda"),
        back=back,
        done=_("The agenda is published."),
    )
    return run_act(request, page, service.publish_agenda, meeting)


@form_page
@on_object(Case, "put_on_council")
def put_on_council(request: AccessRequest, case: Case) -> HttpResponse:
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
    page = ActPage(
        title=_("Ask the district council"),
        submit=_("Put on the agenda"),
        back=reverse("cases:case", args=[case.public_id]),
        back_label=case.number,
        intro=_("The council gives sparring on what the schools can do. It decides nothing."),
        notice=_("A parent has said no: the sheet carries no particulars of the child.")
        if disagreed
        else "",
        done=_("The case is on the agenda."),
        blocked=bool(lacking),
        template="cases/act.html",
        context={"case": case, "missing": lacking, "gate": "G4"},
    )
    return run_act(request, page, service.put_on_council, case, forms=[form], then=_url)


@require_GET
@on_object(CouncilItem, "view_council_sheet")
def council_sheet(request: AccessRequest, item: CouncilItem) -> HttpResponse:
    """Show a sheet to the council: no name until it is opened with a purpose."""
    advises = CouncilItem.objects.permitted(request.user, "advise_case").filter(pk=item.pk)
    context = {
        "item": item,
        "ideas": item.ideas.all(),
        "may_advise": item.state == CouncilItem.State.ON_AGENDA and advises.exists(),
        "as_council": True,
    }
    return render(request, "cases/council_item.html", context)


@require_GET
@on_object(CouncilItem, "view_case")
def council_item(request: AccessRequest, item: CouncilItem) -> HttpResponse:
    """Show a sheet to the school: sparring and ideas to answer."""
    leads = CouncilItem.objects.permitted(request.user, "put_on_council").filter(pk=item.pk)
    unread = Todo.objects.open().of(features.READ_SPARRING).about(item)
    context = {
        "item": item,
        "case": item.case,
        "ideas": item.ideas.select_related("plan"),
        "leads": leads.exists(),
        "unread": unread.exists(),
        "as_council": False,
    }
    return render(request, "cases/council_item.html", context)


@require_POST
@on_object(CouncilItem, "put_on_council")
def withdraw_item(request: AccessRequest, item: CouncilItem) -> HttpResponse:
    """Take a case off the agenda."""
    page = ActPage(
        title=_("Take off the agenda"),
        submit=_("Take off the agenda"),
        back=_url(item),
        done=_("The case is off the agenda."),
    )
    return run_act(
        request,
        page,
        service.withdraw_item,
        item,
        then=reverse("cases:case", args=[item.case.public_id]),
    )


@require_POST
@on_object(CouncilItem, "put_on_council")
def read_item(request: AccessRequest, item: CouncilItem) -> HttpResponse:
    """Note that the leader has read sparring without ideas."""
    page = ActPage(title=_("Sparring"), submit=_("Read"), back=_url(item))
    return run_act(
        request,
        page,
        service.mark_read,
        item,
        then=reverse("cases:case", args=[item.case.public_id]),
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


@form_page
@on_object(CouncilItem, "advise_case")
def council_sparring(request: AccessRequest, item: CouncilItem) -> HttpResponse:
    """Write down the council's sparring."""
    form = SparringForm(request.POST or None)
    back = reverse("cases:council_sheet", args=[item.public_id])
    page = ActPage(
        title=_("Sparring from the council"),
        submit=_("Save the sparring"),
        back=back,
        back_label=_("The sheet"),
        done=_("The sparring is saved. The school answers each idea."),
    )

    return run_act(request, page, service.record_sparring, item, forms=[form])


@form_page
@on_object(CouncilItem, "put_on_council")
def council_idea(request: AccessRequest, item: CouncilItem, idea: str) -> HttpResponse:
    """Say what the school does with an idea."""
    row = get_object_or_404(CouncilIdea, item=item, public_id=idea)
    form = IdeaForm(request.POST or None, plans=plans_of(item.case))
    page = ActPage(
        title=_("An idea of the council"),
        submit=_("Save"),
        back=_url(item),
        back_label=_("Sparring"),
        intro=row.idea,
        done=_("The idea is answered."),
        template="cases/act.html",
        context={"case": item.case},
    )

    return run_act(
        request,
        page,
        service.answer_idea,
        row,
        forms=[form],
        then=lambda answered: (
            reverse("plans:plan", args=[answered.plan.public_id]) if answered.plan else _url(item)
        ),
    )
