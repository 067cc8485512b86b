"""How a page does an act: forms, key, service, answer. One mechanism for every form.

::

    @act_page
    @on_object(Proposal, "propose_level")
    def answer(request: AccessRequest, proposal: Proposal) -> ActPage:
        return ActPage(
            title=_("Answer the school leader's question"),
            submit=_("Send to the school leader"),
            forms=[AnswerForm(request.POST or None)],
            act=partial(service.answer, proposal),
            back=url_of(proposal),
        )
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, wraps
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from haderslev.core import races
from haderslev.core.access import View, form_page
from haderslev.core.errors import ConflictError, DomainError, Words
from haderslev.core.form_keys import AlreadySentError, claim

type AnyForm = BaseForm | BaseFormSet[Any]


@dataclass(frozen=True, kw_only=True)
class ActPage:
    """The page of an act: what it says, what it asks, what is done with the answer.

    Attributes:
        act: The service. It is called with what the forms say (their ``said()`` where they have
            one, else the cleaned data of those that are no sets), and with the user as ``by``.
        forms: Forms and sets of forms, all checked before the act.
        then: The address to go to, or a function of what the act returned; else ``back``.
        title: Heading.
        submit: Words on the one primary button.
        back: Where "Cancel" leads, and where the breadcrumb points.
        intro: A sentence or two above the form.
        notice: Shown in a box before the form: what the person must know first.
        done: Said after success.
        blocked: No form is shown, for what the page says above it must be done first.
        template: Another template than ``act.html``, which it extends.
        context: More for that template.
    """

    title: Words
    submit: Words
    back: str
    act: Callable[..., object] | None = None
    forms: Sequence[AnyForm] = ()
    then: str | Callable[[Any], str] = ""
    back_label: Words = ""
    intro: Words = ""
    notice: Words = ""
    done: Words = ""
    danger: bool = False
    blocked: bool = False
    template: str = "act.html"
    context: Mapping[str, Any] = field(default_factory=dict)


def see_other(url: str) -> HttpResponse:
    """Answer a POST with the page to read next (303)."""
    return HttpResponse(status=303, headers={"Location": url})


def act_page(view: View[ActPage | HttpResponse]) -> View[HttpResponse]:
    """Declare a view that shows forms, and acts when they are sent: it returns its ``ActPage``.

    What a service refuses is shown above the form with its text kept; a changed row is shown with
    both texts (409).
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = view(request, *args, **kwargs)
        return _answer(request, page) if isinstance(page, ActPage) else page

    return form_page(answered)


def _answer(request: HttpRequest, page: ActPage) -> HttpResponse:
    """Show the forms, or check them and do the act."""
    if request.method != "POST":
        return _show(request, page, status=HTTPStatus.OK)
    # Every form is checked, so that every error is shown at once.
    checked = [form.is_valid() for form in page.forms]
    if not all(checked) or page.act is None:
        return _show(request, page, status=422)
    try:
        with transaction.atomic():
            key = claim(request)
            said = {name: value for form in page.forms for name, value in _said(form).items()}
            made = page.act(**said, by=request.user)
            key.redirect = page.then(made) if callable(page.then) else page.then or page.back
            key.save(update_fields=["redirect"])
    except AlreadySentError as sent:
        return see_other(sent.redirect)
    except (ConcurrentTransition, TransitionNotAllowed):
        return _conflict(request, page, ConflictError(_CHANGED))
    except ConflictError as error:
        return _conflict(request, page, error)
    except DomainError as error:
        return _refused(request, page, error)
    except DatabaseError as error:
        if not races.somebody_was_first(error):
            raise  # Django logs it and answers 500.
        return _conflict(request, page, ConflictError(_CHANGED))
    if page.done:
        messages.success(request, str(page.done))
    return see_other(key.redirect)


def run_act(
    request: HttpRequest,
    page: ActPage,
    act: Callable[..., Any],
    *args: Any,
    forms: Sequence[AnyForm] = (),
    then: str | Callable[[Any], str] = "",
    **more: Any,
) -> HttpResponse:
    """Give way to ``act_page``."""
    act = partial(act, *args, **more)
    return _answer(request, replace(page, act=act, forms=forms, then=then))


_CHANGED = _("Somebody has changed this since you opened the page. Read it again and decide anew.")


def _said(form: AnyForm) -> Mapping[str, Any]:
    """Return what a form says to the act: its own ``said()``, else its cleaned data."""
    if hasattr(form, "said"):
        said: Mapping[str, Any] = form.said()
        return said
    return {} if isinstance(form, BaseFormSet) else form.cleaned_data


def _show(
    request: HttpRequest, page: ActPage, *, status: int, error: DomainError | None = None
) -> HttpResponse:
    plain = [form for form in page.forms if not isinstance(form, BaseFormSet)]
    context = {
        "page": page,
        "forms": plain,
        "form": plain[0] if plain else None,
        "formsets": [form for form in page.forms if isinstance(form, BaseFormSet)],
        "error": error,
        "failed": status != HTTPStatus.OK,
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
    fields = _fields(page.forms)
    texts = [
        {
            "label": fields[name].label if name in fields else name,
            "mine": mine,
            "theirs": error.theirs.get(name, ""),
        }
        for name, mine in error.mine.items()
    ]
    context = {
        "page": page,
        "error": error,
        "posted": _posted(request, fields, error),
        "texts": [*texts, *error.more],
        "action": request.get_full_path(),
    }
    return render(request, "409.html", context, status=409)


_MECHANICS = frozenset({"csrfmiddlewaretoken", "revision", "form_key"})
_NOT_WRITTEN = (forms.PasswordInput, forms.HiddenInput, forms.CheckboxInput, forms.FileInput)


@dataclass(frozen=True)
class _Posted:
    """A field by the name it is posted with."""

    label: str
    is_text: bool


def _fields(pages_forms: Sequence[AnyForm]) -> dict[str, _Posted]:
    """Return every field of the forms; in a set of forms the label says which of them."""
    found = {}
    for form in pages_forms:
        single = list(form.forms) if isinstance(form, BaseFormSet) else [form]
        for each in single:
            title = getattr(each, "title", "") or getattr(form, "title", "")
            for name, one in each.fields.items():
                label = f"{title}: {one.label}" if title else str(one.label or name)
                widget = one.widget
                is_text = isinstance(widget, forms.Textarea | forms.widgets.Input)
                is_text &= not isinstance(widget, _NOT_WRITTEN)
                found[each.add_prefix(name)] = _Posted(label, is_text)
    return found


def _posted(
    request: HttpRequest, fields: Mapping[str, _Posted], error: ConflictError
) -> list[dict[str, Any]]:
    """Return what was sent: to be sent again, to be corrected, or at least to be copied.

    ``label`` is empty for what is not to be read; ``editable`` is what can be put together.
    """
    rows: list[dict[str, Any]] = []
    for name, values in request.POST.lists():
        if name in _MECHANICS:
            continue
        field = fields.get(name, _Posted("", is_text=False))
        for value in values:
            shown = field.is_text and value.strip()
            rows.append(
                {
                    "name": name,
                    "value": value,
                    "label": field.label if shown else "",
                    "editable": name in error.mine or (error.more and shown),
                    "other": error.theirs.get(name),
                }
            )
    return rows


def require(allowed: object, message: Words = "") -> None:
    """Raise ``PermissionDenied`` with the sentence unless ``allowed`` is true."""
    if not allowed:
        raise PermissionDenied(str(message))
