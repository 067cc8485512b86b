"""The one way into a view: each view declares its rule, and the middleware refuses any without."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any  # Any: models with a policy

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import resolve
from django.utils.translation import gettext_lazy as _

from haderslev.core import ports
from haderslev.core.identity import Reference
from haderslev.core.journalling import ReadLog
from haderslev.core.references import url_of

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

NO_RULE = "no-access-rule"
READ = ("GET", "HEAD")

type View[Answer] = Callable[..., Answer]


class AccessRequest(HttpRequest):
    """A request as our views get it: signed in, and with the log of what it looks up."""

    user: User
    reads: ReadLog


def form_page[Answer](view: View[Answer]) -> View[Answer]:
    """Let a page be sent as well as read: it shows a form, and acts when that comes back."""
    view.methods = (*READ, "POST")  # type: ignore[attr-defined]  # functions take attributes
    return view


def post_only[Answer](view: View[Answer]) -> View[Answer]:
    """Let a page only be sent: its button stands on another page."""
    view.methods = ("POST",)  # type: ignore[attr-defined]  # functions take attributes
    return view


def declare[Answer](view: View[Answer], rule: str) -> View[Answer]:
    """Attach the rule to the view; whatever wraps the view must keep it."""
    view.access_rule = rule  # type: ignore[attr-defined]  # functions take attributes
    return view


def access_rule(view: View[object]) -> str | None:
    """Return the rule that a view declares."""
    return getattr(view, "access_rule", None)


def public(view: View[HttpResponseBase]) -> View[HttpResponseBase]:
    """Let anyone in. A test lists every use by name."""
    return declare(login_not_required(view), "public")


def signed_in[Answer](view: View[Answer]) -> View[Answer]:
    """Let in everyone who is signed in; the view shows only what is the person's own."""
    return declare(view, "signed-in")


def with_permission[Answer](
    *perms: str,
) -> Callable[[View[Answer]], View[Answer | HttpResponse]]:
    """Let in those who hold one of ``perms`` somewhere; the rows still come from ``permitted``.

    Raises:
        Http404: The person holds none of them, so the page does not exist for them.
    """

    def decorator(view: View[Answer]) -> View[Answer | HttpResponse]:
        @wraps(view)
        def guarded(
            request: AccessRequest, *args: object, **kwargs: object
        ) -> Answer | HttpResponse:
            if not any(ports.rights().holds(request.user, perm) for perm in perms):
                return not_found(request)
            return view(request, *args, **kwargs)

        return declare(guarded, "|".join(perms))

    return decorator


def on_object[Answer](
    model: Any,  # with a policy, so with ``objects.permitted``
    perm: str,
    *,
    fields: str = "content",
    arg: str = "public_id",
    related: tuple[str, ...] = (),
) -> Callable[[View[Answer]], View[Answer]]:
    """Fetch one object and let in those who hold ``perm`` on it; the look-up is journalled.

    ``related`` names what the page shows of other rows, so that it is fetched along.

    Raises:
        Http404: The user may not know that the object exists.
        PermissionDenied: The user sees the object but lacks ``perm``.
    """

    def decorator(view: View[Answer]) -> View[Answer]:
        @wraps(view)
        def guarded(request: AccessRequest, *args: object, **kwargs: object) -> Answer:
            key = str(kwargs.pop(arg)).upper()
            if not key.isalnum():
                raise Http404
            permitted = model.objects.permitted(request.user, perm).filter(pk=OuterRef("pk"))
            visible = model.objects.visible_to(request.user).annotate(may=Exists(permitted))
            if related:
                visible = visible.select_related(*related)
            obj = get_object_or_404(visible, public_id=key)
            if not obj.may:
                raise PermissionDenied(perm)
            request.reads.about(obj)
            request.reads.fields = fields
            return view(request, obj, *args, **kwargs)

        guarded.access_object = (model, perm)  # type: ignore[attr-defined]  # functions take attributes
        return declare(guarded, f"{model._meta.label_lower}:{perm}")

    return decorator


def openable(user: User, rows: Iterable[Reference]) -> frozenset[Reference]:
    """Return those rows whose page ``user`` may open.

    Asked of the rule that each view declares, so that no link leads to a refusal. One query for
    each rule, however many pages.
    """
    asked: dict[tuple[Any, str], list[Reference]] = defaultdict(list)
    for row in set(rows):
        url = url_of(row)
        rule = getattr(resolve(url).func, "access_object", None) if url else None
        if rule is not None:
            asked[rule].append(row)
    found: set[Reference] = set()
    for (model, perm), group in asked.items():
        permitted = model.objects.permitted(user, perm)
        allowed = permitted.filter(public_id__in={row.key for row in group})
        keys = set(allowed.values_list("public_id", flat=True))
        found.update(row for row in group if row.key in keys)
    return frozenset(found)


def not_found(request: HttpRequest) -> HttpResponse:
    """Answer as if the page did not exist."""
    return refusal(render(request, "404.html", status=404))


def refusal(response: HttpResponse) -> HttpResponse:
    """Mark an answer that shows nothing of what was looked up, so that nothing is journalled.

    Its status alone does not say so: an act that a service refuses shows the page again, 403.
    """
    response.shows_nothing = True  # type: ignore[attr-defined]  # read by the middleware
    return response


class AccessRuleMiddleware:
    """Deny every view that declares no access rule; write look-ups before content leaves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: AccessRequest) -> HttpResponseBase:
        """Write the log of look-ups before the answer leaves: if that fails, nothing is shown."""
        request.reads = ReadLog()
        # PostgreSQL rejects NUL in text, and none of our addresses contains one.
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return not_found(request)
        response = self.get_response(request)
        failed = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        if request.reads and not failed and not getattr(response, "shows_nothing", False):
            match = request.resolver_match
            try:
                request.reads.write(request.user, match.view_name if match is not None else "")
            except DatabaseError:
                return render(
                    request,
                    "503.html",
                    {"message": _("The look-up could not be journalled, so nothing is shown.")},
                    status=503,
                )
        return response

    def process_view(
        self, request: HttpRequest, view: View[object], _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """Refuse a view without a rule, and sending what is only read.

        Django admin has its own checks, see accounts.admin.
        """
        match = request.resolver_match
        if match is not None and match.app_name == "admin":
            return None
        if access_rule(view) is None:
            raise PermissionDenied(NO_RULE)
        methods = getattr(view, "methods", READ)
        return None if request.method in methods else HttpResponseNotAllowed(methods)
