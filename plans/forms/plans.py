"""Forms of a plan: a new one, its head, and each part of its draft."""

from collections.abc import Collection, Sequence
from typing import Any  # what Django's own forms take

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from districts.models import Unit
from haderslev.core.dates import short_date
from haderslev.core.forms import BaseForm, BaseModelForm
from plans.forms.rows import Posted, RowForm, RowFormSet, Values, row_forms
from plans.models import (
    Goal,
    Intervention,
    Observation,
    ParentPerspective,
    Plan,
    PlanAction,
    PlanVersion,
    Sign,
    Voice,
)
from plans.models.plans import SCORES
from plans.selectors import lists
from plans.services.drafts import GoalWithSigns

# A goal has so many signs at most.
_PLACES = (1, 2, 3)
_SCORES = [("", "–"), *SCORES]
NOTIFY = _(
    "You must notify the family department if you have reason to believe that the child needs "
    "special support. Parents can ask for access to documents: never promise the child secrecy."
)


def observation_label(row: Observation) -> str:
    """Return what one sees of an observation: date, kind and its first words."""
    day = short_date(row.observed_at)
    return f"{day} · {row.get_kind_display()} · {Truncator(row.seen).chars(90)}"


class ObservationChoices(forms.ModelMultipleChoiceField[Observation]):
    """Observations to pick from."""

    def label_from_instance(self, obj: Observation) -> str:
        """Return what one sees of the observation."""
        return observation_label(obj)


class PlanForm(BaseModelForm[Plan]):
    """What the plan is called, its level, its team, and the class's plan to which it is linked."""

    needed = ("community_plan",)

    class Meta:
        model = Plan
        fields = ("title", "level", "team", "community_plan", "revision")
        widgets = {"level": forms.RadioSelect()}

    def __init__(
        self,
        *args: object,
        teams: Sequence[Unit],
        running: Sequence[Plan],
        level_stays: bool = False,
        **kwargs: object,
    ) -> None:
        """``teams`` of the class, ``running`` plans to link to, the newest of them first."""
        super().__init__(*args, **kwargs)
        teams_of_class = Unit.objects.filter(pk__in=[team.pk for team in teams])
        self.choose_from("team", teams_of_class, nothing="")
        if running:
            plans = Plan.objects.filter(pk__in=[plan.pk for plan in running])
            self.choose_from("community_plan", plans, nothing="")
            self.initial["community_plan"] = self.initial.get("community_plan") or running[0].pk
        else:
            del self.fields["community_plan"]
        if level_stays:
            del self.fields["level"]


class DropForm(BaseForm):
    """Why a plan is dropped that never was in use."""

    reason = forms.CharField(
        label=_("Why is the plan dropped?"),
        max_length=200,
        help_text=_("For example: written about the wrong child."),
    )


class DraftForm(BaseModelForm[PlanVersion]):
    """The columns of a draft that make up one of its parts, as they stand."""

    class Meta:
        model = PlanVersion
        fields = (
            "context",
            "observations",
            "team_meeting",
            "evaluate_on",
            "evaluate_how",
            "common_voice",
            "parents_informed_on",
            "parents_informed_how",
            "no_voice_reason",
            "revision",
        )
        field_classes = {"observations": ObservationChoices}
        widgets = {
            "context": forms.Textarea({"rows": 8}),
            "observations": forms.CheckboxSelectMultiple(),
            "no_voice_reason": forms.Textarea({"rows": 2}),
        }

    def __init__(self, *args: object, draft: PlanVersion, part: Collection[str] = ()) -> None:
        """Keep the columns of ``part``; offer what the plan's pupil or class has."""
        super().__init__(*args, instance=draft)
        for name in {*self.Meta.fields} - {"revision", *part}:
            del self.fields[name]
        target = draft.plan.target
        if "observations" in part:
            rows = lists.observations_of(target, chosen=draft.observations.all())
            self.choose_from("observations", rows)
        if "team_meeting" in part:
            meetings = lists.team_meetings_of(target)
            self.choose_from("team_meeting", meetings, nothing=_("Not chosen yet"))


