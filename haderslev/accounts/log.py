"""The page of look-ups and acts: who, about whom, when, and why. Looking at it is one too."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import get_resolver
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from haderslev.accounts import ports
from haderslev.accounts.models import User
from haderslev.core import features
from haderslev.core.access import AccessRequest, with_permission
from haderslev.core.errors import Words
from haderslev.core.features import contributed
from haderslev.core.forms import BaseForm
from haderslev.core.models import Purpose
from haderslev.journal.models import Act, Read

A_PAGE = 50
# A list of a class has many; a row names so many of them, and the filter finds the others.
MOST_IDS = 3
ACTS = "handlinger"


class LogFilter(BaseForm):
    """What to look for. It travels in the address, so it holds no name and no CPR number."""

    person = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.all(), required=False, empty_label=_("Everybody")
    )
    shown = forms.ChoiceField(
        label=_("Show"),
        choices=[("", _("Look-ups")), (ACTS, _("Acts"))],
        required=False,
    )
    first_on = forms.DateField(label=_("From"), required=False)
    last_on = forms.DateField(label=_("To"), required=False)
    child = forms.CharField(label=_("Child's id"), max_length=8, required=False)
    case = forms.CharField(label=_("Case number"), max_length=16, required=False)


@require_GET
@with_permission("view_log")
def log(request: AccessRequest) -> HttpResponse:
    """List look-ups, newest first; which children they were about is journalled in turn."""
    form = LogFilter(request.GET or None)
    acts = form.is_valid() and form.cleaned_data["shown"] == ACTS
    rows: QuerySet[Any] = (Act if acts else Read)._default_manager.order_by("-at", "-pk")
    rows, wanted = _filtered(rows, form) if form.is_valid() else (rows, None)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("side"))
    for row in page:
        request.reads.pupil_ids |= set(row.pupil_ids)
        request.reads.community_ids |= set(getattr(row, "community_ids", ()))
        request.reads.case_numbers |= set(_cases(row))
    if wanted is not None:
        request.reads.pupil_ids.add(wanted)
    request.reads.purpose = "log_control"
    request.reads.fields = "log"
    query = request.GET.copy()
    query.pop("side", None)
    context = {
        "form": form,
        "page": page,
        "lines": _lines(page),
        "acts": acts,
        "query": query.urlencode(),
    }
    return render(request, "accounts/log.html", context, status=422 if form.errors else 200)


def _filtered(rows: QuerySet[Any], form: LogFilter) -> tuple[QuerySet[Any], int | None]:
    """Return the rows that are looked for, and the child that was asked about."""
    wanted = form.cleaned_data
    pupil_id = None
    if wanted["person"] is not None:
        rows = rows.filter(user_id=wanted["person"].pk)
    if wanted["first_on"]:
        rows = rows.filter(at__gte=_midnight(wanted["first_on"]))
    if wanted["last_on"]:
        rows = rows.filter(at__lt=_midnight(wanted["last_on"] + timedelta(days=1)))
    if wanted["child"]:
        pupil_id = ports.children().internal_id(wanted["child"])
        rows = rows.filter(pupil_ids__contains=[pupil_id]) if pupil_id else rows.none()
    if wanted["case"]:
        number = wanted["case"].strip()
        is_act = rows.model is Act
        rows = rows.filter(
            **({"case_number": number} if is_act else {"case_numbers__contains": [number]})
        )
    return rows, pupil_id


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _cases(row: Read | Act) -> list[str]:
    """Return the numbers of the cases that a row is about."""
    if isinstance(row, Read):
        return list(row.case_numbers)
    return [row.case_number] if row.case_number else []


def _lines(page: Page[Any]) -> list[dict[str, object]]:
    """Return what a row shows. Three queries for all of them."""
    users = dict(
        User.objects.filter(pk__in={row.user_id for row in page}).values_list("pk", "name")
    )
    shown = {pk for row in page for pk in row.pupil_ids[:MOST_IDS]}
    ids = ports.children().public_ids(shown)
    purposes = _purposes()
    acts, pages, seen = words(features.Act), words(features.Page), words(features.Seen)

    def said(row: Read | Act) -> dict[str, object]:
        if isinstance(row, Act):
            return {"purpose": acts.get(row.action, row.action), "page": ""}
        return {
            "purpose": purposes.get(row.purpose, row.purpose),
            "reason": row.reason,
            "page": pages.get(row.page, row.page),
            "fields": seen.get(row.fields, row.fields),
            "address": _address(row.page),
        }

    return [
        {
            "at": row.at,
            "person": users.get(row.user_id, _("Unknown") if row.user_id else _("The system")),
            "children": _named(row.pupil_ids, ids),
            "more": max(len(row.pupil_ids) - MOST_IDS, 0),
            "cases": _cases(row)[:MOST_IDS],
            **said(row),
        }
        for row in page
    ]


def words(kind: type[features.Act | features.Page | features.Seen]) -> dict[str, Words]:
    """Return code → words of what the apps say for the log."""
    return {code: each.label for code, each in contributed(kind).items()}


def _named(pupil_ids: Iterable[int], ids: Mapping[int, str]) -> list[str]:
    return [ids[pk] for pk in list(pupil_ids)[:MOST_IDS] if pk in ids]


def _address(page: str) -> str:
    """Return the page's address with … for each id; its name where there is no such page now."""
    space, _colon, name = page.rpartition(":")
    resolver, prefix = get_resolver(), ""
    if space in resolver.namespace_dict:
        prefix, resolver = resolver.namespace_dict[space]
    for candidates, *_rest in resolver.reverse_dict.getlist(name):
        path, ids = candidates[0]
        return f"/{prefix}{path % dict.fromkeys(ids, '…')}"
    return page


def _purposes() -> dict[str, str]:
    """Return code → words; the newest row of a code counts."""
    name = "name_en" if get_language() == "en" else "name_da"
    return dict(Purpose.objects.order_by("valid_from").values_list("code", name))
