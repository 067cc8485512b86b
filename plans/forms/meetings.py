"""Forms of meetings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder, Pupil
from haderslev.core import clock
from haderslev.core.forms import BaseForm, LongText
from plans.forms.rows import Posted, RowForm, RowFormSet, one_for_each, open_ended, values
from plans.hints import OTHER_PARENT
from plans.models import Meeting, MeetingAnswer, MeetingParticipant
from plans.services.meetings import Minutes


class MinutesForm(BaseForm):
    """What is written down of a meeting."""

    held_on = forms.DateField(label=_("Held on"))
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    parents_words = LongText(
        label=_("The parents' words"), help_text=OTHER_PARENT, rows=3, required=False
    )
    child_words = LongText(label=_("The child's words"), rows=3, required=False)
    discussion = LongText(label=_("What was discussed"), required=False)
    agreements = LongText(label=_("Agreements: what, who, when"))

    def __init__(self, *args: object, network: bool = False, **kwargs: object) -> None:
        """At a network meeting the parents and the child are heard."""
        super().__init__(*args, **kwargs)
        self.fields["held_on"].initial = clock.today()
        if network:
            for name in ("parents_words", "child_words"):
                self.fields[name].required = True

    def said(self) -> dict[str, object]:
        """Return what is written down, and the revision where a meeting is corrected."""
        said = dict(self.cleaned_data)
        revision = {"revision": said.pop("revision")} if "revision" in said else {}
        return {"minutes": Minutes(**said), **revision}


class CorrectMinutesForm(MinutesForm):
    """The same, with the revision it was read at."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class ParticipantForm(RowForm):
    """Somebody who was there; emptied is removed."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    role = forms.CharField(label=_("Role"), max_length=120, required=False)

    def clean(self) -> dict[str, object]:
        """A name comes with its role."""
        data = super().clean() or {}
        if data.get("name") and not data.get("role"):
            self.add_error("role", _("Write the role, for example: mother, class teacher."))
        return data

    def value(self) -> MeetingParticipant | None:
        """Return it, or nothing when it is empty."""
        return MeetingParticipant(**self.cleaned_data) if self.cleaned_data.get("name") else None


class AnswerForm(RowForm):
    """What one parent answered to one topic; left out when it was not asked."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[("", _("Not asked")), *MeetingAnswer.Answer.choices],
        required=False,
    )
    first_attempt_on = forms.DateField(
        label=_("First attempt"), help_text=_("Only without an answer."), required=False
    )
    second_attempt_on = forms.DateField(label=_("Second attempt"), required=False)
    remark = LongText(label=_("Remark"), help_text=OTHER_PARENT, rows=2, required=False)

    def __init__(self, *args: object, holder: CustodyHolder, topic: str, **kwargs: object) -> None:
        """Topic and parent are the title of the box."""
        super().__init__(*args, **kwargs)
        self.holder, self.topic = holder, topic
        self.title = f"{MeetingAnswer.Topic(topic).label} · {holder}"

    def clean(self) -> dict[str, object]:
        """No answer counts after two attempts."""
        data = super().clean() or {}
        first, second = data.get("first_attempt_on"), data.get("second_attempt_on")
        silent = data.get("answer") == MeetingAnswer.Answer.SILENT
        if silent and not (first and second and first < second):
            self.add_error(
                "second_attempt_on",
                _("No answer counts after two attempts on two different days. Give both dates."),
            )
        return data

    def value(self) -> MeetingAnswer | None:
        """Return it, or nothing when it was not asked."""
        if not self.cleaned_data.get("answer"):
            return None
        return MeetingAnswer(custody_holder=self.holder, topic=self.topic, **self.cleaned_data)


def participants(data: Posted, meeting: Meeting | None = None) -> RowFormSet:
    """Return the forms of those present, and blank ones."""
    rows = meeting.participants.all() if meeting else ()
    initial = [values(row, "name", "role") for row in rows]
    title = _("Those present")
    return open_ended(
        ParticipantForm, data, initial, says="participants", prefix="people", blank=3, title=title
    )


def topic_answers(data: Posted, pupil: Pupil, meeting: Meeting | None = None) -> RowFormSet:
    """Return one form for each topic and custody holder, of today or with an answer already."""
    rows = list(meeting.answers.select_related("custody_holder")) if meeting else []
    known = {(row.topic, row.custody_holder): row for row in rows}
    # Custody that has ended since the meeting takes nothing away from what was answered there.
    answered = [row.custody_holder for row in rows]
    holders = dict.fromkeys([*pupil.custody_holders.current(), *answered])
    asked = [(topic, holder) for topic in MeetingAnswer.Topic.values for holder in holders]
    names = ("answer", "first_attempt_on", "second_attempt_on", "remark")
    initial = [values(known[key], *names) if key in known else {} for key in asked]
    each = [{"holder": holder, "topic": topic} for topic, holder in asked]
    title = _("What each parent answers")
    return one_for_each(
        AnswerForm, data, each, says="answers", prefix="answers", initial=initial, title=title
    )
