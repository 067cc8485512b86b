"""Forms of the hearing and of the school leader's decision."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.models import OutcomeType
from cases.rules import support_decision
from cases.selectors.decision_rules import said_in_support, show
from haderslev.core import clock, legal
from haderslev.core.forms import BaseForm, LongText, Sent
from plans.hints import OTHER_PARENT

NOT_FOR_PARENTS = _(
    "The parents get this text in a letter. "
    "Write nothing here that the child has said no to their seeing."
)
BOTH_PARENTS = _(
    "The same text goes to both parents. Leave out what one of them has said about the "
    "other, and what is not the other's to know."
)


class HearingForm(BaseForm):
    """What the parties are told (domain: sagsfremstilling)."""

    facts = LongText(
        _("The facts"),
        format_lazy(
            "{} {}",
            _("What has happened, and what is known. Write so that the parents can read it."),
            NOT_FOR_PARENTS,
        ),
    )
    weighty = LongText(
        _("What weight is given to"),
        format_lazy(
            "{} {}",
            _("Name the papers and statements the decision will rest on."),
            NOT_FOR_PARENTS,
        ),
    )
    intended = LongText(_("What we mean to decide"), NOT_FOR_PARENTS)
    rules = LongText(
        _("The rules"),
        NOT_FOR_PARENTS,
        initial="Folkeskoleloven § 3, stk. 2, og § 12. Forvaltningsloven § 19.",
    )


class HearingChangeForm(HearingForm):
    """The same, with the revision it was read at."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class SendHearingForm(BaseForm):
    """Until when the parties may answer."""

    answer_by = forms.DateField(
        label=_("Answer no later than"),
        # The municipality's usual deadline.
        initial=lambda: clock.days_from_now(legal.days("hearing_answer_days")),
    )


class AnswerForm(BaseForm):
    """What one party answered, with the revision it was read at."""

    answer = LongText(_("The answer"), OTHER_PARENT, required=False)
    no_remarks = forms.BooleanField(label=_("No remarks"), required=False)
    answered_on = forms.DateField(label=_("Answered on"), initial=clock.today)
    reply = LongText(
        _("The school's reply"),
        _("What the school says to the answer, point by point."),
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


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
    what = LongText(_("What is decided"))
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
    legal_basis = LongText(_("Legal basis"), _("The rules it rests on."))
    considerations = LongText(_("Main considerations"), _("What weighed most when you chose."))
    facts = LongText(_("Facts given weight"))
    parents_views = LongText(_("The parents' views, and the answer to them"), BOTH_PARENTS)
    child_views = LongText(_("The child's views, and the weight given to them"), NOT_FOR_PARENTS)
    no_hearing_reason = LongText(
        _("Why the parties were not heard"),
        _("Only where nothing new weighs against them (forvaltningsloven § 19)."),
        rows=2,
        required=False,
    )

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
