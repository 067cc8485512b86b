"""Forms of guidance: the request and the answer."""

from typing import Any  # what Django's own forms take

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from districts.models import LearningCommunity, Pupil
from districts.permissions import Role
from haderslev.core import clock, legal
from haderslev.core.forms import BaseModelForm
from plans.forms.rows import Posted, RowForm, RowFormSet, Values, row_forms
from plans.models import Guidance, GuidanceAgreement, Observation
from plans.selectors import advisers, lists
from plans.services.guidance import Answer

SHARED = _("Shared with the school: yes")


class AskForm(BaseModelForm[Guidance]):
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

    class Meta:
        model = Guidance
        fields = ("kind", "role", "question", "plan", "closes_on")

    def __init__(self, *args: object, target: Pupil | LearningCommunity, **kwargs: object) -> None:
        """Offer the plans of the class or the pupil."""
        super().__init__(*args, **kwargs)
        self.choose_from("plan", lists.running_plans_of(target), nothing=_("No plan yet"))
        usual = legal.days("guidance_default_days")
        self.fields["closes_on"].initial = clock.days_from_now(usual)
        if isinstance(target, Pupil):
            del self.fields["kind"]

    def clean_role(self) -> Role:
        """Return the role itself."""
        return Role(self.cleaned_data["role"])


class AgreementForm(RowForm[GuidanceAgreement]):
    """A parent's agreement, or another basis; without a parent only a basis can be given."""

    begins = ("agreed_on", "other_basis")

    class Meta:
        model = GuidanceAgreement
        fields = ("agreed_on", "other_basis")
        widgets = {"other_basis": forms.Textarea({"rows": 2})}

    def __init__(self, *args: object, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.key["custody_holder"] is None:
            del self.fields["agreed_on"]
            self.fields["other_basis"].label = _("The basis, with the reason")


def agreements(data: Posted, pupil: Pupil) -> RowFormSet:
    """Return one form for each custody holder of today, or one for a child without."""
    each: list[Values] = [
        {"title": str(holder), "key": {"custody_holder": holder}}
        for holder in pupil.custody_holders.current()
    ]
    nobody = {"title": gettext("No parent is recorded"), "key": {"custody_holder": None}}
    each = each or [nobody]
    title = _("Agreement with each parent")
    return row_forms(AgreementForm, data, each, says="agreements", prefix="parents", title=title)


class AnswerForm(BaseModelForm[Guidance]):
    """The adviser's answer."""

    needed = Answer.__required_keys__
    field_order = ("observed",)

    class Meta:
        model = Guidance
        fields = ("observation", *Answer.__annotations__)
        widgets = {
            "verb": forms.RadioSelect(),
            "children_involved": forms.Textarea({"rows": 2}),
            "parents_involved": forms.Textarea({"rows": 2}),
            "next_level": forms.RadioSelect(),
        }

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
        self.choose_from("observation", observations, nothing=_("None"))
        if role == Role.FAMILY_COUNSELLOR:
            for each in self.fields.values():
                each.help_text = (
                    format_lazy("{}. {}", SHARED, each.help_text) if each.help_text else SHARED
                )
