"""Form of the school leader's decision."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import OutcomeType
from cases.rules import support_decision
from cases.selectors.decision_rules import said_in_support, show
from haderslev.core.forms import BaseForm
from haderslev.core.legal import in_force

NOT_FOR_PARENTS = _(
    "The parents get this text in a letter. "
    "Write nothing here that the child has said no to their seeing."
)
BOTH_PARENTS = _(
    "The same text goes to both parents. Leave out what one of them has said about the "
    "other, and what is not the other's to know."
)


def outcomes(competence: str) -> QuerySet[OutcomeType]:
    """Return the outcomes in force of one competence."""
    return in_force(OutcomeType.objects.filter(competence=competence)).order_by("order")


class OutcomeField(forms.ModelChoiceField[OutcomeType]):
    """Outcomes by name, with what they ask for."""

    def label_from_instance(self, obj: OutcomeType) -> str:
        """Return the name, and whether a period is asked for."""
        if obj.needs_period:
            return _("%(outcome)s (with a period and a day for a new decision)") % {"outcome": obj}
        return str(obj)


_OF_RULES = ("starts_on", "ends_on", "revisit_on", "weekly_hours")


class SupportDecisionForm(BaseForm):
    """Outcome, three parts of the reasons, views answered; a period where the outcome needs it."""

    sections = (
        (_("The decision"), ("outcome", "what", "weekly_hours")),
        (_("Period, where the outcome needs one"), ("starts_on", "ends_on", "revisit_on")),
        (_("Reasons"), ("legal_basis", "considerations", "facts")),
        (_("Views"), ("parents_views", "child_views")),
        (_("Hearing"), ("no_hearing_reason",)),
    )

    outcome = OutcomeField(
        label=_("Outcome"), queryset=OutcomeType.objects.none(), widget=forms.RadioSelect
    )
    what = forms.CharField(label=_("What is decided"), widget=forms.Textarea)
    weekly_hours = forms.DecimalField(
        label=_("Hours a week"),
        help_text=_("In clock hours, not lessons."),
        max_digits=4,
        decimal_places=1,
        min_value=0,
        required=False,
    )
    starts_on = forms.DateField(label=_("From"), required=False)
    ends_on = forms.DateField(label=_("Until"), required=False)
    revisit_on = forms.DateField(label=_("A new decision no later than"), required=False)
    legal_basis = forms.CharField(
        label=_("Legal basis"), help_text=_("The rules it rests on."), widget=forms.Textarea
    )
    considerations = forms.CharField(
        label=_("Main considerations"),
        help_text=_("What weighed most when you chose."),
        widget=forms.Textarea,
    )
    facts = forms.CharField(label=_("Facts given weight"), widget=forms.Textarea)
    parents_views = forms.CharField(
        label=_("The parents' views, and the answer to them"),
        help_text=BOTH_PARENTS,
        widget=forms.Textarea,
    )
    child_views = forms.CharField(
        label=_("The child's views, and the weight given to them"),
        help_text=NOT_FOR_PARENTS,
        widget=forms.Textarea,
    )
    no_hearing_reason = forms.CharField(
        label=_("Why the parties were not heard"),
        help_text=_("Only where nothing new weighs against them (forvaltningsloven § 19)."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )

    def __init__(self, *args: Any, heard: bool, **kwargs: Any) -> None:
        """Offer the outcomes in force; ask for a reason only where nobody was heard."""
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = outcomes(OutcomeType.Competence.LEADER)
        if heard:
            del self.fields["no_hearing_reason"]
        self.heard = heard

    def clean(self) -> dict[str, Any]:
        """Show what the rules of the outcome refuse, at the field it belongs to."""
        said: dict[str, Any] = super().clean() or {}
        outcome = said.get("outcome")
        if outcome is not None:
            facts = said_in_support(
                outcome,
                heard=self.heard,
                no_hearing_reason=said.get("no_hearing_reason", ""),
                **{name: said.get(name) for name in _OF_RULES},
            )
            show(self, support_decision(facts))
        return said
