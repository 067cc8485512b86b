"""A data folder whose tables no migration leads on from is refused, never emptied."""

from pathlib import Path

import pytest

from console import StartError
from datafolder import DataFolder
from demo import TABLES, _check_tables


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found = DataFolder(tmp_path / "data")
    found.marks.mkdir(parents=True)
    return found


def test_a_new_folder_and_one_of_this_version_go_on(folder: DataFolder) -> None:
    _check_tables(folder)
    folder.set("demonstration")
    _check_tables(folder)


@pytest.mark.parametrize("mark", ["demonstration", "demonstration-begun"])
def test_a_folder_of_an_earlier_version_is_refused(folder: DataFolder, mark: str) -> None:
    folder.set(mark)
    folder.set("tables", f"before {TABLES}")
    with pytest.raises(StartError, match="--reset"):
        _check_tables(folder)
    assert folder.has(mark)
