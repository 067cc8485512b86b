"""The queue in the data folder, without the moment in which a message is an empty file.

kombu's file-system transport makes a file first and writes it afterwards. A worker that looks in
between reads nothing, takes that for a broken message and ends. Here a message appears whole, and
the table of queues is written and read by one process at a time.
"""

import fcntl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time_ns
from typing import Any  # kombu has no types

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "folder"


class Channel(filesystem.Channel):
    """The channel; see the module's docstring."""

    # kombu's base classes disagree about the parameter's name.
    def _put(self, queue: Any, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        """Write the message under another name, and rename it when it is complete."""
        folder = Path(self.data_folder_out)
        name = f"{time_ns()}_{uuid.uuid4()}"
        draft = folder / f"{name}.draft"
        try:
            draft.write_text(dumps(payload))  # type: ignore[no-untyped-call]  # kombu is untyped
            draft.rename(folder / f"{name}.{queue}.msg")
        except OSError as error:
            said = f"Cannot add a message to {folder}"
            raise ChannelError(said) from error

    def get_table(self, exchange: str) -> Any:
        """Read the table of queues while nobody writes it."""
        with self._alone():
            return super().get_table(exchange)  # type: ignore[no-untyped-call]  # kombu is untyped

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Write the table of queues while nobody else does."""
        with self._alone():
            super()._queue_bind(exchange, routing_key, pattern, queue)  # type: ignore[no-untyped-call]  # kombu is untyped

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (Path(self.control_folder) / "lock").open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """kombu's file-system transport with the channel above."""

    Channel = Channel


def register() -> None:
    """Make the transport known to kombu as folder://."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
