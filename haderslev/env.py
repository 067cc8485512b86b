"""Typed readers of the environment. A wrong value stops start-up with a sentence."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """Return the value of ``name``, or the contents of the file named by ``NAME_FILE``.

    Raises:
        ImproperlyConfigured: Neither is set and there is no default, or the file can not be read.
    """
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            message = f"{name}_FILE names {path}, which can not be read: {error.strerror}."
            raise ImproperlyConfigured(message) from error
    if default is None:
        message = f"Set {name} (or {name}_FILE) in the environment."
        raise ImproperlyConfigured(message)
    return default


def boolean(name: str, *, default: bool = False) -> bool:
    """Return a yes or no: 1, true, yes, on or 0, false, no, off."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    message = f"{name} is {value!r}; it must be 1 or 0."
    raise ImproperlyConfigured(message)


def integer(name: str, default: int) -> int:
    """Return a whole number."""
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        message = f"{name} is {value!r}; it must be a whole number."
        raise ImproperlyConfigured(message) from error


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without blanks."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """Return a folder that exists; it is made if it does not."""
    path = Path(os.environ.get(name, str(default))).expanduser()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{name} is {path}, which can not be made: {error.strerror}."
        raise ImproperlyConfigured(message) from error
    return path


def database(name: str, default: str | None = None) -> dict[str, object]:
    """Return Django's database settings from a ``postgresql://`` address.

    A folder as ``host`` in the query (``?host=/run/postgresql``) is a Unix socket.

    Raises:
        ImproperlyConfigured: The address names another engine: PostgreSQL is the only one.
    """
    url = urlsplit(text(name, default))
    if url.scheme not in {"postgresql", "postgres"}:
        message = f"{name} must begin with postgresql://; no other database engine is supported."
        raise ImproperlyConfigured(message)
    query = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", "") or unquote(url.hostname or ""),
        "PORT": query.pop("port", "") or str(url.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10, **query},
    }
