"""HTML to PDF/A-3a and PDF/UA-1 by WeasyPrint, closed against the outside.

Only our own style sheet and fonts can be reached from the HTML. Nothing is read from the disk
or the network because of what a person has written. A limit of time is the caller's: rendering
runs in a Celery task with ``time_limit``; the limit of size is here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, Literal

from haderslev.core.pdf import finish, fonts
from haderslev.core.pdf.text import printable

weasyprint: Any = fonts.weasyprint()

SCHEME = "material"
MAX_HTML_BYTES = 5_000_000
MAX_ATTACHMENT_BYTES = 20_000_000
MAX_PAGES = 500

type Relationship = Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"]


class RenderError(Exception):
    """A document cannot be made from this input."""


class TooLargeError(RenderError):
    """The HTML or an attachment is larger than a document may be."""


class RefusedAddressError(RenderError):
    """The HTML asks for something else than our own style sheet and fonts."""


@dataclass(frozen=True)
class Attachment:
    """A file carried inside the PDF (PDF/A-3)."""

    name: str
    description: str
    mime: str
    relationship: Relationship
    data: bytes


class MaterialFetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Serves ``material:`` addresses from memory and refuses every other address."""

    def __init__(self) -> None:
        super().__init__(
            timeout=1, allowed_protocols=(SCHEME,), allow_redirects=False, fail_on_errors=True
        )

    def fetch(self, url: str, _headers: Any = None) -> Any:
        """Return one of our own files.

        Raises:
            ValueError: the address is not one of ours; rendering stops.
        """
        scheme, _, name = url.partition(":")
        if scheme != SCHEME:
            msg = f"address refused: {url[:80]!r}"
            raise ValueError(msg)
        if name == "material.css":
            body = (fonts.STATIC / "css" / "material.css").read_bytes()
            return self._response(url, body, "text/css; charset=utf-8")
        if name == "fonts.css":
            return self._response(url, fonts.fonts_css(SCHEME).encode(), "text/css; charset=utf-8")
        folder, _, file = name.partition("/")
        if folder != "fonts" or file not in {face.file for face in fonts.FACES}:
            msg = f"address refused: {url[:80]!r}"
            raise ValueError(msg)
        return self._response(url, fonts.font_bytes(file), "font/ttf")

    def _response(self, url: str, body: bytes, mime: str) -> Any:
        return weasyprint.urls.URLFetcherResponse(url, body, {"Content-Type": mime})


def render_pdf(
    html: str,
    *,
    title: str,
    created_at: datetime,
    language: str = "da",
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return the HTML as one file that is both PDF/A-3a and PDF/UA-1.

    The same arguments give the same bytes, on every machine with the same locked libraries.
    Text that people wrote must have gone through ``printable`` before it became HTML.

    Raises:
        TooLargeError: the HTML, an attachment or the number of pages is over its limit.
        RefusedAddressError: the HTML names an address that is not ours.
    """
    if len(html.encode("utf-8", "surrogatepass")) > MAX_HTML_BYTES:
        msg = f"the document is larger than {MAX_HTML_BYTES // 1_000_000} MB of HTML"
        raise TooLargeError(msg)
    if any(len(attachment.data) > MAX_ATTACHMENT_BYTES for attachment in attachments):
        msg = f"an attachment is larger than {MAX_ATTACHMENT_BYTES // 1_000_000} MB"
        raise TooLargeError(msg)
    try:
        return finish.finish(_draw(html, title, created_at, language, attachments))
    except weasyprint.urls.FatalURLFetchingError as error:
        raise RefusedAddressError(str(error)) from error


def _draw(
    html: str,
    title: str,
    created_at: datetime,
    language: str,
    attachments: Sequence[Attachment],
) -> bytes:
    """Let WeasyPrint draw the pages and embed the files."""
    fetcher = MaterialFetcher()
    known = fonts.font_configuration()
    # Without a single font Pango takes the process down, so the fonts do not depend on the HTML.
    sheet = weasyprint.CSS(url=f"{SCHEME}:fonts.css", font_config=known, url_fetcher=fetcher)
    source = weasyprint.HTML(string=html, base_url=f"{SCHEME}:", url_fetcher=fetcher)
    document = source.render(font_config=known, stylesheets=[sheet])
    if len(document.pages) > MAX_PAGES:
        msg = f"the document is longer than {MAX_PAGES} pages"
        raise TooLargeError(msg)
    moment = created_at.astimezone(UTC)
    document.metadata.title = printable(title).text
    document.metadata.lang = language
    document.metadata.created = document.metadata.modified = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    # The fetcher refuses what a document may name itself; this is the only way in for a file.
    document.metadata.attachments = [_embedded(part, moment) for part in attachments]
    identifier = sha256(html.encode("utf-8", "surrogatepass")).digest()[:16]
    made: bytes = document.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier)
    return made


def _embedded(attachment: Attachment, moment: datetime) -> Any:
    """Return an attachment in WeasyPrint's form, dated by the document."""
    return weasyprint.Attachment(
        file_obj=BytesIO(attachment.data),
        name=printable(attachment.name).text,
        description=printable(attachment.description).text,
        relationship=attachment.relationship,
        created=moment,
        modified=moment,
    )
