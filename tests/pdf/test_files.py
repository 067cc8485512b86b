"""The made files: valid, closed, with our fonts only, and the same every time."""

import hashlib
import os
import re
import socket
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.utils import translation
from django.utils.translation import gettext

from haderslev.core.pdf import fonts, render
from haderslev.core.pdf.payload import canonical_json, payload_sha256
from haderslev.core.pdf.render import (
    RefusedAddressError,
    TooLargeError,
    render_document,
    render_pdf,
)
from haderslev.core.pdf.text import printable
from tests.pdf import verapdf
from tests.pdf.samples import HOSTILE, SAMPLES, hostile, ppv_request

MADE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ADDRESSES = (
    "file:///etc/passwd",
    "http://127.0.0.1:9/x.png",
    "https://example.org/x.png",
    "ftp://127.0.0.1/x",
    "data:image/png;base64,iVBORw0KGgo=",
    "material:../settings.py",
    "material:fonts/../../settings.py",
    "material:fonts/license.txt",
    "MATERIAL:x",
    "/etc/passwd",
    "x.png",
    "//127.0.0.1/x",
)
WAYS = (
    '<img src="{}" alt="x">',
    '<link rel="stylesheet" href="{}">',
    '<link rel="attachment" href="{}">',
    '<style>@import url("{}");</style>',
    '<p style="background: url({})">x</p>',
    '<style>@font-face{{font-family:x;src:url("{}")}}</style><p style="font-family:x">x</p>',
    '<object data="{}">x</object>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}" width="9" height="9"/></svg>',
)
ROOT = Path(__file__).resolve().parents[2]
AGAIN = """
import sys, hashlib, django
django.setup()
from haderslev.core.pdf.render import render_document
from haderslev.core.pdf.payload import payload_sha256
from tests.pdf.samples import SAMPLES
payload = SAMPLES[sys.argv[1]]()
data = render_document(payload, payload_hash=payload_sha256(payload))
print(hashlib.sha256(data).hexdigest())
"""


def text_of(file: Path, *options: str) -> str:
    command = ["pdftotext", "-enc", "UTF-8", *options, str(file), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def squeezed(text: str) -> str:
    """Without spaces, line ends and the hyphens that a line break may have added."""
    return re.sub(r"[\s\u00ad-]", "", text)


def test_samples_are_pdf_ua_1_and_pdf_a_3a(drawn):
    verdicts = verapdf.check(list(drawn.values()))
    assert len(verdicts) == 2 * len(SAMPLES)
    assert [verdict for verdict in verdicts if not verdict.compliant or verdict.failures] == []
    assert min(verdict.checks for verdict in verdicts) > 1000


def test_the_check_finds_a_file_that_is_not_valid(drawn, tmp_path):
    broken = tmp_path / "broken.pdf"
    with pikepdf.open(drawn["letter"]) as pdf:
        del pdf.Root.StructTreeRoot
        pdf.save(broken)
    assert [verdict.compliant for verdict in verapdf.check([broken])] == [False, False]


def test_the_hostile_sample_is_long_and_has_many_kinds_of_text(drawn):
    assert len(HOSTILE) >= 30
    with pikepdf.open(drawn["hostile"]) as pdf:
        assert len(pdf.pages) >= 30


@pytest.mark.parametrize("name", SAMPLES)
def test_only_bundled_fonts_are_embedded(drawn, name):
    listed = subprocess.run(
        ["pdffonts", str(drawn[name])], check=True, capture_output=True, text=True
    ).stdout.splitlines()[2:]
    assert listed
    for line in listed:
        assert re.match(r"[A-Z]{6}\+IBM-Plex-Sans(-Semi-Bold|-Italic|-Bold)? ", line), line
        assert line.split()[-5:-2] == ["yes", "yes", "yes"], line


@pytest.mark.parametrize("name", ["ppv_request", "letter"])
def test_same_payload_same_bytes_in_this_and_another_process(name, tmp_path):
    payload = SAMPLES[name]()
    once, twice = (render_document(payload, payload_hash=payload_sha256(payload)) for _ in range(2))
    assert once == twice
    with translation.override("en"):
        assert render_document(payload, payload_hash=payload_sha256(payload)) == once
    elsewhere = {
        **os.environ,
        "HOME": str(tmp_path),
        "PYTHONHASHSEED": "17",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "TZ": "Pacific/Auckland",
    }
    done = subprocess.run(
        [sys.executable, "-c", AGAIN, name],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=elsewhere,
    )
    assert done.stdout.strip() == hashlib.sha256(once).hexdigest()


def test_text_comes_out_as_written(drawn):
    text = squeezed(text_of(drawn["ppv_request"]))
    for sentence in (
        "Jeg kan godt lide skolen, når jeg ved, hvad vi skal.",
        "Fraværet er steget fra 4 til 11 procent siden efterårsferien.",
        "To-voksenordning i overgange",
        "1 Forebyggende",
        "Ligger i ESDH nr. 26/10442",
        "Alberte Holm Østergaard",
    ):
        assert squeezed(sentence) in text


@pytest.fixture(scope="module")
def hostile_text(drawn):
    return squeezed(text_of(drawn["hostile"], "-raw"))


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_comes_out_as_its_printable_form(hostile_text, number):
    assert squeezed(printable(HOSTILE[number]).text) in hostile_text


def test_every_page_carries_case_confidentiality_and_demonstration(drawn):
    with translation.override("da"):
        demonstration = gettext("Demonstration – invented persons")
    for name in ("ppv_request", "pku_referral", "letter"):
        pages = text_of(drawn[name], "-layout").rstrip("\f").split("\f")
        for page in pages:
            assert "2026-0142" in page
            assert "SHA-256" in page
            assert demonstration in page


def test_no_demonstration_line_in_real_use(tmp_path):
    payload = ppv_request() | {"demonstration": False}
    file = tmp_path / "real.pdf"
    file.write_bytes(render_document(payload, payload_hash=payload_sha256(payload)))
    assert "Demonstration" not in text_of(file)


def test_contents_point_at_the_right_pages(drawn):
    text = text_of(drawn["pku_referral"], "-layout")
    pages = text.split("\f")
    found = re.findall(r"^ *\d+ +(\S.*?) ?\.{4,} ?(\d+)$", pages[1], re.MULTILINE)
    assert len(found) == 9
    for title, number in found:
        assert title in pages[int(number) - 1]


def test_the_file_carries_its_data_and_nothing_active(drawn):
    with pikepdf.open(drawn["hostile"]) as pdf:
        assert list(pdf.attachments) == ["indstilling.json"]
        attached = pdf.attachments["indstilling.json"]
        assert attached.get_file().read_bytes() == canonical_json(hostile())
        assert attached.description
        assert len(pdf.Root.AF) == 1
        assert pdf.Root.AF[0].AFRelationship == "/Source"
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary):
                keys = set(thing.keys())
                assert not keys & {"/JS", "/JavaScript", "/AA", "/OpenAction", "/URI", "/Launch"}


