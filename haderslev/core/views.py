"""Pages of the mechanics: a long job."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from haderslev.core import outbox
from haderslev.core.access import AccessRequest, on_object
from haderslev.core.models import Job
from haderslev.core.pages import ActPage, run_act


@require_GET
@on_object(Job, "view_job")
def job(request: AccessRequest, job: Job) -> HttpResponse:
    """Show how far a job is; the page reloads itself until it is done, without JavaScript."""
    state = outbox.describe(job)
    if state["done"]:
        return redirect(job.result_url)
    response = render(request, "core/job.html", state)
    if not state["cancelled"] and not state["failed"]:
        response["Refresh"] = "3"
    return response


@require_POST
@on_object(Job, "view_job")
def cancel_job(request: AccessRequest, job: Job) -> HttpResponse:
    """Stop a job; no file is left."""
    page = ActPage(title=_("Stop the job"), submit=_("Stop"), back=job.back_url)

    def do(**_said: object) -> str:
        outbox.cancel(job)
        return job.back_url

    return run_act(request, page, do, then=str)


@require_POST
@on_object(Job, "view_job")
def retry_job(request: AccessRequest, job: Job) -> HttpResponse:
    """Try a failed job again."""
    page = ActPage(title=_("Try again"), submit=_("Try again"), back=job.back_url)

    def do(**_said: object) -> str:
        outbox.retry(job)
        return request.path.removesuffix("igen/")

    return run_act(request, page, do, then=str)
