"""Words kept as codes: said in the language of the moment, names as they are."""

from datetime import date

import pytest
from django.db import models
from django.utils import translation

from districts.permissions import Role
from haderslev.core.dates import short_date
from haderslev.core.words import Kept, register, registered


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


def test_a_code_that_no_longer_exists_shows_itself():
    for text in ("=plans.gone:one:", "=districts.role:one:"):
        assert (str(Kept(text)), Kept(text).is_known) == ("one", False)
    assert str(Kept("=districts.role:one:Nordskolen")) == "one · Nordskolen"
    assert Kept.of(Role.TEACHER).is_known


def test_the_keys_of_stored_words_stay():
    """Rows say them: a key that is renamed here needs the rows renamed with it."""
    assert {key: kind.__qualname__ for key, kind in registered().items()} == {
        "districts.cause": "cause_words",
        "districts.role": "Role",
        "plans.meeting_kind": "Meeting.Kind",
        "plans.sharing_basis": "SharingBasis",
        "cases.level": "Case.Level",
        "cases.document_kind": "Document.Kind",
        "cases.proposal_target": "Proposal.Target",
        "cases.opening_basis": "Basis",
        "pku.placement_side": "PlacementStatus.Side",
    }


def test_a_key_is_given_once():
    with pytest.raises(ValueError, match=r"districts\.role"):
        register({"districts.role": Unknown})
