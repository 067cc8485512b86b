"""What a document is made of: plain data, frozen when it is sent, hashed, and checked.

The apps build a payload once; screen, print and PDF are all made from it alone. Its hash is the
SHA-256 of its canonical JSON, so a stored payload can be proved unchanged and drawn again.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal, NotRequired, TypedDict
from zoneinfo import ZoneInfo

type Kind = Literal["ppv_request", "pku_referral", "letter"]

KINDS = frozenset({"ppv_request", "pku_referral", "letter"})
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SUMMARY_KEYS = (
    "asked",
    "of_whom",
    "by_when",
    "why_now",
    "tried",
    "child",
    "parents",
    "missing",
    "rows",
)
ABOUT_KEYS = ("made_by", "purpose", "data_until", "left_out", "rows", "text")
_SECTION_ID = re.compile(r"[a-z][a-z0-9-]*")
_TEXTS = ("text", "by", "caption")
_TIERS = (None, 1, 2, 3)
# What a block must carry besides its type.
_BLOCK_FIELDS: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "quote": ("text", "by"),
    "facts": ("caption", "rows"),
    "table": ("caption", "columns", "rows"),
    "list": ("items",),
    "empty": ("text",),
    "subheading": ("text",),
}


class Party(TypedDict):
    """A sender or recipient; a plain string of lines is accepted instead."""

    name: str
    unit: NotRequired[str]
    address: NotRequired[str | list[str]]


class Custodian(TypedDict):
    """A custody holder; a protected or foreign address is an empty string."""

    name: str
    relation: str
    address: str


class Child(TypedDict):
    """The child of a document; ``cpr_masked`` never carries the whole number."""

    name: str
    cpr_masked: NotRequired[str]
    school: NotRequired[str]
    class_name: NotRequired[str]
    custody_holders: NotRequired[list[Custodian]]


class Block(TypedDict):
    """One piece of a section.

    ``text`` (paragraphs by blank lines), ``quote`` (text, by), ``facts`` (caption, rows of label
    and value), ``table`` (caption, columns, rows; ``row_header``; ``tiers``: one of 1, 2, 3 or
    None per row, shown as bars beside the first column), ``list`` (items), ``empty`` (the
    sentence that says what there is none of), ``subheading`` (text; numbered by the document).
    """

    type: str
    text: NotRequired[str]
    by: NotRequired[str]
    caption: NotRequired[str]
    columns: NotRequired[list[str]]
    rows: NotRequired[list[list[str]]]
    row_header: NotRequired[bool]
    tiers: NotRequired[list[int | None]]
    items: NotRequired[list[str]]


class Section(TypedDict):
    """A numbered section; a letter's sections may have an empty title."""

    number: int
    id: str
    title: str
    blocks: list[Block]


class Enclosure(TypedDict):
    """A document that goes along or is referred to, and where it lies."""

    number: int | str
    title: str
    dated: str
    kind: str
    holder: str


class Signature(TypedDict):
    """Who signed a letter."""

    name: str
    title: NotRequired[str]
    unit: NotRequired[str]


class Complaint(TypedDict):
    """Complaint guidance; drawn in its own frame and never left out."""

    title: NotRequired[str]
    text: str


class Payload(TypedDict):
    """A whole document. Dates are ISO texts; ``made_on`` carries a time and its zone.

    ``summary`` takes asked, of_whom, by_when, why_now, tried, child, parents, missing (text or a
    list of texts) and ``rows`` of label and text. ``about`` takes made_by, purpose, data_until,
    left_out, ``rows`` and ``text``. Letters use recipient, sender, sections, signature and
    complaint; they have neither cover, contents nor summary.
    """

    kind: Kind
    title: str
    municipality: str
    confidential: bool
    demonstration: bool
    case_number: str
    version: int
    made_on: str
    recipient: str | Party
    sender: str | Party
    child: NotRequired[Child]
    summary: NotRequired[dict[str, Any]]
    sections: list[Section]
    attachments: NotRequired[list[Enclosure]]
    about: NotRequired[dict[str, Any]]
    signature: NotRequired[Signature]
    complaint: NotRequired[Complaint]


