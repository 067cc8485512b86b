"""What may be remembered for the length of one request, and its id."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import cast

_store: ContextVar[dict[object, object] | None] = ContextVar("request_store", default=None)
_request_id: ContextVar[str] = ContextVar("request_id", default="")


@contextmanager
def running() -> Iterator[None]:
    """Run a request, or what counts as one, with an empty store and a new id."""
    store, number = _store.set({}), _request_id.set(secrets.token_hex(8))
    try:
        yield
    finally:
        _store.reset(store)
        _request_id.reset(number)


def request_id() -> str:
    """Return the id of the running request, empty outside one."""
    return _request_id.get()


def once[T](key: object, make: Callable[[], T]) -> T:
    """Return the value made earlier in this request, or make it.

    Outside a request nothing is remembered: rights must act at once.
    """
    store = _store.get()
    if store is None:
        return make()
    if key not in store:
        store[key] = make()
    return cast("T", store[key])


def forget() -> None:
    """Drop what was remembered, after rights have changed inside a request."""
    store = _store.get()
    if store is not None:
        store.clear()
