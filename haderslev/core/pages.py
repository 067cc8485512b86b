"""How a page does an act: forms, key, service, answer. One mechanism for every form.

::

    @acts_on(Proposal, "propose_level", service.answer)
    def answer(request: AccessRequest, proposal: Proposal) -> ActPage:
        return ActPage(
            title=_("Answer the school leader's question"),
            submit=_("Send to the school leader"),
            forms=[AnswerForm(request.POST or None)],
        )
"""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial, wraps
from http import HTTPStatus
from typing import Any  # rows and forms of any kind

import pgtrigger
import psycopg
from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.forms import BaseForm, BaseFormSet
from django.forms.boundfield import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from haderslev.core.access import AccessRequest, View, form_page, on_object
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError, Words
from haderslev.core.forms import MECHANICS, in_words, is_written
from haderslev.core.models import FormKey
from haderslev.core.references import url_of

# A formset of any kind of form.
type AnyForm = BaseForm | BaseFormSet[Any]
_CHANGED = _("Somebody has changed this since you opened the page. Read it again and decide anew.")


@dataclass(frozen=True, kw_only=True)
class ActPage:
    """The page of an act: what it says, what it asks, what is done with the answer."""

    title: Words  # heading
    submit: Words = ""  # words on the one primary button; those of the heading if left out
    # Where "Cancel" leads, and the breadcrumb points; else the page of what is acted on.
    back: str = ""
    # The service. It is called with what the forms say (their ``said()`` where they have one, else
    # the cleaned data of those that are no sets), and with the user as ``by``.
    act: Callable[..., object] | None = None
    forms: Sequence[AnyForm] = ()  # forms and sets of forms, all checked before the act
    # The address to go to, or a function of what the act returned; else ``back``.
    then: str | Callable[[Any], str] = ""  # of what this act returns
    back_label: Words = ""
    intro: Words = ""  # a sentence or two above the form
    notice: Words = ""  # shown in a box before the form: what the person must know first
    done: Words = ""  # said after success
    danger: bool = False
    blocked: bool = False  # no form is shown, for what the page says above it must be done first
    template: str = "act.html"  # another template than ``act.html``, which it extends
    context: Mapping[str, object] = field(default_factory=dict)  # more for that template


def see_other(url: str) -> HttpResponse:
    """Answer a POST with a redirect to the next page (303)."""
    return HttpResponse(status=303, headers={"Location": url})


def act_page(view: View[ActPage | HttpResponse]) -> View[HttpResponse]:
    """Declare a view that shows forms, and acts when they are sent: it returns its ``ActPage``.

    What a service refuses is shown above the form with its text kept; a changed row is shown with
    both texts (409).
    """

    @wraps(view)
    def answered(request: AccessRequest, *args: object, **kwargs: object) -> HttpResponse:
        # Pressed twice: the second is led on, also where the act has ended the person's access.
        if request.method == "POST" and (sent := _used(request)):
            return see_other(sent)
        page = view(request, *args, **kwargs)
        return _answer(request, page) if isinstance(page, ActPage) else page

    return form_page(answered)


def acts_on(
    model: Any,  # with a policy
    perm: str,
    act: Callable[..., object] | None = None,  # the service, if the page does not say it
    **options: Any,
) -> Callable[[View[ActPage | HttpResponse]], View[HttpResponse]]:
    """Declare the page of an act on an object; else as ``act_page`` and ``on_object``."""

    def decorator(view: View[ActPage | HttpResponse]) -> View[HttpResponse]:
        @wraps(view)
        def bound(request: AccessRequest, row: Any, **kwargs: object) -> ActPage | HttpResponse:
            page = view(request, row, **kwargs)
            if not isinstance(page, ActPage):
                return page
            done = page.act if act is None else partial(act, row)
            return replace(page, act=done, back=page.back or url_of(row))

        return act_page(on_object(model, perm, **options)(bound))

    return decorator


def _ask(request: AccessRequest, page: ActPage) -> None:
    """Ask the right of a declared act before anything is shown.

    Raises:
        PermissionDenied: The person may not; with the sentence that says who can.
    """
    ask = getattr(getattr(page.act, "func", None), "ask", None)
    if ask is not None:
        try:
            ask(*page.act.args, by=request.user)  # type: ignore[union-attr]  # it is a partial
        except NotAllowedError as error:
            raise PermissionDenied(str(error.message)) from error


def _answer(request: AccessRequest, page: ActPage) -> HttpResponse:
    """Show the forms, or check them and do the act."""
    _ask(request, page)
    if request.method != "POST":
        return _show(request, page, status=HTTPStatus.OK)
    # Check every form, so that all errors are shown at once.
    checked = [form.is_valid() for form in page.forms]
    if not all(checked) or page.act is None:
        return _show(request, page, status=422)
    try:
        with transaction.atomic():
            key = _claim(request)
            said = {name: value for form in page.forms for name, value in _said(form).items()}
            made = page.act(**said, by=request.user)
            key.redirect = page.then(made) if callable(page.then) else page.then or page.back
            key.save(update_fields=["redirect"])
    except _AlreadySentError as sent:
        return see_other(sent.redirect)
    except ConflictError as error:
        return _conflict(request, page, error)
    except DomainError as error:
        return _refused(request, page, error)
    except DatabaseError as error:
        if not _somebody_was_first(error):
            raise  # Django logs it and answers 500.
        return _conflict(request, page, ConflictError(_CHANGED))
    if page.done:
        messages.success(request, str(page.done))
    return see_other(key.redirect)


class _AlreadySentError(Exception):
    """This form has been used already; ``redirect`` is where it led."""

    def __init__(self, redirect: str) -> None:
        super().__init__(redirect)
        self.redirect = redirect


