"""Rules of the house that lint asks for beside the ready-made tools."""

from pathlib import Path

import pytest

from house_rules import house_rules


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("from django.utils.translation import gettext as say", "say"),
        ("from django.utils.translation import ngettext as _", "_"),
        ("from django.utils.translation import ngettext as plural, override", "plural"),
        ("from django.utils.translation import gettext\nsay = gettext", "say"),
        ("from django.utils.translation import gettext as _", ""),
        ("from django.utils.translation import gettext_lazy as _, ngettext", ""),
        ("from django.utils.translation import override as spoken", ""),
    ],
)
def test_a_text_is_not_hidden_from_the_catalogue(tmp_path: Path, line: str, hidden: str) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "pages.py").write_text(f"{line}\n", encoding="utf-8")
    found = house_rules(tmp_path)
    assert bool(found) == bool(hidden), found
    assert f": {hidden} hides a text" in found or not hidden


@pytest.mark.parametrize(
    ("file", "line", "absent"),
    [
        ("pku/ppv.py", "# After deci+sions 5, 16.", True),
        ("pku/ppv.py", '"""The PPV (L+13–L+15)."""', True),
        ("docs/legal.md", "| A rule | law | dom+ain.md 4.7 |", True),
        ("fixtures/reference/texts.toml", 'source = "BEK § 3; dom+ain L+14"', True),
        ("templates/pku/ppv.html", "{# See prac+tice R4. #}", True),
        ("README.md", "See dom+ain § 4.", True),
        ("docs/legal.md", "| A rule | law | FSL § 12; G5; H-PKU-1; decisions/0014 |", False),
        ("pku/ppv.py", "# The usual practice of the municipality: 4 decisions a year.", False),
    ],
)
def test_a_source_is_one_that_the_project_has(
    tmp_path: Path, file: str, line: str, absent: bool
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    # The plus signs keep this file itself clean.
    (tmp_path / file).write_text(line.replace("+", "") + "\n", encoding="utf-8")
    assert ("is no source" in house_rules(tmp_path)) == absent


def test_a_line_of_a_template_can_be_read_without_scrolling(tmp_path: Path) -> None:
    template = tmp_path / "templates" / "plans" / "plan.html"
    template.parent.mkdir(parents=True)
    template.write_text(f"<p>\n{'å' * 140}\n</p>\n", encoding="utf-8")
    assert house_rules(tmp_path) == ""
    template.write_text(f"<p>\n{'å' * 141}\n</p>\n", encoding="utf-8")
    assert house_rules(tmp_path) == "templates/plans/plan.html:2: 141 characters; at most 140"


@pytest.mark.parametrize(
    ("file", "line", "breach"),
    [
        ("districts/pages.py", 'PAGE = "plans:plan"', "plans stands"),
        ("cases/places.py", 'PLACES = {"sent": ("check", "pku:check_referral")}', "pku stands"),
        ("plans/models.py", 'models.ForeignKey("cases.Case")', "cases stands"),
        ("templates/districts/home.html", '{% url "plans:plan" row.public_id %}', "plans stands"),
        ("templates/plans/plan.html", '{% include "cases/_tabs.html" %}', "cases stands"),
        ("haderslev/core/context.py", "pupil_ids = ()", "pupil: a word"),
        ("haderslev/accounts/log.py", 'label = "LearningCommunity"', "community: a word"),
        ("haderslev/journal/record.py", "def note(case_number): ...", "case: a word"),
        ("pku/pages.py", 'PAGE = "cases:case"', ""),
        ("plans/pages.py", '"""Asked by ``cases.gates``."""', ""),
        ("plans/pages.py", 'WORDS = "In most cases: none. The plans."', ""),
        ("templates/plans/plan.html", '{% url "districts:pupil" row.public_id %}', ""),
        ("haderslev/core/pdf.py", "children = parents = planned = ()", ""),
    ],
)
def test_a_lower_floor_does_not_know_a_higher_one(
    tmp_path: Path, file: str, line: str, breach: str
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(f"{line}\n", encoding="utf-8")
    found = house_rules(tmp_path)
    assert breach in found
    assert bool(found) == bool(breach), found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("from typing import Any", "Any says beside its import of what"),
        ("from typing import Any  # JSON", ""),
        ('reverse(f"plans:{name}")', "a name of a page is written whole"),
        ('reverse("plans:plan")', ""),
        ('row.st+ate = "closed"', "a state is changed by move() only"),
        ('row.move("closed")', ""),
        ('case.lev+el = "closed"', "a state is changed by move() only"),
        ('apps.get_model("cases", "Case")', "cases stands on a floor above"),
        ('apps.get_model("districts", "Pupil")', ""),
    ],
)
def test_a_line_of_the_product(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "pages.py").write_text(line.replace("+", "") + "\n", encoding="utf-8")
    assert said in house_rules(tmp_path)
    assert bool(house_rules(tmp_path)) == bool(said)
