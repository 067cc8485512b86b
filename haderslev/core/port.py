"""A question to the apps above, which install the answer in ``ready()``. No Django."""

from __future__ import annotations

from typing import Any, ClassVar  # Any: of whatever app


class Port[Answers]:
    """What an app asks of those above it. There is one answer; a module is one, too."""

    # Every port; a system check asks them (core.checks).
    all: ClassVar[list[Port[Any]]] = []

    def __init__(self, name: str) -> None:
        """``name`` says in the system check which answer is missing."""
        self.name = name
        self.answers: Answers | None = None
        self.all.append(self)

    def install(self, answers: Answers) -> None:
        """Install the answer; called once, by the app that has it."""
        self.answers = answers

    def __call__(self) -> Answers:
        """Return the installed answer."""
        assert self.answers is not None, self.name  # noqa: S101 - the system check has looked
        return self.answers
