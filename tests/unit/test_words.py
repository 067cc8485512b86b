"""Words kept as codes: said in the language of the moment, names as they are."""

from datetime import date

import pytest
from django.db import models
from django.utils import translation

from districts.permissions import Role
from haderslev.core.dates import short_date
from haderslev.core.words import Kept, WordsField


class Unknown(models.TextChoices):
    """Choices that no app has made known."""

    ONE = "one"


@pytest.mark.parametrize(
    ("words", "value", "danish", "english"),
    [
        (Role.TEACHER, "", "Lærer eller pædagog i teamet", "Teacher or pedagogue in the team"),
        (Role.LEADER, "Team: 4", "Skoleleder · Team: 4", "School leader · Team: 4"),
        ("Nordskolen", "", "Nordskolen", "Nordskolen"),
    ],
)
def test_said_in_the_language_of_the_moment(words, value, danish, english):
    kept = Kept.of(words, value)
    for language, said in (("da", danish), ("en", english)):
        with translation.override(language):
            assert str(kept).casefold() == said.casefold()


def test_a_date_is_written_as_the_reader_writes_dates():
    kept = Kept.of(date(2026, 3, 2))
    for language in ("da", "en"):
        with translation.override(language):
            assert str(kept) == short_date(date(2026, 3, 2))


def test_a_kind_that_is_not_registered_is_refused():
    with pytest.raises(LookupError):
        Kept.of(Unknown.ONE)


def test_a_code_that_no_longer_exists_shows_no_code():
    assert str(Kept("=plans.Gone:one:")) == ""
    assert str(Kept("=districts.Role:gone:Nordskolen")) == "Nordskolen"


def test_a_row_that_was_read_together_with_others_is_read_once():
    field = WordsField(max_length=60)
    read = field.to_python("=districts.Role:teacher:")
    assert field.from_db_value(read, None, None).text == "=districts.Role:teacher:"
    assert field.get_prep_value(read) == "=districts.Role:teacher:"
