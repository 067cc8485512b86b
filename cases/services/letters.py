"""Letters: one for each custody holder, with that person's own address only."""

import re
from collections.abc import Container, Iterable, Mapping
from datetime import date

from django.conf import settings
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import override

from cases import features
from cases.models import Case, Delivery, Document
from cases.selectors.people import school_of
from cases.services import documents
from districts.kinds import TimelineKind
from districts.models import CustodyHolder, Unit
from districts.permissions import Role
from districts.services import timeline, todos
from haderslev.accounts.models import User
from haderslev.core import clock, legal
from haderslev.core.errors import Words

type Block = dict[str, object]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def headed(parts: Iterable[tuple[Words, str]]) -> list[Block]:
    """Return the blocks of some texts, each under its own heading."""
    found: list[Block] = []
    for heading, text in parts:
        found += [{"type": "subheading", "text": str(heading)}, {"type": "text", "text": text}]
    return found


def columns(row: Model, names: Container[str]) -> list[Block]:
    """Return the blocks of some columns, each under what the column is called."""
    fields = (field for field in row._meta.fields if field.name in names)
    return headed((field.verbose_name, getattr(row, field.name)) for field in fields)


def make_letter(
    case: Case,
    *,
    kind: Document.Kind,
    code: str,
    custody_holder: CustodyHolder,
    values: Mapping[str, str],
    by: User,
    blocks: Iterable[Block] = (),
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
    school = str(school_of(case) or "")
    sender = str(sent_by_unit or school)
    with override("da"):
        # What every letter can name, and what this one adds.
        filled = {
            "barn": case.pupil.first_name if case.pupil else str(case.community),
            "barnets_navn": str(case.target),
            "modtager": custody_holder.name,
            "skole": school,
            "sagsnummer": case.number,
            "dato": date_format(clock.today(), "j. F Y"),
            "afsender": by.name,
            "kommune": settings.MUNICIPALITY_NAME,
            **values,
        }
    text = legal.letter_text(code)
    title = fill(text.title, filled)
    letter = [{"type": "text", "text": fill(text.body, filled)}, *blocks]
    payload: dict[str, object] = {
        "kind": "letter",
        "title": title,
        "municipality": settings.MUNICIPALITY_NAME,
        "confidential": True,
        "demonstration": settings.DEMO,
        "number": case.number,
        "version": 1,
        "made_on": clock.now().isoformat(timespec="seconds"),
        "recipient": f"{custody_holder.name}\n{custody_holder.address}",
        "sender": sender or settings.MUNICIPALITY_NAME,
        "sections": [{"number": 1, "id": "brev", "title": "", "blocks": letter}],
        "attachments": [],
        "signature": {"name": by.name, "title": by.title, "unit": sender},
        "about": {"rows": []},
    }
    if complaint:
        guidance = legal.letter_text(complaint)
        payload["complaint"] = {"title": guidance.title, "text": fill(guidance.body, filled)}
    # PKU's secretary sends and reads PKU's letters; all others are the school's.
    of_pku = kind == Document.Kind.PKU_DECISION
    document = documents.freeze(
        case,
        kind=kind,
        needs=Document.Needs.PKU_LETTER if of_pku else Document.Needs.LETTER,
        title=title,
        payload=payload,
        by=by,
        decision_key=decision_key,
    )
    delivery = Delivery.objects.create(
        document=document, custody_holder=custody_holder, recipient=custody_holder.name
    )
    role = Role.PKU_SECRETARY if sent_by_unit else Role.SCHOOL_SECRETARY
    todos.give(features.SEND_LETTER, delivery, role, unit=sent_by_unit)
    note(features.LETTER, document, by)
    return document


def note(kind: TimelineKind, document: Document, by: User, *, on: date | None = None) -> None:
    """Note on the timeline what happened to a letter."""
    timeline.note(kind, document, by=by, on=on, detail=Document.Kind(document.kind))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values into ``{names}``; an unknown name stays as it is, nothing else is evaluated.

    A value is never filled itself: a parent may be called what they like.
    """
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
