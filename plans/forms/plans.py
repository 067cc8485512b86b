"""Forms of a plan: a new one, its head, and each part of its draft."""

from collections.abc import Sequence

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder, Unit
from haderslev.core.dates import short_date
from haderslev.core.forms import BaseForm, LongText, RevisionForm
from plans.forms.rows import Posted, RowForm, RowFormSet, one_for_each, open_ended, values
from plans.hints import OTHER_PARENT, READABLE, without_names
from plans.models import (
    Goal,
    Intervention,
    Level,
    Meeting,
    Observation,
    ParentPerspective,
    Plan,
    PlanAction,
    PlanVersion,
    Sign,
    Voice,
)
from plans.selectors import lists
from plans.services.drafts import GoalWithSigns

# A goal has so many signs at most.
_PLACES = (1, 2, 3)
_LEVELS = [(level.value, level.label) for level in (Level.PREVENTIVE, Level.ANTICIPATORY)]
_SCORES = [("", "–"), *((str(score), str(score)) for score in range(5))]
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


class NewPlanForm(BaseForm):
    """What the plan is called, its level, its team, and the class's plan to which it is linked."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        help_text=_("What it is about, for example: Calm beginnings of lessons."),
    )
    level = forms.ChoiceField(
        label=_("Level of the effort"),
        help_text=_("The level belongs to the effort, not to the child."),
        choices=_LEVELS,
        widget=forms.RadioSelect,
        initial=Level.PREVENTIVE,
    )
    team = forms.ModelChoiceField(label=_("Team"), queryset=Unit.objects.none(), empty_label=None)
    community_plan = forms.ModelChoiceField(
        label=_("The class's plan"),
        help_text=_("A pupil's plan goes with the plan for the class."),
        queryset=Plan.objects.none(),
        empty_label=None,
    )

    def __init__(
        self,
        *args: object,
        teams: Sequence[Unit],
        running: Sequence[Plan],
        mine: Unit | None,
        **kwargs: object,
    ) -> None:
        """``teams`` of the class, ``running`` plans to link to, ``mine`` is one's own team."""
        super().__init__(*args, **kwargs)
        self.choose_from("team", Unit.objects.filter(pk__in=[team.pk for team in teams]))
        self.fields["team"].initial = mine
        if running:
            plans = Plan.objects.filter(pk__in=[plan.pk for plan in running])
            self.choose_from("community_plan", plans)
            self.fields["community_plan"].initial = running[0]
        else:
            del self.fields["community_plan"]


class PlanHeadForm(NewPlanForm):
    """The same of a plan that is made; the level only until a version is in use."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: object,
        plan: Plan,
        level_stays: bool,
        teams: Sequence[Unit],
        running: Sequence[Plan],
    ) -> None:
        """Show what the plan says now."""
        super().__init__(*args, teams=teams, running=running, mine=plan.team)
        for name in ("title", "level", "revision"):
            self.fields[name].initial = getattr(plan, name)
        if level_stays:
            del self.fields["level"]
        if "community_plan" in self.fields and plan.community_plan is not None:
            self.fields["community_plan"].initial = plan.community_plan


class DropForm(BaseForm):
    """Why a plan is dropped that never was in use."""

    reason = forms.CharField(
        label=_("Why is the plan dropped?"),
        max_length=200,
        help_text=_("For example: written about the wrong child."),
    )


class DraftForm(RevisionForm):
    """A part of a draft, as it stands."""

    def __init__(self, *args: object, draft: PlanVersion, **kwargs: object) -> None:
        """Show the draft's own columns."""
        super().__init__(*args, initial=values(draft, *self.base_fields), **kwargs)


