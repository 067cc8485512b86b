"""Forms of the next level."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from haderslev.core.forms import BaseForm, Initial, Sent
from plans.models import Guidance


class SentenceField(forms.ModelChoiceField[Guidance]):
    """Advisers' answers, told apart by who said what."""

    def label_from_instance(self, obj: Guidance) -> str:
        """Return the adviser and the sentence."""
        said = f"{obj.get_role_display()}: {obj.get_next_level_display()}. "
        return f"{said}{obj.next_level_sentence}".strip()


class ProposalForm(BaseForm):
    """What the team proposes and why, and what the parents and the child say."""

    reason = forms.CharField(label=_("Why is it needed?"), widget=forms.Textarea)
    guidance = SentenceField(
        label=_("The adviser's sentence"),
        queryset=Guidance.objects.none(),
        required=False,
        empty_label=_("No adviser has answered yet"),
    )
    parents_told_on = forms.DateField(label=_("When were the parents told?"))
    parents_told_how = forms.CharField(label=_("How were the parents told?"), max_length=200)
    parents_words = forms.CharField(
        label=_("What did the parents say?"),
        help_text=_("Say whose words they are. The other parent can read what you write here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    child_words = forms.CharField(
        label=_("What did the child say?"), widget=forms.Textarea(attrs={"rows": 3})
    )

    sections = (
        (_("The proposal"), ("reason", "guidance")),
        (
            _("Parents and child"),
            ("parents_told_on", "parents_told_how", "parents_words", "child_words"),
        ),
    )

    def __init__(
        self, data: Sent, *, initial: Initial, guidance: QuerySet[Guidance], of_pupil: bool
    ) -> None:
        """Offer the advisers' answers about this child or class."""
        super().__init__(data, initial=initial)
        field = self.fields["guidance"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = guidance
        if not of_pupil:
            self.fields["parents_words"].label = _("What did the class's parents say?")
            self.fields["child_words"].label = _("What did the children say?")


class ApproveForm(BaseForm):
    """What the leader gives with the approval."""

    note = forms.CharField(
        label=_("Time and people given"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who does what, how many hours, and until when."),
    )


class QuestionForm(BaseForm):
    """What the leader asks the team."""

    question = forms.CharField(label=_("Your question to the team"), widget=forms.Textarea)


class AnswerForm(BaseForm):
    """What the team answers."""

    text = forms.CharField(label=_("The team's answer"), widget=forms.Textarea)
