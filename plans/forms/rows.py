"""Sets of forms that show the rows of a record, such as goals or answers."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict

from haderslev.core.errors import Words

_BLANK = 2
_MOST = 12


type Posted = QueryDict | None


class RowFormSet(forms.BaseFormSet[Any]):
    """Forms with a ``value()``, under a heading; ``each`` has the further arguments of every one.

    To the service it says ``{says: values}``, without the forms that are blank or emptied.
    """

    def __init__(
        self,
        data: Posted,
        *,
        says: str,
        each: Sequence[Mapping[str, object]] = (),
        title: Words = "",
        **kwargs: Any,
    ) -> None:
        """Keep the arguments; ``title`` is the heading above the forms."""
        self.says = says
        self.each = each
        self.title = title
        super().__init__(data, **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, object]:
        """Return the arguments of one form."""
        own = self.each[index] if index is not None and index < len(self.each) else {}
        return {**super().get_form_kwargs(index), **own}

    def said(self) -> dict[str, object]:
        """Return what the filled forms say."""
        values = [form.value() for form in self.forms]
        return {self.says: [value for value in values if value is not None]}


def fixed(form: type[forms.Form], count: int) -> type[RowFormSet]:
    """Return a formset of exactly ``count`` forms, whatever is posted."""
    made = forms.formset_factory(
        form, formset=RowFormSet, extra=0, min_num=count, max_num=count, absolute_max=count
    )
    return cast("type[RowFormSet]", made)


def open_ended(form: type[forms.Form], extra: int = _BLANK) -> type[RowFormSet]:
    """Return a formset with blank forms below those that are filled."""
    made = forms.formset_factory(
        form, formset=RowFormSet, extra=extra, max_num=_MOST, absolute_max=_MOST
    )
    return cast("type[RowFormSet]", made)
