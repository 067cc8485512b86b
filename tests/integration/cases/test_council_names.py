"""What the council reads names neither the child nor the family."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import CouncilItem
from cases.services import council
from cases.services.names import check_no_names
from districts.models import Pupil
from haderslev.core.errors import DomainError
from tests.integration.cases import given
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


def test_the_first_name_of_a_classmate_is_not_looked_for(cast) -> None:
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


@pytest.mark.parametrize(
    "words", ["Bertil Holm driller.", "Hos Bertil\nHolms bord", "Anna Holm", "Anna Marie Bo Holm"]
)
def test_the_full_name_of_a_classmate_is_refused(cast, words: str) -> None:
    anna = add_pupil(cast, "anna", "Anna Marie", cast.klass, 9)
    Pupil.objects.filter(pk=anna.pk).update(last_name="Bo Holm")
    Pupil.objects.filter(pk=cast.child_b.pk).update(last_name="Holm")
    with refused("names a child of the class") as error:
        check_no_names(given.case(cast), {"tried": words})
    assert (error.value.field, error.value.code) == ("tried", "named")


@pytest.mark.parametrize("words", ["Bertil driller.", "Det er Bertils bord.", "Almas plads"])
def test_the_first_name_of_a_child_is_refused_in_a_case_about_the_class(cast, words: str) -> None:
    with refused("names a child of the class"):
        check_no_names(given.case(cast, cast.klass), {"situation": words})


def test_a_word_in_a_case_about_the_class_is_not_a_name(cast) -> None:
    add_pupil(cast, "sol", "Sol", cast.klass, 9)
    words = "Klassen leger i sol og regn på Almanakvej; Dagmar går et andet sted."
    check_no_names(given.case(cast, cast.klass), {"situation": words})


@pytest.mark.parametrize("about", ["child", "klass"])
def test_names_of_many_children_and_texts_take_as_many_queries(cast, about: str) -> None:
    def queries(texts: int) -> int:
        case.refresh_from_db()
        with CaptureQueriesContext(connection) as asked:
            check_no_names(case, {f"idea_{number}": "Prøv." for number in range(texts)})
        return len(asked)

    case = given.case(cast, getattr(cast, about))
    few = queries(1)
    for number in range(9):
        add_pupil(cast, f"more{number}", "Zenon", cast.klass, 20 + number)
    assert queries(9) == few
