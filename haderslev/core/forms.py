"""Forms as the pages show them: renderer, base class and widgets.

A page's form inherits BaseForm, or BaseModelForm where its fields are columns of a model, and is
shown by ``{% include "components/form.html" %}``. The base class sets what every field needs: date
pickers, and text areas that send nothing to a spelling service.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar  # Any: what Django's own forms take

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import QueryDict
from django.template.defaultfilters import yesno
from django.utils.choices import flatten_choices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from haderslev.core.dates import short_date

# Fields that every form carries and nobody fills in.
MECHANICS = frozenset({"csrfmiddlewaretoken", "revision", "form_key"})

# Up to this many radio buttons or check boxes become chips; more become a plain list.
MOST_CHIPS = 6
LONGEST_CHIP = 40
# Dates outside these years are typing errors.
FIRST_YEAR, LAST_YEAR = 1990, 2099

# What is written about a child must not leave the machine by way of a spelling service.
QUIET_TEXT = {"spellcheck": "false", "writingsuggestions": "false", "autocomplete": "off"}

type Section = tuple[str | Promise, Sequence[str]]
# Arguments of our forms: ``request.POST or None``, and what is shown before that.
type Sent = QueryDict | None
type Initial = Mapping[str, object] | None


class HaderslevRenderer(TemplatesSetting):
    """Renders forms and fields with the templates in ``templates/forms``."""

    form_template_name = "forms/fields.html"
    field_template_name = "forms/field.html"


class DateInput(forms.DateInput):
    """The browser's own date picker; the ISO week is written beside it."""

    input_type = "date"
    template_name = "forms/date.html"


class DateTimeInput(forms.DateTimeInput):
    """The browser's own picker of date and time."""

    input_type = "datetime-local"


class TimeInput(forms.TimeInput):
    """The browser's own time picker, hours and minutes."""

    input_type = "time"


# Django's widget → ours, and the format in which a browser takes the value.
_PICKERS = {
    forms.DateInput: (DateInput, "%Y-%m-%d"),
    forms.DateTimeInput: (DateTimeInput, "%Y-%m-%dT%H:%M"),
    forms.TimeInput: (TimeInput, "%H:%M"),
}


@dataclass(frozen=True)
class FormProblem:
    """One line of the error summary: the message, and the id of the field it is about."""

    message: str
    target: str = ""
    label: str = ""


@dataclass(frozen=True)
class FieldGroup:
    """Fields under one heading; the heading is empty when the form has no sections."""

    title: str
    fields: list[BoundField]


def problems(form: forms.BaseForm | forms.BaseFormSet[Any]) -> list[FormProblem]:
    """Return every error of a form or formset in page order; an unbound one has none."""
    if not form.is_bound:
        return []
    if isinstance(form, forms.BaseFormSet):
        found = [FormProblem(str(text)) for text in form.non_form_errors()]
        return [*found, *(line for part in form for line in problems(part))]
    found = [FormProblem(str(text)) for text in form.non_field_errors()]
    for field in form:
        # The link goes to the first control: a group of radio buttons has no id of its own.
        first = field.id_for_label or (f"{field.auto_id}_0" if field.auto_id else "")
        target = "" if field.is_hidden else first
        found += [FormProblem(str(text), target, str(field.label)) for text in field.errors]
    return found


# What to say about an empty field, by the kind of answer.
_REQUIRED = (
    ((forms.BooleanField,), gettext_lazy("Tick this to go on.")),
    ((forms.ChoiceField, forms.ModelChoiceField), gettext_lazy("Choose an answer.")),
    ((forms.DateField, forms.DateTimeField), gettext_lazy("Give a date.")),
    ((forms.Field,), gettext_lazy("Write something here.")),
)


def _check_year(value: date) -> None:
    """Refuse a typing error: nothing here happens in another century."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(gettext_lazy("Check the year."))


def _prepare(field: forms.Field) -> None:
    """Replace Django's own widget, attributes and message by those of the house."""
    if isinstance(field, forms.TypedChoiceField):
        # A column without an answer has None there, which a form would take from a text "None".
        choices: Any = field.choices
        field.choices = [("" if code is None else code, label) for code, label in choices]
    if picker := _PICKERS.get(type(field.widget)):
        ours, as_text = picker
        widget = ours(attrs=field.widget.attrs, format=as_text)
        widget.is_required = field.required
        field.widget = widget
    if field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = next(
            words for kinds, words in _REQUIRED if isinstance(field, kinds)
        )
    if isinstance(field, forms.DateField | forms.DateTimeField):
        field.validators.append(_check_year)
    if isinstance(field.widget, forms.Textarea):
        # Drop Django's default size, but keep one that a form has chosen.
        stock = {"cols": "40", "rows": "10"}.items()
        chosen = dict(pair for pair in field.widget.attrs.items() if pair not in stock)
        field.widget.attrs = {"rows": 5, **QUIET_TEXT, **chosen}
    elif type(field.widget) is forms.TextInput:
        field.widget.attrs = {**QUIET_TEXT, **field.widget.attrs}


