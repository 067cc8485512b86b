"""The fields of a referral: their parts, which of them are open, and how they are stored."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from districts.models import CustodyHolder
from haderslev.core import legal
from pku.models import ParentView, Referral, ReferralAnswer, ReferralQuestion

# Part → its plain fields. Answers and parents' views have rows of their own.
PARTS: Mapping[str, tuple[str, ...]] = {
    "answers": (),
    "views": ("pupil_view",),
    "psychologist": ("psychologist_recommendation",),
    "offer": (
        "wished_offer",
        "wished_provider",
        "private_consent_on",
        "provisional",
        "provisional_reason",
    ),
    "leader": ("leader_recommendation",),
}
PART_NAMES = {
    "answers": _("Answers to the seven questions"),
    "views": _("The pupil's and the parents' views"),
    "psychologist": _("The psychologist's recommendation"),
    "offer": _("The offer that is wished for"),
    "leader": _("The school leader's recommendation"),
}
ANSWER, VIEW, REASON = "answer:", "view:", "reason:"


def questions() -> list[ReferralQuestion]:
    """Return the questions in force. One query."""
    return list(legal.in_force(ReferralQuestion.objects.all()))


def custody_holders(referral: Referral) -> list[CustodyHolder]:
    """Return those who have custody today. One query."""
    return list(CustodyHolder.objects.current().filter(pupil=referral.case.pupil_id))


def field_names(
    part: str, asked: Iterable[ReferralQuestion], holders: Iterable[CustodyHolder]
) -> list[str]:
    """Return the names of a part's fields, as forms and services use them."""
    names = list(PARTS[part])
    if part == "answers":
        names += [f"{ANSWER}{question.code}" for question in asked]
    if part == "views":
        for holder in holders:
            names += [f"{VIEW}{holder.public_id}", f"{REASON}{holder.public_id}"]
    return names


def key_of(name: str) -> str:
    """Return the name by which a reason for a return opens this field."""
    return "parents_view" if name.startswith((VIEW, REASON)) else name


def is_open(referral: Referral, name: str) -> bool:
    """Tell whether a field can be written now: all of a draft, the named ones of a return."""
    if referral.state == Referral.State.DRAFT:
        return True
    return referral.state == Referral.State.RETURNED and key_of(name) in referral.open_fields


def current(referral: Referral) -> dict[str, object]:
    """Return every value that is saved, by field name. Two queries."""
    values: dict[str, object] = {
        name: getattr(referral, name) for names in PARTS.values() for name in names
    }
    for answer in referral.answers.select_related("question"):
        values[f"{ANSWER}{answer.question.code}"] = answer.text
    for view in referral.parent_views.select_related("custody_holder"):
        values[f"{VIEW}{view.custody_holder.public_id}"] = view.text
        values[f"{REASON}{view.custody_holder.public_id}"] = view.missing_reason
    return values


def as_text(value: object) -> str:
    """Return a value as the page of a conflict shows it."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, date):
        return value.isoformat()
    return str(value or "")


def store(referral: Referral, values: Mapping[str, object]) -> None:
    """Write the values to the row and to the rows of answers and views. The caller saves it."""
    for name, value in values.items():
        if name.startswith(ANSWER):
            _store_answer(referral, name.removeprefix(ANSWER), str(value))
        elif not name.startswith((VIEW, REASON)):
            setattr(referral, name, value)
    for holder in custody_holders(referral):
        if {f"{VIEW}{holder.public_id}", f"{REASON}{holder.public_id}"} & values.keys():
            _store_view(referral, holder, values)


def _store_answer(referral: Referral, code: str, text: str) -> None:
    question = next(row for row in questions() if row.code == code)
    rows = ReferralAnswer.objects.filter(referral=referral, question__code=code)
    if not text:
        rows.delete()
    elif not rows.update(text=text):
        ReferralAnswer.objects.create(referral=referral, question=question, text=text)


def _store_view(referral: Referral, holder: CustodyHolder, values: Mapping[str, object]) -> None:
    text = str(values.get(f"{VIEW}{holder.public_id}") or "")
    reason = str(values.get(f"{REASON}{holder.public_id}") or "")
    if not text and not reason:
        ParentView.objects.filter(referral=referral, custody_holder=holder).delete()
        return
    ParentView.objects.update_or_create(
        referral=referral,
        custody_holder=holder,
        defaults={"text": text, "missing_reason": "" if text else reason},
    )
