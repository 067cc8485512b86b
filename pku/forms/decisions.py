"""Form of PKU's decision: the same at the referral and at the revisitation."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.forms.decisions import BOTH_PARENTS, NOT_FOR_PARENTS, outcomes
from cases.models import OutcomeType
from cases.rules import DIALOGUE, TEXTS, VIEWS
from cases.selectors.decision_rules import show
from districts.models import CustodyHolder, Institution
from haderslev.core.forms import BaseForm, FieldGroup
from pku.models import PkuMeeting
from pku.services import consents
from pku.services.decisions import DecisionText, broken_rules

MOST_GOALS = 5
# What a rule asks for beside the texts.
_CHOICES = ("outcome", "meeting", "offer", "starts_on", "ends_on")


def _text(label: Any, hint: Any = "", rows: int = 5) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}))


class DecisionForm(BaseForm):
    """Everything the letter says. The complaint guidance follows the outcome; it has no field."""

    sections = (
        (_("The meeting"), ("meeting", "present")),
        (
            _("Dialogue before the decision"),
            ("dialogue_council", "dialogue_psychologist", "dialogue_school"),
        ),
        (_("The decision"), ("outcome", "offer", "starts_on", "ends_on", "home_contact")),
        (_("Reasons"), ("legal_basis", "considerations", "facts")),
        (_("Views, and the answer to them"), ("parents_views", "child_views")),
        (_("The statuses"), ("no_status_reason",)),
        (_("The municipality's own requirements"), ("left_out",)),
    )

    meeting = forms.ModelChoiceField(label=_("Meeting"), queryset=PkuMeeting.objects.none())
    present = forms.CharField(
        label=_("Members present"), help_text=_("Names and functions."), max_length=400
    )
    dialogue_council = _text(_("Dialogue with the district council"), rows=3)
    dialogue_psychologist = _text(_("Dialogue with the psychologist"), rows=3)
    dialogue_school = _text(_("Dialogue with the school"), rows=3)
    outcome = forms.ModelChoiceField(
        label=_("Outcome"), queryset=OutcomeType.objects.none(), widget=forms.RadioSelect
    )
    offer = forms.ModelChoiceField(
        label=_("Offer"),
        help_text=_("Where the outcome names an offer."),
        queryset=Institution.objects.none(),
        required=False,
    )
    starts_on = forms.DateField(label=_("From"), required=False)
    ends_on = forms.DateField(
        label=_("A new decision is made before"),
        help_text=_("A year at most. The child stays in the offer until there is a new decision."),
        required=False,
    )
    home_contact = forms.CharField(
        label=_("Contact at the home school"),
        help_text=_("Who keeps in touch with child, parents and offer: the way home."),
        max_length=160,
        required=False,
    )
    legal_basis = _text(
        _("Legal basis"), _("The rules it rests on; they stand beside each outcome."), 3
    )
    considerations = _text(_("Main considerations"), _("What weighed most in the choice."))
    facts = _text(_("Facts given weight"), _("What is known, and from where."))
    parents_views = _text(
        _("The parents' views, and the answer to them"),
        format_lazy("{} {}", _("Point by point, each parent's own."), BOTH_PARENTS),
    )
    child_views = _text(_("The child's views, and the weight given to them"), NOT_FOR_PARENTS)
    no_status_reason = forms.CharField(
        label=_("Why is a status missing?"),
        help_text=_("Only where the offer or the home school has not given its status."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    left_out = forms.BooleanField(
        label=_("Something that the municipality itself asks for is left out"),
        help_text=_("Whoever signs sets it aside with a reason first. The law's demands stay."),
        required=False,
    )
    # Only where a decision is corrected.
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        competence: str,
        meetings: Any,
        holders: Iterable[CustodyHolder],
        goals: "BaseGoalFormSet",
        **kwargs: Any,
    ) -> None:
        """Offer the outcomes in force and the meetings; ask for each custody holder's consent.

        The page checks and shows the forms of the goals too.
        """
        super().__init__(*args, **kwargs)
        self.competence = OutcomeType.Competence(competence)
        if self.data.get("left_out"):
            for name in (*DIALOGUE, *VIEWS):
                self.fields[name].required = False
        if competence != OutcomeType.Competence.REVISIT:
            del self.fields["no_status_reason"]
        for holder in holders:
            label = _("%(name)s consented on") % {"name": holder.name}
            hint = _("Only where the offer is a private school or efterskole.")
            field = forms.DateField(label=label, help_text=hint, required=False)
            self.add_field(f"{consents.FIELD}{holder.public_id}", field)
        self._choose("outcome", outcomes(competence))
        self._choose("meeting", meetings)
        self._choose("offer", Institution.objects.select_related("unit").order_by("unit__name_key"))
        self.goals = goals
        if "revision" not in self.initial:
            del self.fields["revision"]

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = rows

    def groups(self) -> Iterator[FieldGroup]:
        """Give the consents, which follow the child's parents, a heading of their own."""
        for group in super().groups():
            title = group.title or str(_("Consent to a private school"))
            yield FieldGroup(title, group.fields)

    def clean(self) -> dict[str, Any]:
        """Show what the rules of the outcome refuse; the goals are forms of their own."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("outcome") is None:
            return said
        words: dict[str, Any] = {name: said.get(name) or "" for name in TEXTS}
        words |= {name: said.get(name) for name in _CHOICES}
        text = DecisionText(**words, left_out=bool(said.get("left_out")))
        show(self, (each for each in broken_rules(text, self.competence) if each.field))
        return said

    def values(self) -> dict[str, Any]:
        """Return what DecisionText takes, but for the goals."""
        kept: dict[str, Any] = {"consents": {}}
        for name, value in self.cleaned_data.items():
            if name.startswith(consents.FIELD):
                if value is not None:
                    kept["consents"][name.removeprefix(consents.FIELD)] = value
            elif name != "revision":
                kept[name] = value
        return kept

    def said(self) -> Mapping[str, object]:
        """Return the text of the decision; of a correction also the revision that was read."""
        text = DecisionText(**self.values(), goals=self.goals.goals())
        if "revision" in self.cleaned_data:
            return {"text": text, "revision": self.cleaned_data["revision"] or 0}
        return {"text": text}


class StandInForm(BaseForm):
    """Why a member signs in the chair's place, after it was read at this revision."""

    stand_in_reason = forms.CharField(
        label=_("Why do you sign in the chair's place?"),
        help_text=_("It is printed in the letter to each parent."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class GoalForm(BaseForm):
    """One goal; an empty one is left out."""

    text = forms.CharField(
        label=_("Goal"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class BaseGoalFormSet(forms.BaseFormSet[GoalForm]):
    """The goals of the decision."""

    title = _("Goals for learning and development")

    def goals(self) -> tuple[str, ...]:
        """Return the goals that were written."""
        found = [form.cleaned_data.get("text", "").strip() for form in self.forms]
        return tuple(text for text in found if text)


def goal_formset(data: Any, goals: list[str]) -> BaseGoalFormSet:
    """Return room for five goals, the known ones filled in."""
    made: Any = forms.formset_factory(
        GoalForm, formset=BaseGoalFormSet, extra=max(MOST_GOALS - len(goals), 0), max_num=20
    )
    formset: BaseGoalFormSet = made(
        data, prefix="goals", initial=[{"text": text} for text in goals]
    )
    return formset
