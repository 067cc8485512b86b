"""Forms as the pages show them: renderer, base classes and widgets.

A page's form inherits BaseForm (or BaseModelForm) and is shown by
``{% include "components/form.html" %}``. The base class sets what every field needs: date
pickers, and text areas that send nothing to a spelling service.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

# Radio buttons and check boxes become chips up to this many, and a plain list above.
MOST_CHIPS = 6
LONGEST_CHIP = 40
# Dates outside these years are slips of the keyboard.
FIRST_YEAR, LAST_YEAR = 1990, 2099

# What is written about a child must not leave the machine through a spelling service.
QUIET_TEXT = {"spellcheck": "false", "writingsuggestions": "false", "autocomplete": "off"}

type Section = tuple[str | Promise, Sequence[str]]
# What a form of ours is made with: ``request.POST or None``, and what it shows before that.
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

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own picker of date and time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class TimeInput(forms.TimeInput):
    """The browser's own time picker, hours and minutes."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


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


def first_control_id(field: BoundField) -> str:
    """The id of the field's first control, where a link from the error summary goes."""
    if field.id_for_label:
        return str(field.id_for_label)
    return f"{field.auto_id}_0" if field.auto_id else ""


def problems(form: "forms.BaseForm | forms.BaseFormSet[Any] | None") -> list[FormProblem]:
    """Every error of a form or formset in the order of the page; empty when there is none."""
    if form is None or not form.is_bound:
        return []
    if isinstance(form, forms.BaseFormSet):
        found = [FormProblem(str(text)) for text in form.non_form_errors()]
        return [*found, *(line for part in form for line in problems(part))]
    found = [FormProblem(str(text)) for text in form.non_field_errors()]
    for field in form:
        target = "" if field.is_hidden else first_control_id(field)
        found += [FormProblem(str(text), target, str(field.label)) for text in field.errors]
    return found


def _required_message(field: forms.Field) -> Any:
    """What to say when nothing was given, by the kind of answer that is asked for."""
    if isinstance(field, forms.BooleanField):
        return gettext_lazy("Tick this to go on.")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return gettext_lazy("Choose an answer.")
    if isinstance(field, forms.DateField | forms.DateTimeField):
        return gettext_lazy("Give a date.")
    return gettext_lazy("Write something here.")


def _prepare(field: forms.Field) -> None:
    """Give the field the widget and the attributes of the house, where it has Django's own."""
    swaps: tuple[tuple[type[forms.Widget], type[forms.Widget]], ...] = (
        (forms.DateInput, DateInput),
        (forms.DateTimeInput, DateTimeInput),
        (forms.TimeInput, TimeInput),
    )
    for stock, ours in swaps:
        if type(field.widget) is stock:
            widget = ours(attrs=field.widget.attrs)
            widget.is_required = field.required
            field.widget = widget
    if field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = _required_message(field)
    if isinstance(field, forms.DateField | forms.DateTimeField):
        field.validators.append(_check_year)
    if isinstance(field.widget, forms.Textarea):
        field.widget.attrs = {"rows": 5, **QUIET_TEXT, **_without_size(field.widget.attrs)}
    elif type(field.widget) is forms.TextInput:
        field.widget.attrs = {**QUIET_TEXT, **field.widget.attrs}


def _check_year(value: date) -> None:
    """Refuse a slip of the keyboard: nothing here happens in another century."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(gettext_lazy("Check the year."))


def _without_size(attrs: dict[str, Any]) -> dict[str, Any]:
    """Leave out Django's default size of a text area, and keep one that a form has chosen."""
    size = {"cols": "40", "rows": "10"}
    return {name: value for name, value in attrs.items() if size.get(name) != value}


class HouseStyle:
    """What BaseForm and BaseModelForm share.

    ``sections`` groups the fields under headings: ``((_("What happened"), ("seen", "place")),)``.
    Fields that no section names come last, without a heading.
    """

    sections: ClassVar[Sequence[Section]] = ()
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _prepare(field)

    def add_field(self, name: str, field: forms.Field) -> None:
        """Add a field that depends on the data of the page, in the look of the house."""
        _prepare(field)
        self.fields[name] = field

    def groups(self) -> Iterator[FieldGroup]:
        """The visible fields, section by section."""
        visible = {field.name: field for field in self._bound() if not field.is_hidden}
        for title, names in self.sections:
            chosen = [visible.pop(name) for name in names if name in visible]
            if chosen:
                yield FieldGroup(str(title), chosen)
        if visible:
            yield FieldGroup("", list(visible.values()))

    def problems(self) -> list[FormProblem]:
        """The lines of the error summary."""
        return problems(self) if isinstance(self, forms.BaseForm) else []

    def _bound(self) -> Iterable[BoundField]:
        return iter(self) if isinstance(self, forms.BaseForm) else ()


class BaseForm(HouseStyle, forms.Form):
    """The form every page's form inherits."""


class BaseModelForm(HouseStyle, forms.ModelForm):  # type: ignore[type-arg]  # bound by each subclass
    """The same for the few forms that edit one model directly."""
