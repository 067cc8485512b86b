"""Forms of meetings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from districts.models import Pupil
from haderslev.core.forms import BaseModelForm
from plans.forms.rows import Posted, RowForm, RowFormSet, Values, row_forms
from plans.kinds import topics
from plans.models import Meeting, MeetingAnswer, MeetingParticipant
from plans.services.meetings import Minutes


class MinutesForm(BaseModelForm[Meeting]):
    """What is written down of a meeting."""

    class Meta:
        model = Meeting
        fields = (
            "held_on",
            "place",
            "parents_words",
            "child_words",
            "discussion",
            "agreements",
            "revision",
        )
        widgets = {
            "parents_words": forms.Textarea({"rows": 3}),
            "child_words": forms.Textarea({"rows": 3}),
        }

    def __init__(self, *args: object, network: bool = False, **kwargs: object) -> None:
        """At a network meeting the parents and the child are heard."""
        super().__init__(*args, **kwargs)
        if network:
            for name in ("parents_words", "child_words"):
                self.fields[name].required = True

    def said(self) -> dict[str, object]:
        """Return what is written down, and the revision where a meeting is corrected."""
        said = dict(self.cleaned_data)
        revision = {"revision": said.pop("revision")} if "revision" in said else {}
        return {"minutes": Minutes(**said), **revision}


class ParticipantForm(RowForm[MeetingParticipant]):
    """Somebody who was there, with the role."""

    begins = ("name",)
    needed = ("role",)

    class Meta:
        model = MeetingParticipant
        fields = ("name", "role")
        error_messages = {
            "role": {"required": _("Write the role, for example: mother, class teacher.")}
        }


class AnswerForm(RowForm[MeetingAnswer]):
    """What one parent answered to one topic; left out when it was not asked."""

    begins = ("answer",)

    class Meta:
        model = MeetingAnswer
        fields = ("answer", "first_attempt_on", "second_attempt_on", "remark")
        widgets = {"remark": forms.Textarea({"rows": 2})}

    def clean(self) -> Values:
        """No answer counts after two attempts."""
        data = super().clean()
        first, second = data.get("first_attempt_on"), data.get("second_attempt_on")
        silent = data.get("answer") == MeetingAnswer.Answer.SILENT
        if silent and not (first and second and first < second):
            self.add_error(
                "second_attempt_on",
                _("No answer counts after two attempts on two different days. Give both dates."),
            )
        return data


def participants(data: Posted, meeting: Meeting | None = None) -> RowFormSet:
    """Return the forms of those present, and blank ones."""
    each: list[Values] = (
        [{"instance": row} for row in meeting.participants.all()] if meeting else []
    )
    title = _("Those present")
    return row_forms(
        ParticipantForm, data, each, says="participants", prefix="people", blank=3, title=title
    )


def topic_answers(data: Posted, pupil: Pupil, meeting: Meeting | None = None) -> RowFormSet:
    """Return one form for each topic and custody holder, of today or with an answer already."""
    rows = list(meeting.answers.select_related("custody_holder")) if meeting else []
    known = {(row.topic, row.custody_holder): row for row in rows}
    # Custody that has ended since the meeting takes nothing away from what was answered there.
    answered = [row.custody_holder for row in rows]
    holders = dict.fromkeys([*pupil.custody_holders.current(), *answered])
    each = [
        {
            "title": f"{topic.label} · {holder}",
            "key": {"custody_holder": holder, "topic": topic.code},
            "instance": known.get((topic.code, holder)),
        }
        for topic in topics().values()
        for holder in holders
    ]
    title = _("What each parent answers")
    return row_forms(AnswerForm, data, each, says="answers", prefix="answers", title=title)