class GoalForm(RowForm[Goal]):
    """A goal with up to three signs."""

    begins = ("text",)

    class Meta:
        model = Goal
        fields = ("text", "reached_by")
        widgets = {"text": forms.Textarea({"rows": 2})}

    def __init__(self, *args: object, **kwargs: Any) -> None:
        """Add the fields of each sign."""
        super().__init__(*args, **kwargs)
        for place in _PLACES:
            number = {"number": place}
            seen = _("Sign %(number)s: what will we see, hear or notice?") % number
            how = _("Sign %(number)s: how is it noticed?") % number
            today = _("Sign %(number)s: today, 0–4") % number
            fields = {
                f"sign_{place}": forms.CharField(label=seen, required=False),
                f"how_{place}": forms.CharField(label=how, max_length=200, required=False),
                f"today_{place}": forms.ChoiceField(label=today, choices=_SCORES, required=False),
            }
            for name, field in fields.items():
                self.add_field(name, field)

    def clean(self) -> Values:
        """A sign belongs to a goal."""
        data = super().clean()
        if not data.get("text") and any(data.get(f"sign_{place}") for place in _PLACES):
            self.add_error("text", _("Write the goal that these signs belong to."))
        return data

    def value(self) -> GoalWithSigns | None:
        """Return the goal with its signs, or nothing when it is empty."""
        data = self.cleaned_data
        if not self.begun():
            return None
        signs = [
            Sign(
                text=data[f"sign_{place}"],
                measured_how=data[f"how_{place}"],
                baseline=int(data[f"today_{place}"]) if data[f"today_{place}"] else None,
            )
            for place in _PLACES
            if data[f"sign_{place}"]
        ]
        return Goal(text=data["text"], reached_by=data["reached_by"]), signs


class ActionForm(RowForm[PlanAction]):
    """An intervention from the catalogue: what, who, from, weeks, hours."""

    begins = ("intervention", "what", "who", "weekly_hours")
    needed = ("intervention", "what", "who", "starts_on", "weeks")

    intervention = forms.ChoiceField(label=_("From the catalogue"))
    weeks = forms.IntegerField(label=_("For how many weeks?"), min_value=1, max_value=60)
    weekly_hours = forms.DecimalField(
        label=_("Hours a week"), min_value=0, max_digits=4, decimal_places=1
    )

    class Meta:
        model = PlanAction
        fields = ("intervention", "what", "who", "starts_on", "weeks", "weekly_hours")
        widgets = {"what": forms.Textarea({"rows": 2})}

    def __init__(self, *args: object, catalogue: Sequence[Intervention], **kwargs: Any) -> None:
        """Offer the catalogue in force, in its groups."""
        super().__init__(*args, **kwargs)
        self.catalogue = {str(item.pk): item for item in catalogue}
        groups: dict[str, list[tuple[str, str]]] = {}
        for item in catalogue:
            groups.setdefault(item.group_da, []).append((str(item.pk), item.name_in_words))
        field = self.fields["intervention"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("Choose")), *groups.items()]

    def clean_intervention(self) -> Intervention | None:
        """Return the row of the catalogue."""
        return self.catalogue.get(self.cleaned_data["intervention"])


class VoiceForm(RowForm[Voice]):
    """The child's words to one of the four statements; with how, when and the child's answer."""

    begins = ("words",)
    needed = ("gathered_how", "gathered_on", "parents_may_see")

    class Meta:
        model = Voice
        fields = ("words", "gathered_how", "gathered_on", "parents_may_see")
        widgets = {"words": forms.Textarea({"rows": 2}), "parents_may_see": forms.RadioSelect()}


class PerspectiveForm(RowForm[ParentPerspective]):
    """What one parent says, or why it is missing."""

    begins = ("words", "missing_reason")

    class Meta:
        model = ParentPerspective
        fields = ("words", "missing_reason")
        widgets = {
            "words": forms.Textarea({"rows": 3}),
            "missing_reason": forms.Textarea({"rows": 2}),
        }


def goals(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return the goals' forms."""
    each = []
    for goal in draft.goals.prefetch_related("signs"):
        signs: Values = {}
        for place, sign in enumerate(goal.signs.all(), start=1):
            signs |= {
                f"sign_{place}": sign.text,
                f"how_{place}": sign.measured_how,
                f"today_{place}": "" if sign.baseline is None else str(sign.baseline),
            }
        each.append({"instance": goal, "initial": signs})
    return row_forms(GoalForm, data, each, says="goals", blank=2)


def actions(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return the actions' forms."""
    chosen = list(draft.actions.select_related("intervention"))
    offered = [*lists.interventions(), *(row.intervention for row in chosen)]
    every = {"catalogue": list(dict.fromkeys(offered))}
    each = [{"instance": row, **every} for row in chosen]
    return row_forms(ActionForm, data, each, says="actions", blank=2, every=every)


def voices(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return one form for each of the four statements."""
    known = {voice.statement: voice for voice in draft.voices.all()}
    each = [
        {"title": each.label, "key": {"statement": each.value}, "instance": known.get(each.value)}
        for each in Voice.Statement
    ]
    return row_forms(VoiceForm, data, each, says="voices")


def perspectives(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return one form for each custody holder of today."""
    pupil = draft.plan.pupil
    assert pupil is not None  # noqa: S101 - the view has looked
    known = {row.custody_holder_id: row for row in draft.perspectives.all()}
    each = [
        {
            "title": str(holder),
            "key": {"custody_holder": holder},
            "instance": known.get(holder.pk),
        }
        for holder in pupil.custody_holders.current()
    ]
    return row_forms(PerspectiveForm, data, each, says="perspectives")
