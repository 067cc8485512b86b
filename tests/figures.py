"""Figures that tests measure: ``figure(key, value)`` asserts what docs/figures.md says of one.

With ``bin/test --figures`` a green run writes the worst value of each into that table.
"""

import time
from collections import defaultdict
from collections.abc import Callable

import pytest

import figures

type Note = Callable[[str, float], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", action="store_true", help="write what was measured")


def pytest_configure(config: pytest.Config) -> None:
    # Workers hand their figures to the one who hands out the tests.
    if config.getoption("--figures") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder())


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Note:
    """Return what notes a figure, and fails if it is not what it must be."""
    table = figures.rows()

    def note(key: str, value: float) -> None:
        record_property(f"figure {key}", value)
        assert table[key].holds(value), f"{key} is {value}, must be {table[key].must}"

    return note


class Recorder:
    """Gathers the figures of all tests."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.values: dict[str, list[float]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            for name, value in report.user_properties:
                if name.startswith("figure ") and isinstance(value, int | float):
                    self.values[name.removeprefix("figure ")].append(value)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus:
            return
        option = session.config.option
        if not (option.keyword or option.markexpr or option.file_or_dir):
            self.values["suite-minutes"].append(round((time.monotonic() - self.began) / 60, 1))
        table = figures.rows()
        figures.record(
            {key: table[key].worst(found) for key, found in self.values.items() if key in table}
        )
