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
