"""A payload as pages: the same HTML for the screen, for print and for the PDF.

Nothing here loads the engine that draws PDFs: pages and commands that never draw need not wait for
it. ``render`` does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from haderslev.core.pdf.payload import COPENHAGEN, Payload, check_payload, iso_date, made_on
from haderslev.core.pdf.text import printable_payload

# Documents are Danish whatever language the reader has chosen for the pages.
LANGUAGE = "da"
_SHORT_HASH = 12
# Six columns of short cells fit beside each other on A4; a longer word must be allowed to break.
_FEW_COLUMNS = 6
_SHORT_CELL = 14
_LONG_WORD = 22
# So short a table is not divided between two pages.
_FEW_ROWS = 6


def render_screen(payload: Payload, payload_hash: str) -> SafeString:
    """Return the same document as HTML, to stand in a page that links ``css/material.css``.

    The page has its own h1; the sections of the document start at h2.

    Raises:
        PayloadError: the payload is not of the agreed shape.
    """
    context = document_context(payload, payload_hash, screen=True)
    with translation.override(LANGUAGE):
        # The template escapes every value; nothing here marks a person's text as safe.
        return mark_safe(render_to_string("material/_body.html", context))  # noqa: S308


def document_context(payload: Payload, payload_hash: str, *, screen: bool) -> dict[str, object]:
    """Return what the templates need: printable text, numbers, dates and running lines."""
    check_payload(payload)
    document, replaced = printable_payload(payload)
    document.setdefault("confidential", True)
    with translation.override(LANGUAGE):
        made = made_on(payload).astimezone(COPENHAGEN)
        document["sections"] = list(_numbered(document["sections"]))
        for party in ("recipient", "sender"):
            document[party] = [line for line in document[party].split("\n") if line.strip()]
        for enclosure in document.get("attachments", ()):
            enclosure["dated"] = _written_date(enclosure.get("dated", ""))
        about = document.get("about") or {}
        # The two sections that every document ends with.
        last = max((int(section["number"]) for section in document["sections"]), default=0)
        enclosures = {"id": "bilag", "number": last + 1, "title": _("Attachments")}
        colophon = {"id": "om-dokumentet", "number": last + 2, "title": _("About the document")}
        not_printed = ngettext(
            "%(count)s character could not be printed and is shown as a code or left out.",
            "%(count)s characters could not be printed and are shown as codes or left out.",
            replaced,
        )
        return {
            "document": document,
            "letter": document["kind"] == "letter",
            "screen": screen,
            "made_on": date_format(made, "j. F Y"),
            "made_at": date_format(made, "j. F Y H.i"),
            "summary": list(_said(document.get("summary") or ())),
            "about": list(_about(about)),
            "about_text": _as_list(about.get("text")),
            "payload_hash": payload_hash,
            "replaced": not_printed % {"count": replaced} if replaced else "",
            "running": _running(document, payload_hash),
            "contents": [*document["sections"], enclosures, colophon],
            "enclosures": enclosures,
            "colophon": colophon,
        }


def _numbered(sections: Iterable[Payload]) -> Iterator[Payload]:
    """Number the subheadings of each section: one can say "see 7.2" on the telephone."""
    for section in sections:
        blocks = []
        count = 0
        for original in section["blocks"]:
            block = dict(original)
            if block["type"] == "subheading":
                count += 1
                block["number"] = f"{section['number']}.{count}"
                # A letter's section may have no heading; no level of headings is left out.
                block["level"] = 3 if section["title"] else 2
            if block["type"] == "table":
                words = [
                    word
                    for row in [block["columns"], *block["rows"]]
                    for cell in row
                    for word in cell.split()
                ]
                # Its columns only fit when a word may be broken.
                block["long"] = any(len(word) > _LONG_WORD for word in words)
                block["whole"] = len(block["rows"]) <= _FEW_ROWS and not block["long"]
                block["lines"] = list(_table_lines(block))
            blocks.append(block)
        yield {**section, "blocks": blocks}


def _table_lines(block: Payload) -> Iterator[Payload]:
    """Give each row its tier, say where a new tier begins and which cells stay on one line."""
    room = len(block["columns"]) <= _FEW_COLUMNS and not block["long"]
    tiers = block.get("tiers") or [None] * len(block["rows"])
    before = None
    for row, tier in zip(block["rows"], tiers, strict=True):
        cells = [{"text": cell, "short": room and len(cell) <= _SHORT_CELL} for cell in row]
        yield {"cells": cells, "tier": tier, "first": tier is not None and tier != before}
        before = tier


def _as_list(value: str | Sequence[str] | None) -> list[str]:
    """Return a text, a list of texts or nothing as a list."""
    if not value:
        return []
    return [value] if isinstance(value, str) else list(value)


def _written_date(text: str) -> str:
    """Return an ISO date in Danish words, any other text as it is."""
    found = iso_date(text)
    return date_format(found, "j. F Y") if found else text


def _said(
    rows: Iterable[tuple[str, str | Sequence[str] | None]],
) -> Iterator[tuple[str, list[str]]]:
    """Return the rows that say something, each with its lines."""
    for label, value in rows:
        if lines := [_written_date(line) for line in _as_list(value)]:
            yield label, lines


def _about(about: Payload) -> Iterator[tuple[str, list[str]]]:
    """Return the rows about the document that the payload knows."""
    labels = {
        "made_by": _("Made by"),
        "purpose": _("Purpose of the document"),
        "left_out": _("Left out"),
    }
    yield from _said((label, about.get(key)) for key, label in labels.items())
    for label, value in about.get("rows", ()):
        yield label, _as_list(value)


def _running(document: Payload, payload_hash: str) -> Mapping[str, str]:
    """Return the texts of the page margins; the paged style sheet sets them on every page."""
    version = _("version %(number)s") % {"number": document["version"]}
    foot = [version, f"SHA-256 {payload_hash[:_SHORT_HASH]}…"]
    if document["confidential"]:
        foot.insert(0, pgettext("document", "Confidential"))
    return {
        "head": f"{document['number']} · {document['title']}",
        "foot": " · ".join(foot),
        "demonstration": _("Demonstration – invented persons") if document["demonstration"] else "",
        "page": pgettext("document", "Page"),
        "of": pgettext("document", "of"),
    }
