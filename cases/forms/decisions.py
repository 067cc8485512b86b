"""Forms of the hearing and of the school leader's decision."""

from typing import Any  # cleaned data are Django's

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.models import Hearing, HearingParty, OutcomeType, SupportDecision
from cases.models.decisions import HEARING_TEXTS
from cases.rules import support_decision
from cases.selectors.decision_rules import said_in_support, show
from haderslev.core import clock, legal
from haderslev.core.forms import BaseForm, BaseModelForm, LongText, Sent
from plans.hints import OTHER_PARENT

NOT_FOR_PARENTS = _(
    "The parents get this text in a letter. "
    "Write nothing here that the child has said no to their seeing."
)
BOTH_PARENTS = _(
    "The same text goes to both parents. Leave out what one of them has said about the "
    "other, and what is not the other's to know."
)


class HearingForm(BaseModelForm[Hearing]):
    """What the parties are told (domain: sagsfremstilling)."""

    class Meta:
        model = Hearing
        fields = (*HEARING_TEXTS, "revision")
        help_texts = {
            "facts": format_lazy(
                "{} {}",
                _("What has happened, and what is known. Write so that the parents can read it."),
                NOT_FOR_PARENTS,
            ),
            "weighty": format_lazy(
                "{} {}",
                _("Name the papers and statements the decision will rest on."),
                NOT_FOR_PARENTS,
            ),
            "intended": NOT_FOR_PARENTS,
            "rules": NOT_FOR_PARENTS,
        }


class SendHearingForm(BaseForm):
    """Until when the parties may answer."""

    answer_by = forms.DateField(
        label=_("Answer no later than"),
        # The municipality's usual deadline.
        initial=lambda: clock.days_from_now(legal.days("hearing_answer_days")),
    )


class AnswerForm(BaseModelForm[HearingParty]):
    """What one party answered."""

    needed = ("answered_on",)

    class Meta:
        model = HearingParty
        fields = ("answer", "no_remarks", "answered_on", "reply", "revision")
        help_texts = {
            "answer": OTHER_PARENT,
            "reply": _("What the school says to the answer, point by point."),
        }


class CloseHearingForm(BaseForm):
    """What the answers led to."""

    assessment = LongText(
        _("What the answers led to"), _("Also when nobody answered: write that, and what it means.")
    )


def outcomes(competence: str) -> QuerySet[OutcomeType]:
    """Return the outcomes in force of one competence."""
    return legal.in_force(OutcomeType.objects.filter(competence=competence)).order_by("order")


class OutcomeField(forms.ModelChoiceField[OutcomeType]):
    """Outcomes by name, with what they ask for."""

    def label_from_instance(self, obj: OutcomeType) -> str:
        """Return the name, and whether a period is asked for."""
        if obj.needs_period:
            return _("%(outcome)s (with a period and a day for a new decision)") % {"outcome": obj}
        return str(obj)


_OF_RULES = ("starts_on", "ends_on", "revisit_on", "weekly_hours")
_SECTIONS = (
    (_("The decision"), ("outcome", "what", "weekly_hours")),
    (_("Period, where the outcome needs one"), ("starts_on", "ends_on", "revisit_on")),
    (_("Reasons"), ("legal_basis", "considerations", "facts")),
    (_("Views"), ("parents_views", "child_views")),
    (_("Hearing"), ("no_hearing_reason",)),
)


class SupportDecisionForm(BaseModelForm[SupportDecision]):
    """Outcome, three parts of the reasons, views answered; a period where the outcome needs it."""

    sections = _SECTIONS

    outcome = OutcomeField(
        label=_("Outcome"), queryset=OutcomeType.objects.none(), widget=forms.RadioSelect
    )
    weekly_hours = forms.DecimalField(
        label=_("Hours a week"),
        help_text=_("In clock hours, not lessons."),
        max_digits=4,
        decimal_places=1,
        min_value=0,
        required=False,
    )

    class Meta:
        model = SupportDecision
        fields = [name for _title, names in _SECTIONS for name in names]
        widgets = {"no_hearing_reason": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "legal_basis": _("The rules it rests on."),
            "considerations": _("What weighed most when you chose."),
            "parents_views": BOTH_PARENTS,
            "child_views": NOT_FOR_PARENTS,
            "no_hearing_reason": _(
                "Only where nothing new weighs against them (forvaltningsloven § 19)."
            ),
        }

    def __init__(self, data: Sent = None, *, heard: bool) -> None:
        """Offer the outcomes in force; ask for a reason only where nobody was heard."""
        super().__init__(data)
        self.choose_from("outcome", outcomes(OutcomeType.Competence.LEADER))
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
