"""Formsets of a draft's parts, filled with what stands in it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from plans.forms.plans import ActionForm, GoalForm, PerspectiveForm, VoiceForm
from plans.models import PlanVersion, Voice
from plans.selectors import lists

_BLANK = 2
_MOST = 12


class TitledFormSet(forms.BaseFormSet[Any]):
    """Forms whose further arguments differ: ``each`` has those of every form."""

    def __init__(
        self, *args: Any, each: Sequence[dict[str, Any]] = (), title: Any = "", **kwargs: Any
    ) -> None:
        """Keep the arguments; ``title`` is the heading above the forms."""
        self.each = each
        self.title = title
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Return the arguments of one form."""
        own = dict(self.each[index]) if index is not None and index < len(self.each) else {}
        return super().get_form_kwargs(index) | own


def fixed(form: type[forms.Form], count: int) -> Any:
    """Return a formset of exactly ``count`` forms, whatever is posted."""
    return forms.formset_factory(
        form, formset=TitledFormSet, extra=0, min_num=count, max_num=count, absolute_max=count
    )


def open_ended(form: type[forms.Form], extra: int = _BLANK) -> Any:
    """Return a formset with blank forms below those that are filled."""
    return forms.formset_factory(
        form, formset=TitledFormSet, extra=extra, max_num=_MOST, absolute_max=_MOST
    )


def goals(data: Any, draft: PlanVersion) -> Any:
    """Return the goals' forms."""
    initial = []
    for goal in draft.goals.prefetch_related("signs"):
        row: dict[str, Any] = {"text": goal.text, "reached_by": goal.reached_by}
        for place, sign in enumerate(goal.signs.all(), start=1):
            row |= {
                f"sign_{place}": sign.text,
                f"how_{place}": sign.measured_how,
                f"today_{place}": "" if sign.baseline is None else str(sign.baseline),
            }
        initial.append(row)
    return open_ended(GoalForm)(data, initial=initial)


def actions(data: Any, draft: PlanVersion) -> Any:
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
    return open_ended(ActionForm)(data, initial=initial, form_kwargs={"catalogue": catalogue})


def voices(data: Any, draft: PlanVersion) -> Any:
    """Return one form for each of the four statements."""
    names = ("words", "gathered_how", "gathered_on", "parents_may_see")
    known = {voice.statement: voice for voice in draft.voices.all()}
    initial = [
        {name: getattr(known[statement], name) for name in names} if statement in known else {}
        for statement in Voice.Statement.values
    ]
    each = [{"statement": statement} for statement in Voice.Statement.values]
    return fixed(VoiceForm, len(each))(data, initial=initial, each=each)


def perspectives(data: Any, draft: PlanVersion) -> Any:
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
    return fixed(PerspectiveForm, len(each))(data, initial=initial, each=each)
