"""Core's pages: a long job, and the answers when something goes wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haderslev.core import access, outbox
from haderslev.core.access import AccessRequest, on_object, post_only
from haderslev.core.models import Job
from haderslev.core.pages import ActPage, acts_on


@on_object(Job, "view_job")
def job(request: AccessRequest, job: Job) -> HttpResponse:
    """Show how far a job is; the page reloads itself until it is done, without JavaScript."""
    if job.outbox.done_at is not None:
        return redirect(job.result_url)
    cancelled = job.cancelled_at is not None
    failed = job.outbox.parked_at is not None and not cancelled
    context = {"job": job, "cancelled": cancelled, "failed": failed}
    response = render(request, "core/job.html", context)
    if not cancelled and not failed:
        response["Refresh"] = "3"
    return response


@post_only
@acts_on(Job, "view_job")
def cancel_job(_request: AccessRequest, job: Job) -> ActPage:
    """Stop a job; no file is left."""
    return ActPage(
        title=_("Stop the job"),
        submit=_("Stop"),
        act=lambda **_by: outbox.cancel(job),
        back=job.back_url,
    )


@post_only
@acts_on(Job, "view_job")
def retry_job(_request: AccessRequest, job: Job) -> ActPage:
    """Try a failed job again."""
    return ActPage(
        title=_("Try again"),
        act=lambda **_by: outbox.retry(job),
        back=job.back_url,
        then=reverse("core:job", args=[job.public_id]),
    )


def csrf_failure(request: HttpRequest, **_kwargs: object) -> HttpResponse:
    """Explain that a form is too old or came from elsewhere."""
    message = gettext(
        "The page was open too long or came from another place. Go back, reload and send."
    )
    return render(request, "403.html", {"message": message}, status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the person sees it but may not do this."""
    # Rules raise a codename, services a sentence; only sentences are shown.
    text = str(exception or "")
    message = text if " " in text else ""
    return access.refusal(render(request, "403.html", {"message": message}, status=403))


def not_found(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django hands it over by this name
) -> HttpResponse:
    """Say that it does not exist, or that the person has no access: the same words."""
    return access.not_found(request)
