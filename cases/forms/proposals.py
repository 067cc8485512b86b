"""Forms of the next level, and of setting an own requirement aside."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Proposal
from haderslev.core.forms import BaseForm, BaseModelForm, Initial, LongText, Sent
from plans.models import Guidance


class SentenceField(forms.ModelChoiceField[Guidance]):
    """Advisers' answers, told apart by who said what."""

    def label_from_instance(self, obj: Guidance) -> str:
        """Return the adviser and the sentence."""
        said = f"{obj.get_role_display()}: {obj.get_next_level_display()}. "
        return f"{said}{obj.next_level_sentence}".strip()


_SECTIONS = (
    (_("The proposal"), ("reason", "guidance")),
    (
        _("Parents and child"),
        ("parents_informed_on", "parents_informed_how", "parents_words", "child_words"),
    ),
)


class ProposalForm(BaseModelForm[Proposal]):
    """What the team proposes and why, and what the parents and the child say."""

    sections = _SECTIONS

    guidance = SentenceField(
        label=_("The adviser's sentence"),
        queryset=Guidance.objects.none(),
        required=False,
        empty_label=_("No adviser has answered yet"),
    )

    class Meta:
        model = Proposal
        fields = [name for _title, names in _SECTIONS for name in names]
        widgets = dict.fromkeys(("parents_words", "child_words"), forms.Textarea({"rows": 3}))
        help_texts = {
            "parents_words": _(
                "Say whose words they are. The other parent can read what you write here."
            )
        }

    def __init__(
        self, data: Sent, *, initial: Initial, guidance: QuerySet[Guidance], of_pupil: bool
    ) -> None:
        """Offer the advisers' answers about this child or class."""
        super().__init__(data, initial=initial)
        self.choose_from("guidance", guidance)
        if not of_pupil:
            self.fields["parents_words"].label = _("What did the class's parents say?")
            self.fields["child_words"].label = _("What did the children say?")


class ApproveForm(BaseForm):
    """What the leader gives with the approval."""

    note = LongText(
        _("Time and people given"), _("Who does what, how many hours, and until when."), rows=3
    )


class QuestionForm(BaseForm):
    """What the leader asks the team."""

    question = LongText(_("Your question to the team"))


class AnswerForm(BaseForm):
    """What the team answers."""

    text = LongText(_("The team's answer"))


class ExceptionForm(BaseForm):
    """A written reason; or, when it is urgent, one sentence now and the reason later."""

    reason = LongText(
        _("Reason"), _("It is shown wherever the requirement is shown."), required=False
    )
    urgent = forms.BooleanField(
        label=_("It is urgent. The reason follows within three school days"), required=False
    )
    sentence = forms.CharField(
        label=_("Why is it urgent? One sentence"), max_length=300, required=False
    )

    def __init__(self, data: Sent, *, may_be_urgent: bool) -> None:
        """Ask for the reason now where a signed decision rests on it."""
        super().__init__(data)
        if not may_be_urgent:
            del self.fields["urgent"], self.fields["sentence"]


class CompleteForm(BaseForm):
    """The reason of an urgent exception."""

    reason = LongText(_("Reason"))
