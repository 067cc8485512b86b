"""The page of look-ups and acts: who, about whom, when, and why. Looking at it is one too."""

from collections import defaultdict
from collections.abc import Iterable
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

from haderslev.accounts.models import User
from haderslev.core import features
from haderslev.core.access import AccessRequest, with_permission
from haderslev.core.errors import Words
from haderslev.core.features import contributed
from haderslev.core.forms import BaseForm
from haderslev.core.journalling import ReadLog
from haderslev.core.models import Purpose
from haderslev.core.subject import JournalSubject
from haderslev.journal.models import Act, Read

A_PAGE = 50
# A list of a class has many; a row names so many of a kind, and the filter finds the others.
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in _named():
            self.fields[kind.code] = forms.CharField(
                label=str(kind.label), max_length=16, required=False
            )


@require_GET
@with_permission("view_log")
def log(request: AccessRequest) -> HttpResponse:
    """List look-ups, newest first; whom and what they were about is journalled in turn."""
    form = LogFilter(request.GET or None)
    acts = form.is_valid() and form.cleaned_data["shown"] == ACTS
    rows: QuerySet[Any] = (Act if acts else Read)._default_manager.order_by("-at", "-pk")
    if form.is_valid():
        rows = _filtered(rows, form, request.reads)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("side"))
    for row in page:
        request.reads.subject.update(row.about)
    request.reads.purpose = "log_control"
    request.reads.fields = "log"
    query = request.GET.copy()
    query.pop("side", None)
    context = {
        "form": form,
        "page": page,
        "lines": _lines(page),
        "acts": acts,
        "hints": [kind.hint for kind in _named() if kind.hint],
        "query": query.urlencode(),
    }
    return render(request, "accounts/log.html", context, status=422 if form.errors else 200)


def _named() -> list[JournalSubject]:
    """Return the kinds of subjects that are searched for, and shown by an id."""
    return [kind for kind in contributed(JournalSubject).values() if kind.label]


def _filtered(rows: QuerySet[Any], form: LogFilter, reads: ReadLog) -> QuerySet[Any]:
    """Return the rows that are looked for; whom and what was asked about is noted in ``reads``."""
    wanted = form.cleaned_data
    if wanted["person"] is not None:
        rows = rows.filter(user_id=wanted["person"].pk)
    if wanted["first_on"]:
        rows = rows.filter(at__gte=_midnight(wanted["first_on"]))
    if wanted["last_on"]:
        rows = rows.filter(at__lt=_midnight(wanted["last_on"] + timedelta(days=1)))
    for kind in _named():
        if wanted[kind.code]:
            found = kind.find(wanted[kind.code])
            rows = rows.filter(about__contains=list(found)) if found else rows.none()
            reads.subject |= found
    return rows


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _lines(page: Page[Any]) -> list[dict[str, object]]:
    """Return what a row shows. Two queries for all of them, and one for each kind of subject."""
    users = dict(
        User.objects.filter(pk__in={row.user_id for row in page}).values_list("pk", "name")
    )
    subjects = _subjects(page)
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
            **subjects[row.pk],
            **said(row),
        }
        for row in page
    ]


def _subjects(page: Page[Any]) -> dict[int, dict[str, object]]:
    """Return for each row the ids of whom and what it is about, and how many more there are."""
    kinds = contributed(JournalSubject)
    values = {row.pk: _by_kind(row.about) for row in page}
    first: dict[str, set[str]] = defaultdict(set)
    for found in values.values():
        for code in found:
            first[code].update(found[code][:MOST_IDS])
    shown = {kind.code: kind.shown(first[kind.code]) for kind in _named()}
    return {
        pk: {
            "ids": [
                {"text": shown[code][value], "is_code": bool(kinds[code].model)}
                for code in found
                for value in found[code][:MOST_IDS]
                if value in shown.get(code, ())
            ],
            "more": sum(len(found[code][MOST_IDS:]) for code in found if code in shown),
            "unnamed": [kinds[code].unnamed for code in found if code in kinds],
        }
        for pk, found in values.items()
    }


def _by_kind(about: Iterable[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for text in about:
        kind, _colon, value = text.partition(":")
        values.setdefault(kind, []).append(value)
    return values


def words(kind: type[features.Act | features.Page | features.Seen]) -> dict[str, Words]:
    """Return code → words of what the apps say for the log."""
    return {code: each.label for code, each in contributed(kind).items()}


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
