"""What a document is made of: plain data, frozen when it is sent, hashed, and checked.

The apps build a payload once; screen, print and PDF are all made from it alone. Its hash is the
SHA-256 of its canonical JSON, so a stored payload can be proved unchanged and drawn again.

``made_on`` is an ISO text with a time and its zone. ``recipient`` and ``sender`` are texts of
lines, the name first. ``child`` has name, cpr_masked (never the whole number), school,
class_name, home_municipality, language (with "interpreter needed") and custody_holders: name,
relation and address, which is empty when it is protected. A section has number, id, title and
blocks; ``_BLOCK_FIELDS`` says what a block of each type holds. A table may have row_header and
tiers (1, 2, 3 or None a row, shown as bars beside the first column). ``number`` is that of the
record to which the document belongs. ``summary`` has rows of a label and its lines. ``attachments``
are documents that go along: number, title, dated, kind and holder. A letter has signature (name,
title, unit) and complaint (title, text), and neither cover, contents nor summary.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any  # JSON
from zoneinfo import ZoneInfo

KINDS = frozenset({"material", "letter"})
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
ABOUT_KEYS = ("made_by", "purpose", "left_out", "rows", "text")
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


# As it is read back from JSON: what its parts are, ``check_payload`` has looked.
type Payload = Mapping[str, Any]


class PayloadError(ValueError):
    """A payload is not of the agreed shape; nothing is drawn from it."""


def canonical_json(payload: Payload) -> bytes:
    """Return the one JSON text of a payload: sorted keys, no spaces, UTF-8."""
    text = json.dumps(
        payload, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    # A lone surrogate has no UTF-8; JSON's own escape keeps it.
    return text.encode("utf-8", "backslashreplace")


def payload_sha256(payload: Payload) -> str:
    """Return the hexadecimal SHA-256 of the canonical JSON."""
    return sha256(canonical_json(payload)).hexdigest()


def made_on(payload: Payload) -> datetime:
    """Return the moment a document was made; a text without zone is Danish time."""
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


def check_payload(payload: Payload) -> None:
    """Refuse a payload that would be drawn with something missing: each fault on a line."""
    if faults := list(_faults(payload)):
        raise PayloadError("\n".join(faults))


def _faults(payload: Payload) -> Iterator[str]:
    required = ("kind", "title", "municipality", "demonstration", "number", "made_on")
    for key in (*required, "version", "recipient", "sender", "sections"):
        if key not in payload:
            yield f"{key}: missing"
    if payload.get("kind") not in KINDS:
        yield f"kind: {payload.get('kind')!r} is not one of {sorted(KINDS)}"
    for key in set(payload.get("about") or ()) - set(ABOUT_KEYS):
        yield f"about.{key}: unknown; use {', '.join(ABOUT_KEYS)}"
    if any(len(row) != 2 for row in payload.get("summary") or ()):  # noqa: PLR2004 - label and lines
        yield "summary: a row has not a label and its lines"
    seen = {"bilag", "indhold", "klagevejledning", "om-dokumentet", "resume"}
    for index, section in enumerate(payload.get("sections", ())):
        identity = str(section.get("id", ""))
        if not _SECTION_ID.fullmatch(identity) or identity in seen:
            yield f"sections[{index}].id: {identity!r} is not a new plain word"
        seen.add(identity)
        for position, block in enumerate(section.get("blocks", ())):
            for fault in _block_faults(block):
                yield f"sections[{index}].blocks[{position}]: {fault}"


def _block_faults(block: Payload) -> Iterator[str]:
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
