"""Two at once: numbers, opening, approving. Real commits in a cloned database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections, transaction

from cases.models import Case, Proposal
from cases.services import proposals
from cases.services.cases import next_number, open_case
from haderslev.core import outbox
from haderslev.core.errors import ConflictError
from tests.cast import find_cast
from tests.integration.cases import given

pytestmark = pytest.mark.postgres15

THREADS = 8


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody draws the letters of these cases."""
    monkeypatch.setattr(outbox, "publish", lambda _row_id: None)


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """Run ``act`` in several threads at the same moment; return values and exceptions."""
    start = Barrier(THREADS)

    def run(number: int) -> Any:
        try:
            start.wait()
            return act(number)
        except Exception as error:  # noqa: BLE001 - the test looks at which one
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_numbers_are_unique_under_a_race(committed_db) -> None:
    def take(_: int) -> str:
        with transaction.atomic():
            return next_number(2040)

    assert sorted(at_once(take)) == [f"2040-{number:04d}" for number in range(1, THREADS + 1)]


def test_one_of_many_opens_the_case(committed_db) -> None:
    cast = find_cast()
    given.begun(cast, cast.child)
    told = given.informed(cast.child)
    found = at_once(
        lambda _: open_case(pupil=cast.child, reason="x", informed=told, by=cast.teacher)
    )
    assert sum(isinstance(item, Case) for item in found) == 1
    assert sum(isinstance(item, ConflictError) for item in found) == THREADS - 1
    assert Case.objects.count() == 1


def test_one_of_many_approves(committed_db) -> None:
    cast = find_cast()
    row = given.proposal(cast, given.case(cast))
    found = at_once(lambda _: proposals.approve(row, note="x", by=cast.leader))
    assert sum(isinstance(item, Proposal) for item in found) == 1
    assert sum(isinstance(item, ConflictError) for item in found) == THREADS - 1
    assert Case.objects.get().level == "anticipatory"
