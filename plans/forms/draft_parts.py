"""Formsets of a draft's parts, filled with what stands in it."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict

from haderslev.core.errors import Words
from plans.forms.plans import ActionForm, GoalForm, PerspectiveForm, VoiceForm
from plans.models import PlanVersion, Voice
from plans.selectors import lists

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


def goals(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return the goals' forms."""
    initial = []
    for goal in draft.goals.prefetch_related("signs"):
        row = {"text": goal.text, "reached_by": goal.reached_by}
        for place, sign in enumerate(goal.signs.all(), start=1):
            row |= {
                f"sign_{place}": sign.text,
                f"how_{place}": sign.measured_how,
                f"today_{place}": "" if sign.baseline is None else str(sign.baseline),
            }
        initial.append(row)
    return open_ended(GoalForm)(data, says="goals", initial=initial)


def actions(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return the actions' forms."""
    names = ("what", "who", "starts_on", "weeks", "weekly_hours")
    chosen = list(draft.actions.select_related("intervention"))
    initial = [
        {"intervention": str(row.intervention_id)} | {name: getattr(row, name) for name in names}
        for row in chosen
    ]
    catalogue = list(lists.interventions())
    known = {item.pk for item in catalogue}
    catalogue += [row.intervention for row in chosen if row.intervention_id not in known]
    return open_ended(ActionForm)(
        data, says="actions", initial=initial, form_kwargs={"catalogue": catalogue}
    )


def voices(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return one form for each of the four statements."""
    names = ("words", "gathered_how", "gathered_on", "parents_may_see")
    known = {voice.statement: voice for voice in draft.voices.all()}
    initial = [
        {name: getattr(known[statement], name) for name in names} if statement in known else {}
        for statement in Voice.Statement.values
    ]
    each = [{"statement": statement} for statement in Voice.Statement.values]
    return fixed(VoiceForm, len(each))(data, says="voices", initial=initial, each=each)


def perspectives(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return one form for each custody holder of today."""
    pupil = draft.plan.pupil
    assert pupil is not None  # noqa: S101 - the view has looked
    holders = list(pupil.custody_holders.current())
    known = {row.custody_holder_id: row for row in draft.perspectives.all()}
    initial = [
        {"words": known[holder.pk].words, "missing_reason": known[holder.pk].missing_reason}
        if holder.pk in known
        else {}
        for holder in holders
    ]
    each = [{"holder": holder} for holder in holders]
    return fixed(PerspectiveForm, len(each))(data, says="perspectives", initial=initial, each=each)
