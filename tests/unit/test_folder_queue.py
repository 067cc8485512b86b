"""The queue in a folder: a message is there whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu.connection import Connection

from haderslev.core import folder_queue

MANY = 300


@pytest.fixture
def channel(tmp_path: Path) -> Any:
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    folder_queue.register()
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("folder://", transport_options=options) as connection:
        yield connection.default_channel


def test_a_message_that_is_being_written_is_not_found(
    channel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    write = Path.write_text

    def looked_at(file: Path, text: str) -> int:
        written = write(file, text[:1])
        found.extend(each.name for each in tmp_path.rglob("*.msg"))
        return written + write(file, text)

    monkeypatch.setattr(Path, "write_text", looked_at)
    channel._put("celery", {"number": 1})
    assert found == []
    assert channel._get("celery") == {"number": 1}
    with pytest.raises(Empty):
        channel._get("celery")


def test_nothing_is_lost_or_empty_when_one_writes_and_another_reads(channel: Any) -> None:
    def write() -> None:
        for number in range(MANY):
            channel._put("celery", {"number": number})

    def read() -> list[int]:
        numbers: list[int] = []
        while len(numbers) < MANY:
            try:
                numbers.append(channel._get("celery")["number"])
            except Empty:
                continue
        return numbers

    with ThreadPoolExecutor(2) as threads:
        written, numbers = threads.submit(write), threads.submit(read)
        written.result(60)
        # In the order in which they were written.
        assert numbers.result(60) == list(range(MANY))
