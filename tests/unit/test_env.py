"""The readers of the environment: a wrong value stops start-up with a sentence that names it."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from haderslev import env

Reader = Callable[[str], Any]
KEY = base64.b64encode(b"k" * 32).decode()


def _hours(name: str) -> int:
    return env.integer(name, 10)


def _folder(name: str) -> Path:
    return env.folder(name, Path("/nowhere"))


@pytest.mark.parametrize(
    ("reader", "value", "read"),
    [
        (env.text, "", ""),
        (env.text, " as it is ", " as it is "),
        (env.boolean, "Yes", True),
        (env.boolean, "", False),
        (_hours, "8", 8),
        (env.words, "a.dk, b.dk,", ["a.dk", "b.dk"]),
        (env.key, KEY, b"k" * 32),
        (env.key, f"{KEY}\n", b"k" * 32),
        (env.redis, "", ""),
        (env.redis, "redis://cache:6379/1", "redis://cache:6379/1"),
        (env.redis, "rediss://:p%40@cache", "rediss://:p%40@cache"),
    ],
)
def test_a_right_value_is_read(
    monkeypatch: pytest.MonkeyPatch, reader: Reader, value: str, read: object
) -> None:
    monkeypatch.setenv("ITS_NAME", value)
    assert reader("ITS_NAME") == read


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (env.boolean, "maybe"),
        (_hours, "ten"),
        (_hours, "0"),
        (_hours, "-5"),
        (_folder, "/dev/null/folder"),
        (env.key, ""),
        (env.key, "abc"),
        (env.key, "not base64 at all, but long enough"),
        (env.key, base64.b64encode(b"k" * 31).decode()),
        (env.redis, "foo"),
        (env.redis, "http://cache"),
        (env.redis, "redis://"),
        (env.redis, "redis://cache:port"),
        (env.database, ""),
        (env.database, "sqlite:///db.sqlite3"),
        (env.database, "postgresql://u:secret@h:abc/x"),
        (env.database, "postgresql://u:secret@h:99999/x"),
        (env.database, "postgresql://u:sec/ret@h/x"),
        (env.database, "postgresql://u:secret@[h/x"),
        (env.database, "postgresql://u:secret@h/x?port=abc"),
        (env.database, "postgresql://u:secret@h"),
    ],
)
def test_a_wrong_value_is_named_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, reader: Reader, value: str
) -> None:
    monkeypatch.setenv("ITS_NAME", value)
    with pytest.raises(ImproperlyConfigured) as error:
        reader("ITS_NAME")
    said = str(error.value)
    assert "ITS_NAME" in said
    assert said.endswith(".")
    assert "sec" not in said


def test_a_database_is_read_from_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITS_NAME", "postgresql://u%40:p%2F@h:5433/the%20base?sslmode=require")
    found = env.database("ITS_NAME")
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    assert [found[name] for name in names] == ["the base", "u@", "p/", "h", "5433"]
    assert found["OPTIONS"] == {"connect_timeout": 10, "sslmode": "require"}


def test_a_socket_is_the_host_of_the_query(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITS_NAME", "postgresql://u@/base?host=/run/postgresql&port=5434")
    found = env.database("ITS_NAME")
    assert (found["HOST"], found["PORT"]) == ("/run/postgresql", "5434")


def test_a_secret_is_read_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    monkeypatch.setenv("ITS_NAME_FILE", str(file))
    with pytest.raises(ImproperlyConfigured, match=r"ITS_NAME_FILE names .* can not be read"):
        env.text("ITS_NAME", "default")
    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ImproperlyConfigured, match=r"ITS_NAME_FILE names .* can not be read"):
        env.text("ITS_NAME")
    file.write_text(f"{KEY}\n")
    assert env.key("ITS_NAME") == b"k" * 32


def test_what_has_no_default_must_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ITS_NAME", raising=False)
    for reader in (env.text, env.key, env.database):
        with pytest.raises(ImproperlyConfigured, match="Set ITS_NAME"):
            reader("ITS_NAME")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CPR_KEY", "abc"),
        ("CPR_INDEX_KEY", ""),
        ("REDIS_URL", "foo"),
        ("SESSION_HOURS", "-5"),
        ("OUTBOX_SWEEP_SECONDS", "0"),
        ("DATABASE_URL", "postgresql://u:p@h:abc/x"),
    ],
)
def test_a_wrong_value_stops_the_start(name: str, value: str) -> None:
    start = subprocess.run(
        [sys.executable, "-c", "import haderslev.settings"],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {name: value},
    )
    last = start.stderr.strip().splitlines()[-1]
    assert last.startswith(f"django.core.exceptions.ImproperlyConfigured: {name} ")
