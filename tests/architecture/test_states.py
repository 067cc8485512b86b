"""docs/states.md is the print of the code, and the triggers keep the same table."""

from pathlib import Path

import pgtrigger
import pytest
from django.conf import settings

from districts.management.commands.print_docs import machines, states_document

PAIRS = [pytest.param(*pair, id=pair[0]._meta.label) for pair in machines()]


def test_the_page_is_the_print_of_the_code() -> None:
    page = Path(settings.BASE_DIR, "docs", "states.md").read_text(encoding="utf-8")
    assert page == states_document(), "Run: bin/manage print_docs states > docs/states.md"


@pytest.mark.parametrize(("model", "field"), PAIRS)
def test_code_and_triggers_allow_the_same_moves(model, field) -> None:
    (trigger,) = (each for each in model._meta.triggers if isinstance(each, pgtrigger.FSM))
    assert trigger.field == field.name
    assert {tuple(move) for move in trigger.transitions} == set(field.moves)


@pytest.mark.parametrize(("model", "field"), PAIRS)
def test_every_state_can_be_reached(model, field) -> None:
    reached = {target for _, target in field.moves} | set(field.births or [field.default])
    assert reached == {value for value, _ in field.choices}


def test_there_are_at_least_the_seven_machines_of_the_path() -> None:
    labels = {model._meta.label for model, _ in machines()}
    assert labels >= {
        "cases.Case",
        "cases.Proposal",
        "cases.Hearing",
        "cases.CouncilItem",
        "pku.PPVRequest",
        "pku.Referral",
        "plans.PlanVersion",
    }
