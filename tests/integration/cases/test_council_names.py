"""What the council reads names neither the child nor the family."""

from typing import Any

import pytest

from cases.models import CouncilItem
from cases.services import council
from haderslev.core.errors import DomainError
from tests.integration.cases.council_course import DAYS_BEFORE, advised, later, published, put
from tests.integration.cases.refusals import refused
from tests.people import add_pupil


@pytest.mark.parametrize("field", ["situation", "tried", "question"])
@pytest.mark.parametrize("words", ["Alma mister overblikket.", "Barnet (prøvesen) er træt."])
def test_a_sheet_that_names_the_child_is_refused(cast, field: str, words: str) -> None:
    changes: dict[str, Any] = {field: words}
    with refused("names the child") as error:
        put(cast, **changes)
    assert error.value.field == field
    assert not CouncilItem.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "Almas far er glad.",
        "Mother er træt.",
        "Fathers nye job",
        "Storebror Zenon er med.",
        "Zenons",
    ],
)
def test_names_of_the_family_are_refused_too(cast, words: str) -> None:
    sibling = add_pupil(cast, "sibling", "Zenon", cast.klass, 9)
    mother = sibling.custody_holders.earliest("pk")
    mother.name = cast.child.custody_holders.earliest("pk").name
    mother.save()
    with pytest.raises(DomainError) as error:
        put(cast, situation=words)
    assert (error.value.field, error.value.code) == ("situation", "named")


def test_a_short_name_counts_only_as_a_word_with_a_capital(cast) -> None:
    cast.child.first_name = "Bo"
    cast.child.save()
    with refused("names the child"):
        put(cast, situation="Bo er træt.")


def test_a_short_name_is_also_an_ordinary_word(cast) -> None:
    cast.child.first_name = "Bo"
    cast.child.save()
    assert put(cast, situation="Familien skal bo et andet sted. Bogen hjælper.").pk


def test_a_sibling_at_another_school_and_a_classmate_are_not_looked_for(cast) -> None:
    assert put(cast, situation="Bertil sidder ved vinduet.").pk


def test_a_word_that_holds_the_name_is_not_the_name(cast) -> None:
    assert put(cast, situation="Almanakken på væggen hjælper.").pk


def test_sparring_that_names_the_child_is_refused(cast) -> None:
    item = published(cast)
    with later(DAYS_BEFORE), pytest.raises(DomainError) as error:
        council.record_sparring(
            item, present="Alle", sparring="Lad Alma prøve.", ideas=[], by=cast.coordinator
        )
    assert error.value.field == "sparring"
    with later(DAYS_BEFORE), pytest.raises(DomainError):
        council.record_sparring(
            item, present="Alle", sparring="Prøv.", ideas=["Alma begynder"], by=cast.coordinator
        )


@pytest.mark.parametrize("field", ["because", "who"])
def test_an_answer_that_names_the_child_is_refused(cast, field: str) -> None:
    idea = advised(cast).ideas.first()
    assert idea is not None
    values: dict[str, Any] = {"because": "For langt", field: "Det vil Alma ikke."}
    with refused("names the child") as error:
        council.answer_idea(idea, answer="not_possible", by=cast.leader, **values)
    assert error.value.field == field
