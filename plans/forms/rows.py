"""What the forms of the cycle are made of: long texts, and sets of forms that show rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from django import forms
from django.db import models
from django.http import QueryDict

from haderslev.core.errors import Words
from haderslev.core.forms import BaseForm

_BLANK = 2
_MOST = 12

type Posted = QueryDict | None
type Values = Mapping[str, object]


class RowForm(BaseForm):
    """One row of a record; emptied is removed."""

    def value(self) -> object:
        """Return what the form says, or nothing when it is empty."""
        raise NotImplementedError

    def need(self, names: Iterable[str]) -> None:
        """Ask for fields that belong to what is written in others."""
        for name in names:
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])


class RowFormSet(forms.BaseFormSet[RowForm]):
    """Forms under a heading; ``each`` has the further arguments of every one.

    To the service it says ``{says: values}``, without the forms that are blank or emptied.
    """

    def __init__(
        self,
        data: Posted,
        *,
        says: str,
        prefix: str | None,
        initial: Sequence[Values],
        each: Sequence[Values],
        title: Words,
    ) -> None:
        """Keep the arguments; ``title`` is the heading above the forms."""
        self.says = says
        self.each = each
        self.title = title
        super().__init__(data, prefix=prefix, initial=initial)

    def get_form_kwargs(self, index: int | None) -> dict[str, object]:
        """Return the arguments of one form."""
        own = self.each[index] if index is not None and index < len(self.each) else {}
        return {**super().get_form_kwargs(index), **own}

    def said(self) -> dict[str, object]:
        """Return what the filled forms say."""
        values = [form.value() for form in self.forms]
        return {self.says: [value for value in values if value is not None]}

    def shown(self) -> dict[str, str]:
        """Return what stands in the fields before anything is posted, by their names."""
        return {
            form.add_prefix(name): "" if value is None else str(value)
            for form in self.forms
            for name, value in form.initial.items()
        }


def one_for_each(
    form: type[RowForm],
    data: Posted,
    each: Sequence[Values],
    *,
    says: str,
    prefix: str | None = None,
    initial: Sequence[Values] = (),
    title: Words = "",
) -> RowFormSet:
    """Return exactly one form for the arguments in ``each``, whatever is posted."""
    count = len(each)
    made = forms.formset_factory(
        form, formset=RowFormSet, extra=0, min_num=count, max_num=count, absolute_max=count
    )
    made = cast("type[RowFormSet]", made)
    return made(data, says=says, prefix=prefix, initial=initial, each=each, title=title)


def open_ended(
    form: type[RowForm],
    data: Posted,
    initial: Sequence[Values],
    *,
    says: str,
    prefix: str | None = None,
    blank: int = _BLANK,
    every: Values | None = None,
    title: Words = "",
) -> RowFormSet:
    """Return the forms that are filled with blank ones below; ``every`` has their arguments."""
    made = forms.formset_factory(
        form, formset=RowFormSet, extra=blank, max_num=_MOST, absolute_max=_MOST
    )
    made = cast("type[RowFormSet]", made)
    each = [every or {}] * _MOST
    return made(data, says=says, prefix=prefix, initial=initial, each=each, title=title)


def values(row: models.Model | None, *names: str) -> dict[str, object]:
    """Return these columns of a row by name; of none they are empty."""
    return {name: getattr(row, name, "") for name in names}
