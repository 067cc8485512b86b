"""The page of look-ups and acts: who, about whom, when, and why. Looking at it is one too."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any  # rows of one model or the other

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import get_resolver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haderslev.accounts.models import User
from haderslev.core import features
from haderslev.core.access import AccessRequest, with_permission
from haderslev.core.errors import Words
from haderslev.core.features import contributed
from haderslev.core.forms import BaseForm, Sent
from haderslev.core.lists import listed_page
from haderslev.core.models import Purpose
from haderslev.core.subject import JournalSubject
from haderslev.journal.models import Act, Read

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

    def __init__(self, sent: Sent) -> None:
        super().__init__(sent)
        for kind in _named():
            self.fields[kind.code] = forms.CharField(
                label=str(kind.label), max_length=16, required=False
            )


@with_permission("view_log")
def log(request: AccessRequest) -> HttpResponse:
    """List look-ups, newest first; whom and what they were about is journalled in turn."""
    form = LogFilter(request.GET or None)
    acts = form.is_valid() and form.cleaned_data["shown"] == ACTS
    # Of one model or the other.
    rows: QuerySet[Any] = Act.objects.all() if acts else Read.objects.all()
    if form.is_valid():
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
                request.reads.subject |= found
    page = listed_page(request, rows.order_by("-at", "-pk"))
    for row in page:
        request.reads.subject.update(row.about)
    request.reads.purpose = "log_control"
    request.reads.fields = "log"
    query = request.GET.copy()
    query.pop("side", None)
    context = {
        "form": form,
        "page": page,
        "lines": _lines(list(page)),
        "acts": acts,
        "hints": [kind.hint for kind in _named() if kind.hint],
        "query": query.urlencode(),
    }
    return render(request, "accounts/log.html", context, status=422 if form.errors else 200)


def _named() -> list[JournalSubject]:
    """Return the kinds of subjects that are searched for, and shown by an id."""
    return [kind for kind in contributed(JournalSubject).values() if kind.label]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _lines(rows: Sequence[Act | Read]) -> list[dict[str, object]]:
    """Return what a row shows. Two queries for all of them, and one for each kind of subject."""
    users: dict[int | None, str] = dict(
        User.objects.filter(pk__in={row.user_id for row in rows}).values_list("pk", "name")
    )
    subjects = _subjects(rows)
    # Of a code the newest purpose counts.
    purposes = {row.code: row.name_in_words for row in Purpose.objects.order_by("valid_from")}
    acts, pages, seen = words(features.Act), words(features.Page), words(features.Seen)
    lines = []
    for row in rows:
        line = {
            "at": row.at,
            "person": users.get(row.user_id, _("Unknown") if row.user_id else _("The system")),
            **subjects[row.pk],
        }
        if isinstance(row, Act):
            line |= {"purpose": acts.get(row.action, row.action), "page": ""}
        else:
            line |= {
                "purpose": purposes.get(row.purpose, row.purpose),
                "reason": row.reason,
                "page": pages.get(row.page, row.page),
                "fields": seen.get(row.fields, row.fields),
                "address": _address(row.page),
            }
        lines.append(line)
    return lines


def _subjects(rows: Sequence[Act | Read]) -> dict[int, dict[str, object]]:
    """Return for each row the ids of whom and what it is about, and how many more there are."""
    kinds = contributed(JournalSubject)
    about: dict[int, dict[str, list[str]]] = {}
    first: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found: dict[str, list[str]] = defaultdict(list)
        for text in row.about:
            kind, _colon, value = text.partition(":")
            found[kind].append(value)
        for code, values in found.items():
            first[code].update(values[:MOST_IDS])
        about[row.pk] = found
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
        for pk, found in about.items()
    }


def words(kind: type[features.Act | features.Page | features.Seen]) -> dict[str, Words]:
    """Return code → words of what the apps say for the log."""
    return {code: each.label for code, each in contributed(kind).items()}


@cache
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
