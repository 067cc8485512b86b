"""Typed readers of the environment. A wrong value stops start-up with a sentence."""

import base64
import os
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}
_KEY_BYTES = 32


def text(name: str, default: str | None = None) -> str:
    """Return ``name``, or the contents of the file that ``NAME_FILE`` names, or the default."""
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", "it is no text")
            message = f"{name}_FILE names {path}, which can not be read: {why}."
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
    if value.lower() not in _TRUE | _FALSE:
        message = f"{name} is {value!r}; it must be 1 or 0."
        raise ImproperlyConfigured(message)
    return value.lower() in _TRUE


def integer(name: str, default: int) -> int:
    """Return a whole number of hours or seconds: one or more."""
    value = os.environ.get(name, str(default))
    if not value.isdecimal() or int(value) == 0:
        message = f"{name} is {value!r}; it must be a whole number, 1 or more."
        raise ImproperlyConfigured(message)
    return int(value)


def key(name: str) -> bytes:
    """Return a key of 32 bytes, which is written in base64."""
    try:
        value = base64.b64decode(text(name).strip(), validate=True)
    except ValueError:
        value = b""
    if len(value) != _KEY_BYTES:
        message = f"{name} must be the base64 of {_KEY_BYTES} bytes."
        raise ImproperlyConfigured(message)
    return value


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


def redis(name: str) -> str:
    """Return the address of a Redis; empty when there is none."""
    address = text(name, "")
    if address and not _address(name, address, "redis", "rediss").hostname:
        message = f"{name} names no host: redis://host:6379/0."
        raise ImproperlyConfigured(message)
    return address


def database(name: str, default: str | None = None) -> dict[str, object]:
    """Return Django's database settings from a ``postgresql://`` address.

    A folder as ``host`` in the query (``?host=/run/postgresql``) is a Unix socket.

    Raises:
        ImproperlyConfigured: The address names another engine, for PostgreSQL is the only one; or
            it is not whole.
    """
    url = _address(name, text(name, default), "postgresql", "postgres")
    query = dict(parse_qsl(url.query))
    database = unquote(url.path.lstrip("/"))
    if not database or not query.get("port", "0").isdecimal():
        raise ImproperlyConfigured(_not_whole(name, url.scheme))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", "") or unquote(url.hostname or ""),
        "PORT": query.pop("port", "") or str(url.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10, **query},
    }


def _address(name: str, value: str, *schemes: str) -> SplitResult:
    if value.partition("://")[0] not in schemes:
        message = f"{name} must begin with {schemes[0]}://; nothing else is supported."
        raise ImproperlyConfigured(message)
    try:
        url = urlsplit(value)
        _ = url.port
    except ValueError:
        # What is wrong may be a piece of the password: not into the log.
        raise ImproperlyConfigured(_not_whole(name, schemes[0])) from None
    return url


def _not_whole(name: str, scheme: str) -> str:
    return f"{name} is not a whole address: {scheme}://user:password@host:port/name."
