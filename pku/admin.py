"""Django admin for PKU's calendar and the questions of a referral. No referral is in it."""

from django.contrib import admin

from haderslev.core.admin import JournalledAdmin, LookOnlyAdmin
from pku.models import PkuMeeting, ReferralQuestion


@admin.register(PkuMeeting)
class PkuMeetingAdmin(JournalledAdmin):
    """PKU's calendar."""

    list_display = ("held_on", "unit", "place", "papers_by")
    date_hierarchy = "held_on"
    raw_id_fields = ("unit",)
    fields = ("unit", "held_on", "place", "papers_by")
    journal_fields = ("held_on", "papers_by")


@admin.register(ReferralQuestion)
class ReferralQuestionAdmin(LookOnlyAdmin):
    """The questions that a referral answers."""

    list_display = ("order", "text_da", "valid_from", "valid_until")
