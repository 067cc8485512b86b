"""What the council reads names neither the child nor the family."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import CouncilItem
from cases.services import council
from cases.services.council import check_no_names
from districts.models import Pupil
from haderslev.core.errors import DomainError
from haderslev.journal.models import Act
from tests.integration.cases import given
from tests.integration.cases.council_course import (
    DAYS_BEFORE,
    SHEET,
    advised,
    asked,
    form,
    later,
    meeting,
    published,
    put,
)
from tests.integration.cases.refusals import refused
from tests.people import add_pupil


@pytest.mark.parametrize("field", ["situation", "tried", "question"])
@pytest.mark.parametrize(
    "words", ["Alma mister overblikket.", "Barnet (Prøvesen) er træt.", "ALMAS bord"]
)
def test_a_sheet_that_names_the_child_is_refused(cast, field: str, words: str) -> None:
    changes: dict[str, Any] = {field: words}
    with refused("A name stands") as error:
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


NAMED = ("August", "van der Berg")


def named(cast: Any) -> None:
    cast.child.first_name, cast.child.last_name = NAMED
    cast.child.save()


@pytest.mark.parametrize("words", ["August er træt.", "Hos Berg", "Det er Augusts plads."])
def test_a_name_counts_with_its_capital_letter(cast, words: str) -> None:
    named(cast)
    with refused("A name stands"):
        put(cast, situation=words)


def test_a_name_is_also_an_ordinary_word_in_small_letters(cast) -> None:
    named(cast)
    assert put(cast, situation="Siden august er der uro. Han går op ad et berg. Der er ro.").pk


def test_a_name_recorded_in_small_letters_is_found_too(cast) -> None:
    cast.child.first_name = "alma"
    cast.child.last_name = "prøvesen"
    cast.child.save()
    with refused("A name stands"):
        put(cast, situation="Alma er træt.")


def test_the_leader_says_that_a_word_is_not_a_name_here(cast, sign_in) -> None:
    named(cast)
    case, at = asked(cast, cast.child), meeting(cast)
    url = f"/sager/{case.public_id}/distriktsraad/"
    sheet = {**SHEET, "meeting": at.pk, "situation": "Uroen er vokset. August var svær."}
    browser = sign_in(cast.leader)
    assert browser.post(url, form(**sheet)).status_code == 422
    assert browser.post(url, form(**sheet, not_a_name="on")).status_code == 303
    assert Act.objects.get(action="cases.councilitem.put_on_agenda").data["not_a_name"] is True


def test_the_council_does_not_learn_whose_name_it_was(cast) -> None:
    item = published(cast)
    said = set()
    full = f"{cast.child_b.first_name} {cast.child_b.last_name}"
    for words in ("Alma", "Father", full):
        with later(DAYS_BEFORE), pytest.raises(DomainError) as error:
            council.record_sparring(
                item, present="Alle", sparring=f"{words} kan.", ideas=[], by=cast.coordinator
            )
        said.add(str(error.value.message))
    assert len(said) == 1


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
    with refused("A name stands") as error:
        council.answer_idea(idea, answer="not_possible", by=cast.leader, **values)
    assert error.value.field == field


@pytest.mark.parametrize(
    "words", ["Bertil Holm driller.", "Hos Bertil\nHolms bord", "Anna Holm", "Anna Marie Bo Holm"]
)
def test_the_full_name_of_a_classmate_is_refused(cast, words: str) -> None:
    anna = add_pupil(cast, "anna", "Anna Marie", cast.klass, 9)
    Pupil.objects.filter(pk=anna.pk).update(last_name="Bo Holm")
    Pupil.objects.filter(pk=cast.child_b.pk).update(last_name="Holm")
    with refused("A name stands") as error:
        check_no_names(given.case(cast), {"tried": words})
    assert (error.value.field, error.value.code) == ("tried", "named")


@pytest.mark.parametrize("words", ["Bertil driller.", "Det er Bertils bord.", "Almas plads"])
def test_the_first_name_of_a_child_is_refused_in_a_case_about_the_class(cast, words: str) -> None:
    with refused("A name stands"):
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
