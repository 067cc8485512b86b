"""Forms of PKU's decision, the same at the referral and at the revisitation; and of a status."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast  # Any: cleaned data are Django's

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.forms.decisions import BOTH_PARENTS, NOT_FOR_PARENTS, outcomes
from cases.models import OutcomeType
from cases.rules import DIALOGUE, TEXTS, VIEWS
from cases.selectors.decision_rules import show
from districts.models import CustodyHolder, Institution
from haderslev.core.forms import BaseForm, BaseModelForm, FieldGroup, LongText, RevisionForm, Sent
from pku.models import DecisionGoal, GoalStatus, PkuDecision, PkuMeeting, PlacementStatus
from pku.services.decisions import CONSENT, DecisionText, broken_rules
from plans.forms.rows import RowForm, RowFormSet, row_forms
from plans.hints import OTHER_PARENT

MOST_GOALS = 5
# What a rule asks for beside the texts.
_CHOICES = ("outcome", "meeting", "offer", "starts_on", "ends_on")


class GoalForm(BaseForm):
    """One goal; an empty one is left out."""

    text = LongText(_("Goal"), required=False)


class BaseGoalFormSet(forms.BaseFormSet[GoalForm]):
    """The goals of the decision."""

    title = _("Goals for learning and development")

    def goals(self) -> tuple[str, ...]:
        """Return the goals that were written."""
        found = [form.cleaned_data.get("text", "").strip() for form in self.forms]
        return tuple(text for text in found if text)


def goal_formset(data: Sent, goals: Sequence[str]) -> BaseGoalFormSet:
    """Return room for five goals, the known ones filled in."""
    made = forms.formset_factory(
        GoalForm, formset=BaseGoalFormSet, extra=max(MOST_GOALS - len(goals), 0), max_num=20
    )
    initial = [{"text": text} for text in goals]
    return cast("BaseGoalFormSet", made(data, prefix="goals", initial=initial))


class DecisionForm(BaseModelForm[PkuDecision]):
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

    left_out = forms.BooleanField(
        label=_("Something that the municipality itself asks for is left out"),
        help_text=_("Whoever signs sets it aside with a reason first. The law's demands stay."),
        required=False,
    )

    class Meta:
        model = PkuDecision
        fields = (*_CHOICES, *TEXTS, "no_status_reason", "revision")
        widgets = {"outcome": forms.RadioSelect}
        labels = {"meeting": _("Meeting"), "outcome": _("Outcome"), "offer": _("Offer")}
        help_texts = {
            "present": _("Names and functions."),
            "offer": _("Where the outcome names an offer."),
            "ends_on": _(
                "A year at most. The child stays in the offer until there is a new decision."
            ),
            "home_contact": _("Who keeps in touch with child, parents and offer: the way home."),
            "legal_basis": _("The rules it rests on; they stand beside each outcome."),
            "considerations": _("What weighed most in the choice."),
            "facts": _("What is known, and from where."),
            "parents_views": format_lazy(
                "{} {}", _("Point by point, each parent's own."), BOTH_PARENTS
            ),
            "child_views": NOT_FOR_PARENTS,
            "no_status_reason": _(
                "Only where the offer or the home school has not given its status."
            ),
        }

    def __init__(
        self,
        data: Sent = None,
        *,
        instance: PkuDecision | None,
        initial: Mapping[str, object],
        competence: OutcomeType.Competence,
        meetings: QuerySet[PkuMeeting],
        holders: Iterable[CustodyHolder],
        goals: Sequence[str],
    ) -> None:
        """Offer the outcomes in force and the meetings; ask for each custody holder's consent.

        The page checks and shows the forms of the goals too.
        """
        super().__init__(data, instance=instance, initial=initial)
        self.competence = competence
        self.goals = goal_formset(data, goals)
        if self.data.get("left_out"):
            for name in (*DIALOGUE, *VIEWS):
                self.fields[name].required = False
        if competence != OutcomeType.Competence.REVISIT:
            del self.fields["no_status_reason"]
        for holder in holders:
            field = forms.DateField(
                label=_("%(name)s consented on") % {"name": holder.name},
                help_text=_("Only where the offer is a private school or efterskole."),
                required=False,
            )
            self.add_field(f"{CONSENT}{holder.public_id}", field)
        self.choose_from("outcome", outcomes(competence))
        self.choose_from("meeting", meetings)
        self.choose_from(
            "offer", Institution.objects.select_related("unit").order_by("unit__name_key")
        )

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

    def said(self) -> Mapping[str, object]:
        """Return the text of the decision; of a correction also the revision that was read."""
        written = dict(self.cleaned_data)
        read = {"revision": written.pop("revision")} if "revision" in written else {}
        names = [name for name in written if name.startswith(CONSENT)]
        days = {name.removeprefix(CONSENT): written.pop(name) for name in names}
        given = {key: day for key, day in days.items() if day is not None}
        text = DecisionText(**written, consents=given, goals=self.goals.goals())
        return {"text": text, **read}


class StandInForm(RevisionForm):
    """Why a member signs in the chair's place, after it was read at this revision."""

    stand_in_reason = LongText(
        _("Why do you sign in the chair's place?"),
        _("It is printed in the letter to each parent."),
    )


class StatusForm(BaseModelForm[PlacementStatus]):
    """How the child is doing, and what returning to the home school takes."""

    class Meta:
        model = PlacementStatus
        fields = ("development", "child_perspective", "parents_perspective", "way_home")
        help_texts = {
            "child_perspective": _("In the child's own words, as far as possible."),
            "parents_perspective": format_lazy(
                "{} {}", _("Each parent's own; write also how they took part."), OTHER_PARENT
            ),
            "way_home": _(
                "What would have to be in place at the home school, and what can be tried already?"
            ),
        }


class GoalStatusForm(RowForm[GoalStatus]):
    """How far one goal has been reached."""

    class Meta:
        model = GoalStatus
        fields = ("result", "remark")
        widgets = {"result": forms.RadioSelect}


def goal_status_forms(data: Sent, goals: Iterable[DecisionGoal]) -> RowFormSet:
    """Return one form for each goal, in the order of the decision."""
    each = [{"title": goal.text, "key": {"goal": goal}} for goal in goals]
    title = _("The goals of the decision")
    return row_forms(GoalStatusForm, data, each, says="goals", prefix="goals", title=title)
