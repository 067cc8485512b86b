"""What the forms of the cycle are made of: sets of forms that show rows."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar, cast  # Any: what Django's own forms take

from django import forms
from django.db import models
from django.http import QueryDict

from haderslev.core.errors import Words
from haderslev.core.forms import BaseModelForm

_MOST = 12

type Posted = QueryDict | None
type Values = dict[str, Any]


class RowForm[Row: models.Model](BaseModelForm[Row]):
    """One row of a record, with its title.

    With ``begins`` it may be left out: it is begun when one of these fields is written, and then
    ``needed`` is asked for, too. A row that is emptied is removed.
    """

    begins: ClassVar[Collection[str]] = ()

    def __init__(
        self, *args: object, title: Words = "", key: Values | None = None, **kwargs: Any
    ) -> None:
        """``key`` are the columns that nobody fills in."""
        super().__init__(*args, **kwargs)
        self.title = title
        self.key = key or {}
        for field in self.fields.values() if self.begins else ():
            field.required = False

    def begun(self) -> bool:
        """Tell whether there is such a row."""
        return not self.begins or any(self.cleaned_data.get(name) for name in self.begins)

    def clean(self) -> Values:
        """Ask for what belongs to what is written."""
        data = super().clean() or {}
        for name in self.needed if self.begun() else ():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        return data

    def value(self) -> object:
        """Return the row, which is not saved, or nothing when it is left out."""
        return self._meta.model(**self.key, **self.cleaned_data) if self.begun() else None


class RowFormSet(forms.BaseFormSet[RowForm[Any]]):
    """Forms under a heading; ``each`` has the further arguments of every one.

    To the service it says ``{says: values}``, without the forms that are blank or emptied.
    """

    def __init__(
        self, *args: Any, says: str, each: Sequence[Values], title: Words, **kwargs: Any
    ) -> None:
        """Keep the arguments; ``title`` is the heading above the forms."""
        self.says = says
        self.each = each
        self.title = title
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index: int | None) -> Values:
        """Return the arguments of one form."""
        own = self.each[index] if index is not None and index < len(self.each) else {}
        return {**super().get_form_kwargs(index), **own}

    def said(self) -> dict[str, object]:
        """Return what the filled forms say."""
        values = [form.value() for form in self.forms]
        return {self.says: [value for value in values if value is not None]}


def row_forms(
    form: type[RowForm[Any]],
    data: Posted,
    each: Sequence[Values],
    *,
    says: str,
    prefix: str | None = None,
    title: Words = "",
    blank: int = 0,
    every: Values | None = None,
) -> RowFormSet:
    """Return one form for the arguments in ``each``, whatever is posted.

    With ``blank`` so many empty ones stand below, or more, which have the arguments ``every``.
    """
    count = len(each)
    most = _MOST if blank else count
    made = forms.formset_factory(
        form,
        formset=RowFormSet,
        extra=blank,
        min_num=0 if blank else count,
        max_num=most,
        absolute_max=most,
    )
    shown = [*each, *[every or {}] * (most - count)]
    first: Sequence[Values] = [{}] * count
    made = cast("type[RowFormSet]", made)
    return made(data, says=says, prefix=prefix, initial=first, each=shown, title=title)