def _used(request: AccessRequest) -> str:
    """Return where the person's form led, if it was sent already."""
    with suppress(ValueError):
        key = uuid.UUID(request.POST.get("form_key", ""))
        keys = FormKey.objects.filter(key=key, user=request.user.pk)
        return keys.values_list("redirect", flat=True).first() or ""
    return ""


def _claim(request: AccessRequest) -> FormKey:
    """Take the key of the posted form, inside the transaction of the act.

    The same form sent twice acts once: a second sender waits here until the first has committed,
    and is led to the same page.
    """
    try:
        key = str(uuid.UUID(request.POST.get("form_key", "")))
    except ValueError as error:
        message = _("The form has lost its key. Reload the page and send again.")
        raise DomainError(message, code="form-key-missing") from error
    try:
        with transaction.atomic():
            return FormKey.objects.create(key=key, user=request.user)
    except IntegrityError as error:
        used = FormKey.objects.get(key=key)
        if used.user_id != request.user.pk:
            raise Http404 from error
        raise _AlreadySentError(used.redirect) from error


_TRIGGER = re.compile(r"\b(pgtrigger_\w+)\(\)")


def _somebody_was_first(error: DatabaseError) -> bool:
    """Tell whether the database refused because somebody else acted in the meantime."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return False
    raised_by = _TRIGGER.search(cause.diag.context or "")
    refused = cause.diag.constraint_name or (raised_by[1] if raised_by else "")
    return refused in _races()


@cache
def _races() -> frozenset[str]:
    """Return which refusals of the database mean that somebody else was first.

    A model names, as ``races``, those of its unique and exclusion constraints that two people can
    run into who act at the same time. The moves of a state race by themselves: the trigger knows
    the state in the database, the person acted on the one that was read. Any other refusal is a
    fault of ours.
    """
    named = {name for model in apps.get_models() for name in getattr(model, "races", ())}
    moves = {
        trigger.get_pgid(model)
        for model, trigger in pgtrigger.registered()
        if isinstance(trigger, pgtrigger.FSM)
    }
    return frozenset(named | moves)


def _said(form: AnyForm) -> Mapping[str, object]:
    """Return what a form says to the act: its own ``said()``, else its cleaned data."""
    if hasattr(form, "said"):
        said: Mapping[str, object] = form.said()
        return said
    return {} if isinstance(form, BaseFormSet) else form.cleaned_data


def _show(
    request: HttpRequest, page: ActPage, *, status: int, error: DomainError | None = None
) -> HttpResponse:
    plain = [form for form in page.forms if not isinstance(form, BaseFormSet)]
    failed = status != HTTPStatus.OK
    context = {
        # What was sent is shown again, whatever has come in its way since.
        "page": replace(page, blocked=page.blocked and not failed),
        "forms": plain,
        "form": plain[0] if plain else None,
        "formsets": [form for form in page.forms if isinstance(form, BaseFormSet)],
        "error": error,
        "failed": failed,
        **page.context,
    }
    return render(request, page.template, context, status=status)


def _refused(request: HttpRequest, page: ActPage, error: DomainError) -> HttpResponse:
    for form in page.forms if error.field else ():
        if not isinstance(form, BaseFormSet) and error.field in form.fields:
            form.add_error(error.field, str(error.message))
            return _show(request, page, status=error.status)
    return _show(request, page, status=error.status, error=error)


def _conflict(request: HttpRequest, page: ActPage, error: ConflictError) -> HttpResponse:
    """Show both texts, and what was sent, to be sent again, corrected or at least copied."""
    sent: dict[str, BoundField] = {}  # by the name with which a field is posted
    for form in page.forms:
        for each in form.forms if isinstance(form, BaseFormSet) else [form]:
            # In a formset the label says which form it is.
            title = getattr(each, "title", "") or getattr(form, "title", "")
            for bound in each.visible_fields():
                bound.label = f"{title}: {bound.label}" if title else str(bound.label)
                sent[bound.html_name] = bound
    # The forms were made of the rows as they are now. Only what may be overwritten is compared.
    differing = {
        name: (in_words(bound.field, bound.data), in_words(bound.field, bound.initial))
        for name, bound in (sent.items() if error.revision is not None else ())
        if bound.field.has_changed(bound.initial, bound.data)
    }
    # What is written is compared by the service as well, under lock.
    both = differing | {
        name: (mine, error.theirs.get(name, ""))
        for name, mine in error.mine.items()
        if name not in differing or is_written(sent[name].field)
    }
    posted = []
    for name, values in request.POST.lists():
        for value in values if name not in MECHANICS else ():
            is_text = name in sent and is_written(sent[name].field) and bool(value.strip())
            posted.append(
                {
                    "name": name,
                    "value": value,
                    # Empty for what is not meant to be read.
                    "label": sent[name].label if is_text else "",
                    # Whether the two texts can be merged by hand.
                    "editable": name in both and (is_text or name in error.mine),
                    "other": both[name][1] if name in both else None,
                }
            )
    context = {
        "page": page,
        "error": error,
        "posted": posted,
        "texts": [
            {"label": sent[name].label if name in sent else name, "mine": mine, "theirs": theirs}
            for name, (mine, theirs) in both.items()
            if mine != theirs
        ],
        "fixed": any(not is_written(sent[name].field) for name in differing),
        "action": request.get_full_path(),
    }
    return render(request, "409.html", context, status=409)


def require(allowed: object, message: Words = "") -> None:
    """Raise ``PermissionDenied`` with the sentence unless ``allowed`` is true."""
    if not allowed:
        raise PermissionDenied(str(message))
