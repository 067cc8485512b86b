"""Text that a PDF with only the bundled fonts can show.

A control character, or one character without a glyph, makes a file fail PDF/A and PDF/UA.
People paste both: an emoji from a phone, a form feed from a word processor.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple  # Any: JSON

from haderslev.core.pdf.fonts import printable_code_points

# The same sign in another shape; nothing is lost when the font's own shape is printed.
_TWINS = {
    "\r\n": "\n",
    **dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\t\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a", " "),
    **dict.fromkeys("\u205f\u3000\u1680", " "),
    **dict.fromkeys("\u2007\u202f", "\u00a0"),
    **dict.fromkeys("\u2010\u2011", "-"),
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\u2012": "–",
    "\u2015": "—",
    **dict.fromkeys("\u25cf\u25e6\u25aa\u2043\u2219\u2023", "•"),
    **dict.fromkeys("\u2714\u2611\u2705", "✓"),
}
# Invisible marks between letters. Those that turn the reading direction are shown instead:
# they can make a printed sentence say something else than the stored one.
_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f\u061c\u034f")


class PrintableText(NamedTuple):
    """Text as it can be printed, and how many characters are not as they were written."""

    text: str
    replaced: int


class PrintablePayload(NamedTuple):
    """A structure of mappings and lists with printable text, and the number of replacements."""

    value: Any  # as given: JSON
    replaced: int


def printable(text: str) -> PrintableText:
    """Return the text without what the bundled fonts cannot show.

    Control and invisible characters go; a character without a glyph becomes ``[U+1F600]``.
    Line ends, tabs, odd spaces, hyphens and bullets become their plain twins, uncounted.
    """
    known = printable_code_points()
    for twin, plain in _TWINS.items():
        text = text.replace(twin, plain)
    written = unicodedata.normalize("NFC", text)
    pieces = []
    for sign in written:
        if sign != "\n" and (unicodedata.category(sign) == "Cc" or sign in _INVISIBLE):
            pieces.append("")
        else:
            shown = sign == "\n" or ord(sign) in known
            pieces.append(sign if shown else f"[U+{ord(sign):04X}]")
    replaced = sum(piece != sign for piece, sign in zip(pieces, written, strict=True))
    return PrintableText("".join(pieces), replaced)


def printable_payload(value: object) -> PrintablePayload:
    """Return a copy of a payload in which every text, at any depth, is printable.

    Keys are ours and stay as they are; numbers, booleans and None too.
    """
    counts = []

    def copied(part: object) -> object:
        if isinstance(part, str):
            text, count = printable(part)
            counts.append(count)
            return text
        if isinstance(part, Mapping):
            return {key: copied(each) for key, each in part.items()}
        return [copied(each) for each in part] if isinstance(part, Sequence) else part

    return PrintablePayload(copied(value), sum(counts))