class PayloadError(ValueError):
    """A payload is not of the agreed shape; nothing is drawn from it."""


def canonical_json(payload: Mapping[str, Any]) -> bytes:
    """Return the one JSON text of a payload: sorted keys, no spaces, UTF-8.

    Raises:
        TypeError: the payload holds something that is not JSON.
        ValueError: it holds a number JSON has no text for.
    """
    text = json.dumps(
        payload, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    # A lone surrogate has no UTF-8; JSON's own escape keeps it.
    return text.encode("utf-8", "backslashreplace")


def payload_sha256(payload: Mapping[str, Any]) -> str:
    """Return the hexadecimal SHA-256 of the canonical JSON."""
    return sha256(canonical_json(payload)).hexdigest()


def made_on(payload: Mapping[str, Any]) -> datetime:
    """Return the moment a document was made; a text without zone is Danish time.

    Raises:
        PayloadError: ``made_on`` is not an ISO date and time.
    """
    try:
        moment = datetime.fromisoformat(str(payload["made_on"]))
    except (KeyError, ValueError) as error:
        msg = "made_on: not an ISO date and time"
        raise PayloadError(msg) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=COPENHAGEN)


def iso_date(text: str) -> date | None:
    """Return the date when a text is an ISO date or date and time, else None."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment.astimezone(COPENHAGEN) if moment.tzinfo else moment).date()


def check_payload(payload: Mapping[str, Any]) -> None:
    """Refuse a payload that would be drawn with something missing.

    Raises:
        PayloadError: with every fault, one per line.
    """
    faults = list(_faults(payload))
    if faults:
        raise PayloadError("\n".join(faults))


def _faults(payload: Mapping[str, Any]) -> Iterator[str]:
    required = ("kind", "title", "municipality", "demonstration", "case_number", "made_on")
    for key in (*required, "version", "recipient", "sender", "sections"):
        if key not in payload:
            yield f"{key}: missing"
    if payload.get("kind") not in KINDS:
        yield f"kind: {payload.get('kind')!r} is not one of {sorted(KINDS)}"
    for name, known in (("summary", SUMMARY_KEYS), ("about", ABOUT_KEYS)):
        for key in set(payload.get(name) or ()) - set(known):
            yield f"{name}.{key}: unknown; use {', '.join(known)}"
    yield from _section_faults(payload)


def _section_faults(payload: Mapping[str, Any]) -> Iterator[str]:
    seen = {"bilag", "indhold", "klagevejledning", "om-dokumentet", "resume"}
    for index, section in enumerate(payload.get("sections", ())):
        identity = str(section.get("id", ""))
        if not _SECTION_ID.fullmatch(identity) or identity in seen:
            yield f"sections[{index}].id: {identity!r} is not a new plain word"
        seen.add(identity)
        for position, block in enumerate(section.get("blocks", ())):
            for fault in _block_faults(block):
                yield f"sections[{index}].blocks[{position}]: {fault}"


def _block_faults(block: Mapping[str, Any]) -> Iterator[str]:
    kind = str(block.get("type"))
    fields = _BLOCK_FIELDS.get(kind)
    if fields is None:
        yield f"type {kind!r} is unknown"
        return
    for field in fields:
        if field not in block:
            yield f"{field} is missing"
        elif field in _TEXTS and not isinstance(block[field], str):
            yield f"{field} is not a text"
    rows = block.get("rows", ())
    width = len(block.get("columns", ())) if kind == "table" else 2
    if any(len(row) != width for row in rows):
        yield f"a row has not {width} cells"
    if any(not isinstance(cell, str) for row in rows for cell in row):
        yield "a cell is not a text"
    tiers = block.get("tiers")
    if tiers is not None and (len(tiers) != len(rows) or any(t not in _TIERS for t in tiers)):
        yield "tiers: one of 1, 2, 3 or None for each row"