class ContextForm(DraftForm):
    """Why the plan is made: context, observations, the team meeting that agreed it."""

    context = LongText(
        label=_("Context"),
        help_text=without_names(_("Why now? What is difficult, and what works already?")),
        rows=8,
        required=False,
    )
    observations = ObservationChoices(
        label=_("Observations it starts from"),
        help_text=_("Write a new observation first if it is not here."),
        queryset=Observation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    team_meeting = forms.ModelChoiceField(
        label=_("Team meeting that agreed the plan"),
        help_text=_("Record the team meeting first if it is not here."),
        queryset=Meeting.objects.none(),
        empty_label=_("Not chosen yet"),
        required=False,
    )

    def __init__(self, *args: object, draft: PlanVersion, **kwargs: object) -> None:
        """Offer the observations and meetings of the plan's pupil or class."""
        super().__init__(*args, draft=draft, **kwargs)
        target = draft.plan.target
        chosen = draft.observations.all()
        self.initial["observations"] = list(chosen)
        self.choose_from("observations", lists.observations_of(target, chosen=chosen))
        self.choose_from("team_meeting", lists.team_meetings_of(target))


class EvaluationTimeForm(DraftForm):
    """When and how the plan is evaluated."""

    evaluate_on = forms.DateField(label=_("Evaluated on"), required=False)
    evaluate_how = forms.CharField(
        label=_("How is it evaluated, and by whom?"), max_length=300, required=False
    )


class CommonVoiceForm(DraftForm):
    """The children's common voice."""

    common_voice = LongText(
        label=_("The children's common voice"),
        help_text=without_names(
            _("What do the children say about their class, and how were they asked?")
        ),
        required=False,
    )


class ParentsInformedForm(DraftForm):
    """How the parents of the class were told."""

    parents_informed_on = forms.DateField(label=_("Parents told on"), required=False)
    parents_informed_how = forms.CharField(
        label=_("How were they told?"),
        help_text=_("For example: a message to all parents, a parents' meeting."),
        max_length=300,
        required=False,
    )


class VoiceReasonForm(DraftForm):
    """Why the child has not been heard."""

    no_voice_reason = LongText(
        label=_("If the child has not been heard: why?"), rows=2, required=False
    )


class GoalForm(RowForm):
    """A goal with up to three signs; an emptied goal is removed."""

    text = LongText(
        label=_("Goal"),
        help_text=without_names(
            _("Concrete and within reach. Empty the field to remove the goal.")
        ),
        rows=2,
        required=False,
    )
    reached_by = forms.DateField(label=_("To be reached by"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
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

    def clean(self) -> dict[str, object]:
        """A sign belongs to a goal."""
        data = super().clean() or {}
        if not data.get("text") and any(data.get(f"sign_{place}") for place in _PLACES):
            self.add_error("text", _("Write the goal that these signs belong to."))
        return data

    def value(self) -> GoalWithSigns | None:
        """Return the goal, or nothing when it is empty."""
        data = self.cleaned_data
        if not data.get("text"):
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


class ActionForm(RowForm):
    """An intervention from the catalogue: what, who, from, weeks, hours; emptied is removed."""

    intervention = forms.ChoiceField(label=_("From the catalogue"), required=False)
    what = LongText(
        label=_("What is done?"),
        help_text=without_names(
            _("Choose nothing in the catalogue and empty this field to remove the action.")
        ),
        rows=2,
        required=False,
    )
    who = forms.CharField(label=_("Who does it?"), max_length=200, required=False)
    starts_on = forms.DateField(label=_("From"), required=False)
    weeks = forms.IntegerField(
        label=_("For how many weeks?"), min_value=1, max_value=60, required=False
    )
    weekly_hours = forms.DecimalField(
        label=_("Hours a week"), min_value=0, max_digits=4, decimal_places=1, required=False
    )

    def __init__(self, *args: object, catalogue: Sequence[Intervention], **kwargs: object) -> None:
        """Offer the catalogue in force, in its groups."""
        super().__init__(*args, **kwargs)
        self.catalogue = {str(item.pk): item for item in catalogue}
        groups: dict[str, list[tuple[str, str]]] = {}
        for item in catalogue:
            groups.setdefault(item.group_da, []).append((str(item.pk), item.name_in_words))
        field = self.fields["intervention"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("Choose")), *groups.items()]

    def clean(self) -> dict[str, object]:
        """An action that is begun is written whole."""
        data = super().clean() or {}
        if any(data.get(name) for name in ("intervention", "what", "who", "weekly_hours")):
            self.need(["intervention", "what", "who", "starts_on", "weeks"])
        return data

    def value(self) -> PlanAction | None:
        """Return the action, or nothing when it is empty."""
        data = self.cleaned_data
        if not data.get("intervention"):
            return None
        return PlanAction(**{**data, "intervention": self.catalogue[data["intervention"]]})


class VoiceForm(RowForm):
    """The child's words to one of the four statements; emptied is removed."""

    words = LongText(label=_("The child's own words"), rows=2, required=False)
    gathered_how = forms.CharField(
        label=_("How was the child asked?"), max_length=200, required=False
    )
    gathered_on = forms.DateField(label=_("Asked on"), required=False)
    parents_may_see = forms.ChoiceField(
        label=_("May your parents see it?"),
        help_text=_("Ask the child. No keeps it out of everything addressed to a parent."),
        choices=Voice.ParentsMaySee.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: object, statement: str, **kwargs: object) -> None:
        """The statement is the title of the box."""
        super().__init__(*args, **kwargs)
        self.statement = statement
        self.title = Voice.Statement(statement).label

    def clean(self) -> dict[str, object]:
        """Words come with how, when and the child's answer."""
        data = super().clean() or {}
        if data.get("words"):
            self.need(["gathered_how", "gathered_on", "parents_may_see"])
        return data

    def value(self) -> Voice | None:
        """Return the words, or nothing when they are empty."""
        if not self.cleaned_data.get("words"):
            return None
        return Voice(statement=self.statement, **self.cleaned_data)


class PerspectiveForm(RowForm):
    """What one parent says, or why it is missing."""

    words = LongText(
        label=_("What does the parent say?"), help_text=OTHER_PARENT, rows=3, required=False
    )
    missing_reason = LongText(
        label=_("If it is missing: why?"), help_text=READABLE, rows=2, required=False
    )

    def __init__(self, *args: object, holder: CustodyHolder, **kwargs: object) -> None:
        """The parent is the title of the box."""
        super().__init__(*args, **kwargs)
        self.holder = holder
        self.title = str(holder)

    def value(self) -> ParentPerspective | None:
        """Return it, or nothing when it is empty."""
        data = self.cleaned_data
        if not data.get("words") and not data.get("missing_reason"):
            return None
        return ParentPerspective(custody_holder=self.holder, **data)


def goals(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return the goals' forms."""
    initial = []
    for goal in draft.goals.prefetch_related("signs"):
        row = values(goal, "text", "reached_by")
        for place, sign in enumerate(goal.signs.all(), start=1):
            row |= {
                f"sign_{place}": sign.text,
                f"how_{place}": sign.measured_how,
                f"today_{place}": "" if sign.baseline is None else str(sign.baseline),
            }
        initial.append(row)
    return open_ended(GoalForm, data, initial, says="goals")


def actions(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return the actions' forms."""
    chosen = list(draft.actions.select_related("intervention"))
    initial = [
        {"intervention": str(row.intervention_id)}
        | values(row, "what", "who", "starts_on", "weeks", "weekly_hours")
        for row in chosen
    ]
    catalogue = [*lists.interventions(), *(row.intervention for row in chosen)]
    every = {"catalogue": list(dict.fromkeys(catalogue))}
    return open_ended(ActionForm, data, initial, says="actions", every=every)


def voices(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return one form for each of the four statements."""
    known = {voice.statement: voice for voice in draft.voices.all()}
    names = ("words", "gathered_how", "gathered_on", "parents_may_see")
    statements = Voice.Statement.values
    initial = [values(known.get(statement), *names) for statement in statements]
    each = [{"statement": statement} for statement in statements]
    return one_for_each(VoiceForm, data, each, says="voices", initial=initial)


def perspectives(data: Posted, draft: PlanVersion) -> RowFormSet:
    """Return one form for each custody holder of today."""
    pupil = draft.plan.pupil
    assert pupil is not None  # noqa: S101 - the view has looked
    holders = list(pupil.custody_holders.current())
    known = {row.custody_holder_id: row for row in draft.perspectives.all()}
    initial = [values(known.get(holder.pk), "words", "missing_reason") for holder in holders]
    each = [{"holder": holder} for holder in holders]
    return one_for_each(PerspectiveForm, data, each, says="perspectives", initial=initial)
