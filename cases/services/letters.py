"""Letters: one for each custody holder, with that person's own address only."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import override

from cases import features
from cases.models import Case, Delivery, Document
from cases.services import documents
from districts.kinds import TimelineKind
from districts.models import CustodyHolder, Unit
from districts.permissions import Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, legal
from haderslev.core.models import TextTemplate

# PKU's secretary sends and reads these; all other letters are the school's.
PKU_KINDS = frozenset({Document.Kind.PKU_DECISION})

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def make_letter(
    case: Case,
    *,
    kind: Document.Kind,
    code: str,
    custody_holder: CustodyHolder,
    values: Mapping[str, str],
    by: User,
    blocks: Sequence[Mapping[str, Any]] = (),
    complaint: str = "",
    decision_key: str = "",
    sent_by_unit: Unit | None = None,
) -> Document:
    """Freeze a letter from its dated text; the school's office (or ``sent_by_unit``) sends it.

    Args:
        case: The case it belongs to.
        kind: What it is.
        code: Which letter text.
        custody_holder: Whom it is to; the only address in it is this person's own.
        values: Replacements of the text's placeholders, beside those every letter has.
        by: Who signs it.
        blocks: Further parts, in the form of core.pdf.document.
        complaint: Code of the complaint guidance; empty for a letter that is no decision.
        decision_key: Public id of the decision whose letters belong together.
        sent_by_unit: PKU, when its secretary sends it.
    """
    text = legal.letter_text(code)
    payload = _payload(case, text, custody_holder, values, by=by)
    payload["sections"][0]["blocks"].extend(blocks)
    if sent_by_unit is not None:
        payload["sender"] = payload["signature"]["unit"] = str(sent_by_unit)
    if complaint:
        payload["complaint"] = _guidance(complaint, case, custody_holder, values, by=by)
    document = documents.freeze(
        case,
        kind=kind,
        needs=Document.Needs.PKU_LETTER if kind in PKU_KINDS else Document.Needs.LETTER,
        title=payload["title"],
        payload=payload,
        by=by,
        decision_key=decision_key,
    )
    _hand_to_office(document, custody_holder, sent_by_unit, by)
    return document


def _hand_to_office(
    document: Document, holder: CustodyHolder, sent_by_unit: Unit | None, by: User
) -> None:
    """Make the sending somebody's turn and note the letter."""
    delivery = Delivery.objects.create(
        document=document, custody_holder=holder, recipient=holder.name
    )
    role = Role.PKU_SECRETARY if sent_by_unit else Role.SCHOOL_SECRETARY
    todos.give(features.SEND_LETTER, delivery, role, unit=sent_by_unit)
    note(features.LETTER, document, by)


def note(kind: TimelineKind, document: Document, by: User, *, on: date | None = None) -> None:
    """Note on the timeline what happened to a letter."""
    timeline.note(kind, document, by=by, on=on, detail=Document.Kind(document.kind))


def _guidance(
    code: str, case: Case, holder: CustodyHolder, values: Mapping[str, str], *, by: User
) -> dict[str, str]:
    text = legal.letter_text(code)
    return {"title": text.title, "text": fill(text.body, _values(case, holder, values, by=by))}


def _values(
    case: Case, holder: CustodyHolder, values: Mapping[str, str], *, by: User
) -> dict[str, str]:
    """Return what every letter can name, and what this one adds."""
    with override("da"):
        return {
            "barn": case.pupil.first_name if case.pupil else str(case.community),
            "barnets_navn": str(case.target),
            "modtager": holder.name,
            "skole": _school(case),
            "sagsnummer": case.number,
            "dato": date_format(clock.today(), "j. F Y"),
            "afsender": by.name,
            "kommune": settings.MUNICIPALITY_NAME,
            **values,
        }


def _school(case: Case) -> str:
    community = case.pupil.community if case.pupil else case.community
    return str(community.school) if community else ""


def _payload(
    case: Case, text: TextTemplate, holder: CustodyHolder, values: Mapping[str, str], *, by: User
) -> dict[str, Any]:
    filled = _values(case, holder, values, by=by)
    school = _school(case)
    body = {"type": "text", "text": fill(text.body, filled)}
    return {
        "kind": "letter",
        "title": fill(text.title, filled),
        "municipality": settings.MUNICIPALITY_NAME,
        "confidential": True,
        "demonstration": settings.DEMO,
        "number": case.number,
        "version": 1,
        "made_on": clock.now().isoformat(timespec="seconds"),
        "recipient": f"{holder.name}\n{holder.address}",
        "sender": school or settings.MUNICIPALITY_NAME,
        "sections": [{"number": 1, "id": "brev", "title": "", "blocks": [body]}],
        "attachments": [],
        "signature": {"name": by.name, "title": by.title, "unit": school},
        "about": {"rows": []},
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values into ``{names}``; an unknown name stays as it is, nothing else is evaluated.

    A value is never filled itself: a parent may be called what they like.
    """
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
