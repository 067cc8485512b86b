"""Template tags and filters of every page: form key, dates with week, form errors."""

import datetime
import uuid
from collections.abc import Mapping

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from haderslev.core.dates import as_date, short_date
from haderslev.core.forms import (
    LONGEST_CHIP,
    MOST_CHIPS,
    BaseForm,
    BaseModelForm,
    FieldGroup,
    problems,
)

register = template.Library()
register.filter(short_date)


@register.simple_tag(takes_context=True)
def form_key(context: Context) -> SafeString:
    """The hidden key that makes a form posted twice count once.

    A form shown again with errors keeps its key; every other form gets a new one.
    """
    form, request = context.get("form"), context.get("request")
    data: Mapping[str, object] = {}
    if isinstance(form, forms.BaseForm | forms.BaseFormSet):
        data = form.data if form.is_bound else {}
    elif request is not None:
        data = request.POST
    return _hidden_key(data.get("form_key") or uuid.uuid4())


@register.simple_tag
def new_form_key() -> SafeString:
    """A key that has not been used, for a form that is deliberately sent again."""
    return _hidden_key(uuid.uuid4())


def _hidden_key(key: object) -> SafeString:
    return format_html('<input type="hidden" name="form_key" value="{}">', key)


@register.inclusion_tag("components/error_summary.html")
def error_summary(*given: object, error: object = None) -> dict[str, object]:
    """What went wrong: the refusal of a service, and the lines of forms or lists of them."""
    lines = [
        line
        for one in given
        for form in (one if isinstance(one, list | tuple) else [one])
        if isinstance(form, forms.BaseForm | forms.BaseFormSet)
        for line in problems(form)
    ]
    return {"error": error, "lines": lines}


@register.simple_tag
def form_groups(form: forms.BaseForm) -> list[FieldGroup]:
    """The visible fields of any form, in sections where the form has them."""
    if isinstance(form, BaseForm | BaseModelForm):
        return list(form.groups())
    return [FieldGroup("", list(form.visible_fields()))]


@register.filter
def field_kind(field: BoundField) -> str:
    """How the field is laid out: chips, options, check, or plain."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if not isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "plain"
    options = list(field)
    short = all(len(str(option.choice_label)) <= LONGEST_CHIP for option in options)
    return "chips" if short and len(options) <= MOST_CHIPS else "options"


@register.filter
def lookup(values: Mapping[str, object], name: str) -> object:
    """The value under a name that is only known in the template; empty without one."""
    return values.get(name, "")


@register.filter
def danish_date(value: object) -> str:
    """A full date with weekday and week: "fredag 21. nov. 2026 (uge 47)"."""
    day = as_date(value)
    if day is None:
        return ""
    return _("%(weekday)s %(date)s (week %(week)s)") % {
        "weekday": formats.date_format(day, "l"),
        "date": short_date(day),
        "week": day.isocalendar().week,
    }


@register.filter
def date_and_time(value: object) -> str:
    """A moment: "21. nov. 2026 kl. 10.42"."""
    if not isinstance(value, datetime.datetime):
        return short_date(value)
    moment = timezone.localtime(value) if timezone.is_aware(value) else value
    return _("%(date)s at %(time)s") % {"date": short_date(moment), "time": f"{moment:%H.%M}"}


@register.filter
def week(value: object) -> str:
    """The ISO week of a date: "uge 47"."""
    day = as_date(value)
    return "" if day is None else _("week %(week)s") % {"week": day.isocalendar().week}
