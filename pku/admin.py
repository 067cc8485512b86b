"""Django admin for PKU's calendar and the questions of a referral. No referral is in it."""

from datetime import date, timedelta
from typing import Any  # what Django's forms take

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from haderslev.core import calendar, legal
from haderslev.core.admin import JournalledAdmin, LookOnlyAdmin
from pku.models import PkuMeeting, ReferralQuestion


def _papers_days(held_on: date | None = None) -> int:
    """Return how many days before a meeting its papers must be there."""
    return legal.days("pku_papers_days", held_on)


class PkuMeetingForm(forms.ModelForm[PkuMeeting]):
    """A meeting; the last day for its papers follows from its date unless another is given."""

    class Meta:
        model = PkuMeeting
        fields = ("unit", "held_on", "place", "papers_by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["papers_by"]
        field.required = False
        field.help_text = _(
            "Left empty: %(days)d days before the meeting, or the school day before."
        ) % {"days": _papers_days()}

    def clean(self) -> dict[str, Any]:
        """Fill in the last day for papers."""
        values: dict[str, Any] = super().clean() or {}
        day = values.get("held_on")
        if day and not values.get("papers_by") and "papers_by" not in self.errors:
            before = timedelta(days=_papers_days(day))
            values["papers_by"] = calendar.nearest_school_day(day - before)
        return values


@admin.register(PkuMeeting)
class PkuMeetingAdmin(JournalledAdmin[PkuMeeting]):
    """PKU's calendar."""

    list_display = ("held_on", "unit", "place", "papers_by")
    date_hierarchy = "held_on"
    raw_id_fields = ("unit",)
    form = PkuMeetingForm
    journal_fields = ("held_on", "papers_by")


@admin.register(ReferralQuestion)
class ReferralQuestionAdmin(LookOnlyAdmin[ReferralQuestion]):
    """The questions that a referral answers."""

    list_display = ("order", "text_da", "valid_from", "valid_until")
