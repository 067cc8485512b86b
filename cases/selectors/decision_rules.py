"""The rules of a decision (``cases.rules``) with their dated numbers and their words."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django import forms
from django.template.defaultfilters import floatformat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.facts import SupportDecisionFacts
from cases.models import OutcomeType
from cases.rules import Broken
from haderslev.core import clock, legal
from haderslev.core.errors import DomainError

WORDS: Mapping[str, Promise] = {
    "competence": _("PKU can not decide this here."),
    "pku-decides": _("PKU decides this, not the school leader."),
    "no-complaint-guidance": _("This outcome has no complaint guidance."),
    "reasons": _("The reasons are not complete without this."),
    "unwritten": _("Write something here."),
    "no-contact": _("Write who keeps in touch at the home school."),
    "no-goals": _("Write at least one goal."),
    "no-offer": _("Choose the offer."),
    "no-first-day": _("This outcome needs a first day."),
    "no-last-day": _("This outcome needs a period."),
    "ends-before-it-begins": _("The last day must come after the first."),
    "too-long": _("The period may be a year at most."),
    "no-rule-then": _("No rule on the longest period counts on this day. Is it the right day?"),
    "no-next-decision": _("Write when a new decision is made at the latest."),
    "next-decision-is-past": _("The day of the new decision must lie ahead."),
    "next-decision-too-late": _("A new decision is made within a year."),
    "too-few-hours": _("This outcome is for %(hours)s hours a week or more. Write how many."),
    "too-many-hours": _(
        "From %(hours)s hours a week it is special education. Choose an outcome for that."
    ),
    "not-heard": _("Hear the parties first, or write why nothing new weighs against them."),
    "against-the-parties": _("Hear the parties first: this outcome may weigh against them."),
}


def offer_longest_days(first_day: date | None) -> int | None:
    """Return how long a decision that begins on a day may last; None if no rule counts then."""
    found = legal.find("offer_longest_days", first_day) if first_day is not None else None
    return None if found is None else int(found)


def said_in_support(
    outcome: OutcomeType,
    *,
    starts_on: date | None,
    ends_on: date | None,
    revisit_on: date | None,
    weekly_hours: Decimal | None,
    heard: bool,
    no_hearing_reason: str,
) -> SupportDecisionFacts:
    """Return what the rules ask of the school leader's decision."""
    today = clock.today()
    first_day = starts_on if outcome.needs_period else today
    return SupportDecisionFacts(
        today=today,
        least_hours=legal.number("special_support_weekly_hours"),
        competent=outcome.competence == OutcomeType.Competence.LEADER,
        needs_period=outcome.needs_period,
        needs_revisitation=outcome.needs_revisitation,
        needs_hearing=outcome.needs_hearing,
        threshold=outcome.threshold,
        starts_on=starts_on,
        ends_on=ends_on,
        revisit_on=revisit_on,
        longest_days=offer_longest_days(first_day),
        weekly_hours=weekly_hours,
        heard=heard,
        no_hearing_reason=bool(no_hearing_reason.strip()),
    )


def refuse(broken: Iterable[Broken]) -> None:
    """Refuse the first broken rule, if there is one.

    Raises:
        DomainError: With the words, the code of the rule and its field.
    """
    for each in broken:
        raise DomainError(in_words(each), code=each.code, field=each.field)


def show(form: forms.Form, broken: Iterable[Broken]) -> None:
    """Show each broken rule at its field of the form, where nothing is said of the field yet."""
    for each in broken:
        field = each.field if each.field in form.fields else None
        if field is None or field not in form.errors:
            form.add_error(field, in_words(each))


def in_words(broken: Broken) -> str:
    """Return the sentence for whoever decides."""
    words = str(WORDS[broken.code])
    return words if broken.hours is None else words % {"hours": floatformat(broken.hours)}