def is_written(field: forms.Field) -> bool:
    """Tell whether it is a text, not a choice, a tick or a secret."""
    fixed = (forms.PasswordInput, forms.HiddenInput, forms.CheckboxInput, forms.FileInput)
    return isinstance(field.widget, forms.Textarea | forms.widgets.Input) and not isinstance(
        field.widget, fixed
    )


def in_words(field: forms.Field, value: Any) -> str:
    """Return what a field says, sent or saved, as a person reads it."""
    if isinstance(field, forms.BooleanField):
        return str(yesno(field.to_python(value)))
    if isinstance(field, forms.ChoiceField):
        value = field.prepare_value(value)
        chosen = {str(each) for each in (value if isinstance(value, list | tuple) else [value])}
        choices: Any = field.choices
        offered: list[tuple[Any, Any]] = list(flatten_choices(choices))
        return "\n".join(str(label) for code, label in offered if str(code) in chosen)
    if isinstance(field, forms.DateField):
        with suppress(ValidationError):
            return short_date(field.to_python(value))
    return "" if value is None else str(value)


class LongText(forms.CharField):
    """A text of several lines."""

    def __init__(
        self, label: StrOrPromise, help_text: StrOrPromise = "", rows: int = 5, **kwargs: Any
    ) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(label=label, help_text=help_text, widget=widget, **kwargs)


class _House(forms.BaseForm if TYPE_CHECKING else object):  # type: ignore[misc]  # a mixin
    """What both kinds of form share.

    ``sections`` groups the fields under headings: ``((_("What happened"), ("seen", "place")),)``.
    Fields that no section names come last, without a heading. Errors come in the same order.
    """

    sections: ClassVar[Sequence[Section]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.order_fields([name for _title, names in self.sections for name in names])
        for field in self.fields.values():
            _prepare(field)

    def add_field(self, name: str, field: forms.Field) -> None:
        """Add a field that depends on the page's data, in the style of the house."""
        _prepare(field)
        self.fields[name] = field

    def choose_from[Row: Model](
        self, name: str, rows: QuerySet[Row], *, nothing: StrOrPromise | None = None
    ) -> None:
        """Offer these rows in a choice that the form declares.

        ``nothing`` are the words for none of them; empty, when one is chosen beforehand.
        """
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared by the form
        if nothing is not None:
            field.empty_label = nothing or None
        field.queryset = rows

    def groups(self) -> Iterator[FieldGroup]:
        """Return the visible fields, section by section."""
        visible = {field.name: field for field in self.visible_fields()}
        for title, names in self.sections:
            chosen = [visible.pop(name) for name in names if name in visible]
            if chosen:
                yield FieldGroup(str(title), chosen)
        if visible:
            yield FieldGroup("", list(visible.values()))


class BaseForm(_House, forms.Form):
    """The form that every page's form inherits."""


class BaseModelForm[Row: Model](_House, forms.ModelForm[Row]):
    """A form whose fields are columns: words, length and choices stand in the model alone.

    It never saves: a service gets what it says. Where a column may stay empty, as in a draft, and
    the form still asks for it, ``needed`` names it. A column ``revision`` is a hidden field, there
    only where a row is changed.
    """

    needed: ClassVar[Collection[str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.needed:
            if name in self.fields:
                self.fields[name].required = self.fields[name].widget.is_required = True
        if "revision" in (self._meta.fields or ()):
            if kwargs.get("instance") is None:
                del self.fields["revision"]
            else:
                self.fields["revision"].widget = forms.HiddenInput()
        for field in self.fields.values():
            # Django's guard for a default that is computed; ours are days, and the page shows them.
            field.show_hidden_initial = False
            # Radio buttons leave the answer open by themselves.
            if isinstance(field, forms.TypedChoiceField) and isinstance(
                field.widget, forms.RadioSelect
            ):
                offered: Any = field.choices
                field.choices = [choice for choice in offered if choice[0] != ""]

    def _post_clean(self) -> None:
        """Leave the row alone: constraints and their sentences belong to the service."""


class RevisionForm(BaseForm):
    """The revision that was read, and nothing else."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
