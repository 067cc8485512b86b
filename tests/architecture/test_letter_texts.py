"""Letters are plain (LIX at most 40) and use only placeholders that are filled."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = tomllib.loads(
    (ROOT / "fixtures" / "reference" / "core.texttemplate.toml").read_text(encoding="utf-8")
)["row"]
EVERY_LETTER = frozenset(
    "barn barnets_navn modtager skole sagsnummer dato afsender kommune".split()
)
MORE = {
    "case_opened": {"begrundelse"},
    "ppv_received": {"anledning", "modtaget", "psykolog", "psykolog_titel"},
    "ppv_sent": {"sendt", "konklusion", "anbefaling", "psykolog", "psykolog_titel"},
    "ppv_against_parents": {"begrundelse"},
    "complaint_as_signed": {"klagevejledning"},
    "ppv_refused": {"anledning", "begrundelse"},
    "hearing": {"frist"},
    "decision": {"afgoerelse"},
    "pku_decision": {"afgoerelse"},
    "revisit_decision": {"afgoerelse"},
}


def lix(text: str) -> float:
    """Words in a sentence plus the share of words with more than six letters."""
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", text)
    sentences = re.findall(r"[.:!?](?:\s|$)", text)
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


@pytest.mark.parametrize("row", TEXTS, ids=lambda row: row["code"])
def test_a_letter_is_plain(row):
    assert lix(re.sub(r"{\w+}", "navn", row["body"])) <= 40


@pytest.mark.parametrize("row", TEXTS, ids=lambda row: row["code"])
def test_only_placeholders_that_are_filled(row):
    named = set(re.findall(r"{(\w+)}", row["title"] + row["body"]))
    assert named <= EVERY_LETTER | MORE.get(row["code"], set())
    # A name that ends in s takes no further s.
    assert "}s" not in row["title"] + row["body"]


@pytest.mark.parametrize("row", TEXTS, ids=lambda row: row["code"])
def test_a_letter_greets_and_guidance_does_not(row):
    assert row["body"].strip().startswith("Kære {modtager}") is not row["code"].startswith(
        "complaint_"
    )