def test_links_are_printed_and_header_cells_say_what_they_head(drawn):
    with pikepdf.open(drawn["ppv_request"]) as pdf:
        links = [link for page in pdf.pages for link in page.obj.get("/Annots", [])]
        cells = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/TH"
        ]
        assert len(links) >= 7
        assert {int(link.F) for link in links} == {4}
        assert {str(cell.A.Scope) for cell in cells} == {"/Row", "/Column"}


@pytest.mark.parametrize(
    ("html", "address"),
    [
        *((WAYS[0], address) for address in ADDRESSES),
        *((way, address) for way in WAYS[1:] for address in ADDRESSES[:2]),
    ],
)
def test_no_address_but_our_own_is_served(html, address, monkeypatch):
    opened = []
    monkeypatch.setattr(socket, "socket", lambda *args, **_: opened.append(args))
    page = f'<html lang="da"><title>x</title><body><p>x</p>{html.format(address)}</body></html>'
    try:
        data = render_pdf(page, title="x", created_at=MADE)
    except RefusedAddressError:
        data = b""
    assert opened == []
    if data:
        # Where WeasyPrint does not ask for the address, the file must be without the thing.
        with pikepdf.open(BytesIO(data)) as pdf:
            assert list(pdf.attachments) == []
            assert all(not page.get_images() for page in pdf.pages)


def test_the_fetcher_serves_the_style_sheet_and_the_fonts():
    fetcher = render.MaterialFetcher()
    assert b"@page" in fetcher.fetch("material:material.css").read()
    assert b"@font-face" in fetcher.fetch("material:fonts.css").read()
    assert fetcher.fetch("material:fonts/IBMPlexSans-Regular.woff2").read()[:4] == b"\0\1\0\0"


def test_the_style_sheet_has_nothing_that_weasyprint_ignores(caplog):
    payload = ppv_request()
    render_document(payload, payload_hash=payload_sha256(payload))
    assert [record.message for record in caplog.records if record.name == "weasyprint"] == []


def test_a_page_without_any_style_is_drawn_with_our_fonts(tmp_path):
    file = tmp_path / "bare.pdf"
    file.write_bytes(render_pdf("<p style='font-family: serif'>x</p>", title="x", created_at=MADE))
    listed = subprocess.run(["pdffonts", str(file)], check=True, capture_output=True, text=True)
    assert "IBM-Plex-Sans" in listed.stdout


def test_what_is_too_large_is_refused():
    with pytest.raises(TooLargeError, match="5 MB"):
        render_pdf("x" * (render.MAX_HTML_BYTES + 1), title="x", created_at=MADE)
    many = "<p style='break-after: page'>x</p>" * (render.MAX_PAGES + 2)
    with pytest.raises(TooLargeError, match="500 pages"):
        render_pdf(many, title="x", created_at=MADE)
    huge = render.Attachment("x", "x", "Data", bytes(render.MAX_ATTACHMENT_BYTES + 1))
    with pytest.raises(TooLargeError, match="attachment"):
        render_pdf("<p>x</p>", title="x", created_at=MADE, attachments=[huge])


def test_the_process_keeps_its_own_fontconfig(monkeypatch):
    monkeypatch.setenv("FONTCONFIG_FILE", "/somewhere/else")
    fonts.font_configuration()
    assert os.environ["FONTCONFIG_FILE"] == "/somewhere/else"
    monkeypatch.delenv("FONTCONFIG_FILE")
    fonts.font_configuration()
    assert "FONTCONFIG_FILE" not in os.environ
