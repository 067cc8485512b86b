"""Payloads: their text, hash, shape and the page on the screen."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import text

from haderslev.core.pdf.document import render_screen
from haderslev.core.pdf.fonts import printable_code_points
from haderslev.core.pdf.payload import (
    PayloadError,
    canonical_json,
    check_payload,
    made_on,
    payload_sha256,
)
from haderslev.core.pdf.text import printable, printable_payload
from tests.pdf.samples import SAMPLES, bare, hostile, letter, ppv_request

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("written", "printed", "replaced"),
    [
        ("Ærø, Åbenrå og Øster Højst", "Ærø, Åbenrå og Øster Højst", 0),
        ("bell\u0007", "bell", 1),
        ("a\u0000b\u009fc", "abc", 2),
        ("glad 😀", "glad [U+1F600]", 1),
        ("漢", "[U+6F22]", 1),
        ("a\u202eb", "a[U+202E]b", 1),
        ("a\u200db", "ab", 1),
        ("\ue000", "[U+E000]", 1),
        ("\ud800", "[U+D800]", 1),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd", 0),
        ("a\tb\u2003c\u2011d", "a b c-d", 0),
        ("a\u030a", "å", 0),
        ("\ufb01n", "fin", 0),
        ("● punkt ✔", "• punkt ✓", 0),
        ("Łódź ığüş Nguyễn Русский Ελληνικά", "Łódź ığüş Nguyễn Русский Ελληνικά", 0),
        ("", "", 0),
    ],
)
def test_printable_text(written, printed, replaced):
    assert printable(written) == (printed, replaced)


@given(text())
def test_any_text_becomes_printable(written):
    printed, replaced = printable(written)
    assert set(map(ord, printed)) <= printable_code_points() | {ord("\n")}
    assert "\0" not in printed
    assert printable(printed) == (printed, 0)
    assert replaced <= len(written)


def test_printable_text_stays_as_it_is():
    for sample in SAMPLES.values():
        once = printable_payload(sample())
        assert printable_payload(once.value) == (once.value, 0)


def test_replacements_are_counted_through_the_whole_payload():
    value = {"a": ["😀", {"b": "x\u0007"}], "n": 3, "t": True, "e": None}
    assert printable_payload(value) == (
        {"a": ["[U+1F600]", {"b": "x"}], "n": 3, "t": True, "e": None},
        2,
    )


def test_canonical_json_depends_on_content_only():
    payload = ppv_request()
    turned = dict(reversed(payload.items()))
    assert canonical_json(payload) == canonical_json(turned)
    assert b"\xc3\xa6" in canonical_json(payload)
    assert json.loads(canonical_json(payload)) == payload
    assert payload_sha256(payload) == hashlib.sha256(canonical_json(payload)).hexdigest()
    assert payload_sha256(payload | {"version": 2}) != payload_sha256(payload)


def test_canonical_json_keeps_what_has_no_utf_8():
    assert json.loads(canonical_json({"a": "\ud800"})) == {"a": "\ud800"}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_have_the_agreed_shape(name):
    check_payload(SAMPLES[name]())


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"kind": "novel"}, "kind: 'novel'"),
        ({"summary": [["wish"]]}, "summary: a row has not"),
        ({"sections": [{"number": 1, "id": "A b", "title": "x", "blocks": []}]}, "id: 'A b'"),
        ({"sections": [{"number": 1, "id": "bilag", "title": "x", "blocks": []}]}, "'bilag'"),
    ],
)
def test_a_payload_of_another_shape_is_refused(change, fault):
    with pytest.raises(PayloadError, match=re.escape(fault)):
        check_payload(ppv_request() | change)


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ({"type": "poem"}, "type 'poem' is unknown"),
        ({"type": "quote", "text": "x"}, "by is missing"),
        ({"type": "text", "text": None}, "text is not a text"),
        ({"type": "facts", "caption": "x", "rows": [["a", 3]]}, "a cell is not a text"),
        ({"type": "facts", "caption": "x", "rows": [["a"]]}, "a row has not 2 cells"),
        (
            {"type": "table", "caption": "x", "columns": ["a"], "rows": [["a"]], "tiers": [4]},
            "tiers",
        ),
    ],
)
def test_a_block_of_another_shape_is_refused(block, fault):
    section = {"number": 1, "id": "x", "title": "x", "blocks": [block]}
    with pytest.raises(PayloadError, match=re.escape(fault)):
        check_payload(ppv_request() | {"sections": [section]})


def test_a_missing_field_or_date_is_refused():
    payload = ppv_request()
    del payload["recipient"]
    with pytest.raises(PayloadError, match="recipient: missing"):
        check_payload(payload)
    with pytest.raises(PayloadError, match="made_on"):
        made_on({"made_on": "yesterday"})
    assert made_on({"made_on": "2026-11-21T10:00:00"}).utcoffset() is not None


def test_the_screen_shows_the_same_document_below_the_pages_own_heading():
    payload = ppv_request()
    html = render_screen(payload, payload_sha256(payload))
    assert "<h1" not in html
    assert "Jeg kan godt lide skolen" in html
    assert 'id="indsatser"' in html
    assert payload_sha256(payload) in html
    assert " style=" not in html
    assert "<script" not in html


def test_a_document_is_confidential_unless_it_says_otherwise():
    marked = 'class="m-confidential"'
    assert marked in render_screen(bare(), "0" * 64)
    assert marked not in render_screen(bare() | {"confidential": False}, "0" * 64)


def test_hostile_text_is_escaped_on_the_screen():
    payload = hostile()
    html = render_screen(payload, payload_sha256(payload))
    assert "<script" not in html
    assert "<img" not in html
    assert "<link" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_letter_has_the_complaint_guidance_and_one_address_only():
    html = render_screen(letter(), "0" * 64)
    assert "Klagenævnet for Specialundervisning" in html
    assert "Ærøvej 12" in html
    assert 'id="indhold"' not in html


def test_vendored_files_are_those_of_the_manifest():
    done = subprocess.run(
        [sys.executable, str(ROOT / "bin" / "lib" / "vendor.py"), "--check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
