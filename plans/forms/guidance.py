"""Forms of guidance: the request and the answer."""

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder, LearningCommunity, Pupil
from districts.permissions import Role
from haderslev.core import clock, legal
from haderslev.core.forms import BaseForm, LongText
from plans.forms.rows import Posted, RowForm, RowFormSet, one_for_each
from plans.hints import NO_NAMES
from plans.models import Guidance, GuidanceAgreement, Observation, Plan
from plans.selectors import advisers, lists

SHARED = _("Shared with the school: yes")


class AskForm(BaseForm):
    """Whom to ask about what, until when."""

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        help_text=_("About a child without a name: write nothing that shows who it is."),
        choices=[
            (Guidance.Kind.COMMUNITY.value, Guidance.Kind.COMMUNITY.label),
            (Guidance.Kind.UNNAMED.value, Guidance.Kind.UNNAMED.label),
        ],
        widget=forms.RadioSelect,
        initial=Guidance.Kind.COMMUNITY,
    )
    role = forms.ChoiceField(
        label=_("Whom do you ask?"),
        help_text=_("The school's own PLC adviser can always be asked, also without a case."),
        choices=[(role.value, role.label) for role in advisers.ROLES],
        widget=forms.RadioSelect,
        initial=Role.PLC_ADVISER,
    )
    question = LongText(label=_("Your question"), help_text=NO_NAMES)
    plan = forms.ModelChoiceField(
        label=_("Plan it is about"),
        queryset=Plan.objects.none(),
        empty_label=_("No plan yet"),
        required=False,
    )
    closes_on = forms.DateField(
        label=_("Open to the adviser until"),
        help_text=_("On that day the adviser's access ends by itself."),
    )

    def __init__(self, *args: object, target: Pupil | LearningCommunity, **kwargs: object) -> None:
        """Offer the plans of the class or the pupil."""
        super().__init__(*args, **kwargs)
        self.choose_from("plan", lists.running_plans_of(target))
        usual = legal.days("guidance_default_days")
        self.fields["closes_on"].initial = clock.days_from_now(usual)
        if isinstance(target, Pupil):
            del self.fields["kind"]

    def clean_role(self) -> Role:
        """Return the role itself."""
        return Role(self.cleaned_data["role"])


class AgreementForm(RowForm):
    """A parent's agreement, or another basis."""

    agreed_on = forms.DateField(label=_("The parent agreed on"), required=False)
    other_basis = LongText(label=_("Or another basis, with the reason"), rows=2, required=False)

    def __init__(self, *args: object, holder: CustodyHolder | None, **kwargs: object) -> None:
        """The parent is the title of the box; without one only a basis can be given."""
        super().__init__(*args, **kwargs)
        self.holder = holder
        self.title = str(holder or gettext("No parent is recorded"))
        if holder is None:
            del self.fields["agreed_on"]
            self.fields["other_basis"].label = _("The basis, with the reason")

    def value(self) -> GuidanceAgreement | None:
        """Return it, or nothing when it is empty."""
        data = self.cleaned_data
        if not data.get("agreed_on") and not data.get("other_basis", "").strip():
            return None
        return GuidanceAgreement(custody_holder=self.holder, **data)


def agreements(data: Posted, pupil: Pupil) -> RowFormSet:
    """Return one form for each custody holder of today, or one for a child without."""
    holders: list[CustodyHolder | None] = [*pupil.custody_holders.current()]
    each = [{"holder": holder} for holder in holders or [None]]
    title = _("Agreement with each parent")
    return one_for_each(AgreementForm, data, each, says="agreements", prefix="parents", title=title)


class AnswerForm(BaseForm):
    """The adviser's answer."""

    observed = LongText(label=_("What did you see?"), help_text=NO_NAMES)
    observation = forms.ModelChoiceField(
        label=_("Your focused observation"),
        queryset=Observation.objects.none(),
        empty_label=_("None"),
        required=False,
    )
    verb = forms.ChoiceField(
        label=_("What do you do to the plan?"),
        choices=Guidance.Verb.choices,
        widget=forms.RadioSelect,
    )
    contribution = LongText(label=_("Your contribution to the plan"), help_text=NO_NAMES)
    children_involved = LongText(label=_("How were the children involved?"), rows=2)
    parents_involved = LongText(label=_("How were the parents involved?"), rows=2)
    next_level = forms.ChoiceField(
        label=_("Is the next level needed?"),
        choices=Guidance.NextLevel.choices,
        widget=forms.RadioSelect,
    )
    next_level_sentence = forms.CharField(label=_("Say it in one sentence"), max_length=400)

    def __init__(
        self,
        *args: object,
        guidance: Guidance,
        observations: QuerySet[Observation],
        **kwargs: object,
    ) -> None:
        """The verb follows the role; the family counsellor sees what the school gets to know."""
        super().__init__(*args, **kwargs)
        role = Role(guidance.role)
        self.fields["verb"].initial = advisers.VERBS[role]
        self.choose_from("observation", observations)
        if role == Role.FAMILY_COUNSELLOR:
            for each in self.fields.values():
                each.help_text = (
                    format_lazy("{}. {}", SHARED, each.help_text) if each.help_text else SHARED
                )
