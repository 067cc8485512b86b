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
from typing import Any, Literal  # Any: weasyprint's types

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from haderslev.core.pdf import finish, fonts
from haderslev.core.pdf.document import LANGUAGE, document_context
from haderslev.core.pdf.payload import Payload, canonical_json, made_on
from haderslev.core.pdf.text import printable

weasyprint: Any = fonts.weasyprint()  # it ships no types

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
    relationship: Relationship
    data: bytes


class MaterialFetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Serves ``material:`` addresses from memory and refuses every other address."""

    def __init__(self) -> None:
        super().__init__(
            timeout=1, allowed_protocols=(SCHEME,), allow_redirects=False, fail_on_errors=True
        )

    def fetch(self, url: str, _headers: Any = None) -> Any:
        """Return one of our own files; any other address is a ``ValueError``: rendering stops."""
        scheme, _colon, name = url.partition(":")
        folder, _slash, file = name.partition("/")
        mime = "text/css; charset=utf-8"
        if scheme == SCHEME and name == "material.css":
            body = (fonts.STATIC / "css" / "material.css").read_bytes()
        elif scheme == SCHEME and name == "fonts.css":
            body = fonts.fonts_css(SCHEME).encode()
        elif scheme == SCHEME and folder == "fonts" and file in fonts.FACES:
            body, mime = fonts.font_bytes(file), "font/ttf"
        else:
            msg = f"address refused: {url[:80]!r}"
            raise ValueError(msg)
        return weasyprint.urls.URLFetcherResponse(url, body, {"Content-Type": mime})


def render_document(
    payload: Payload, *, payload_hash: str, attachments: Sequence[Attachment] = ()
) -> bytes:
    """Return a payload as PDF/A-3a and PDF/UA-1; equal payloads give equal bytes.

    Raises:
        PayloadError: the payload is not of the agreed shape.
        RenderError: the document is too large.
    """
    context = document_context(payload, payload_hash, screen=False)
    with translation.override(LANGUAGE):
        html = render_to_string("material/document.html", context)
    return render_pdf(
        html,
        title=f"{payload['title']} – {payload['number']}",
        created_at=made_on(payload),
        attachments=attachments,
    )


def source_attachment(payload: Payload, name: str) -> Attachment:
    """Return the payload itself, every character as it was written, as a file inside the PDF."""
    with translation.override(LANGUAGE):
        return Attachment(
            name=name,
            description=_("The data that the document is made from"),
            relationship="Source",
            data=canonical_json(payload),
        )


def render_pdf(
    html: str,
    *,
    title: str,
    created_at: datetime,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return the HTML as one file that is both PDF/A-3a and PDF/UA-1.

    The same arguments give the same bytes, on every machine with the same locked libraries.
    Text that people wrote must have gone through ``printable`` before it became HTML.

    Raises:
        TooLargeError: the HTML, an attachment or the number of pages is over its limit.
        RefusedAddressError: the HTML names an address that is not ours.
    """
    source = html.encode("utf-8", "surrogatepass")
    if len(source) > MAX_HTML_BYTES:
        msg = f"the document is larger than {MAX_HTML_BYTES // 1_000_000} MB of HTML"
        raise TooLargeError(msg)
    if any(len(attachment.data) > MAX_ATTACHMENT_BYTES for attachment in attachments):
        msg = f"an attachment is larger than {MAX_ATTACHMENT_BYTES // 1_000_000} MB"
        raise TooLargeError(msg)
    fetcher = MaterialFetcher()
    known = fonts.font_configuration()
    try:
        # Without a single font Pango takes the process down: the fonts do not depend on the HTML.
        sheet = weasyprint.CSS(url=f"{SCHEME}:fonts.css", font_config=known, url_fetcher=fetcher)
        page = weasyprint.HTML(string=html, base_url=f"{SCHEME}:", url_fetcher=fetcher)
        document = page.render(font_config=known, stylesheets=[sheet])
        if len(document.pages) > MAX_PAGES:
            msg = f"the document is longer than {MAX_PAGES} pages"
            raise TooLargeError(msg)
        moment = created_at.astimezone(UTC)
        document.metadata.title = printable(title).text
        document.metadata.lang = LANGUAGE
        document.metadata.created = document.metadata.modified = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        # The fetcher refuses what a document may name itself; this is the only way in for a file.
        document.metadata.attachments = [
            weasyprint.Attachment(
                file_obj=BytesIO(part.data),
                name=printable(part.name).text,
                description=printable(part.description).text,
                relationship=part.relationship,
                created=moment,
                modified=moment,
            )
            for part in attachments
        ]
        identifier = sha256(source).digest()[:16]
        drawn: bytes = document.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier)
    except weasyprint.urls.FatalURLFetchingError as error:
        raise RefusedAddressError(str(error)) from error
    return finish.finish(drawn)
