"""Clock, ids, CPR, crypto, Danish order, form keys: the mechanics everything rests on."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from districts.models import Pupil
from haderslev.core import clock, cpr, crypto
from haderslev.core.columns import ALPHABET, new_public_id
from haderslev.core.cpr import normalise
from haderslev.core.crypto import blind_index
from haderslev.core.errors import DomainError
from haderslev.journal.models import Act, Read
from tests.conftest import owner_connection
from tests.people import Cast


def test_clock_moves_only_where_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    then = datetime(2026, 1, 15, 12, tzinfo=UTC)
    with clock.at(then):
        assert clock.today() == date(2026, 1, 15)
    assert clock.now() > then
    monkeypatch.setattr(settings, "CLOCK_MOVABLE", False)
    with pytest.raises(RuntimeError), clock.at(then):
        pass


def test_public_ids_are_eight_readable_characters() -> None:
    ids = {new_public_id() for _ in range(500)}
    assert len(ids) == 500
    assert all(len(key) == 8 and set(key) <= set(ALPHABET) for key in ids)
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("0101011234", date(1901, 1, 1)),
        ("010105-4321", date(2005, 1, 1)),
        ("6105164000", date(2016, 5, 1)),
        ("9112174999", date(2017, 12, 31)),
        ("010160 5000", date(1860, 1, 1)),
        ("290204 4000", date(2004, 2, 29)),
    ],
)
def test_cpr_gives_the_birthday(written: str, born: date) -> None:
    assert cpr.born_on(cpr.normalise(written)) == born


@pytest.mark.parametrize("written", ["", "123", "3213144000", "2902154000", "010101123x", "0" * 11])
def test_what_is_no_cpr_is_refused(written: str) -> None:
    with pytest.raises(DomainError) as refused:
        cpr.normalise(written)
    assert refused.value.field == "cpr"


def test_a_number_without_modulus_11_is_accepted() -> None:
    # 0101600000 fails modulus 11; such numbers are given out (cpr.dk).
    assert cpr.normalise("0101654321") == "0101654321"


@given(st.from_regex(r"(0[1-9]|1\d|2[0-8])(0[1-9]|1[0-2])\d{6}", fullmatch=True))
def test_cpr_survives_encryption_and_only_there(number: str) -> None:
    box = crypto.encrypt(number, context="pupil.cpr")
    assert number.encode() not in box
    assert crypto.decrypt(box, context="pupil.cpr") == number
    assert crypto.encrypt(number, context="pupil.cpr") != box
    with pytest.raises(ValueError, match="decrypted"):
        crypto.decrypt(box, context="another place")


def test_blind_index_finds_and_does_not_tell(cast: Cast) -> None:
    number = cast.child.reveal_cpr()
    assert list(Pupil.objects.filter(cpr_index=blind_index(normalise(number)))) == [cast.child]
    assert number.replace("-", "") not in cast.child.cpr_index
    assert cast.child.cpr_masked == "******-****"


def test_danish_order(cast: Cast) -> None:
    names = ["Åse", "Aage", "Zenia", "Ørn", "Ærlig", "Éva", "Ella", "Aabenraa", "Anna", "Öberg"]
    for number, name in enumerate(names):
        pupil = Pupil(first_name=name, last_name="Orden", home_municipality="x")
        pupil.set_cpr(f"61051650{number:02d}")
        pupil.save()
    rows = Pupil.objects.filter(last_name="Orden").order_by("first_name_key")
    found = [pupil.first_name for pupil in rows]
    assert found[:3] == ["Anna", "Ella", "Éva"]
    assert found[3] == "Zenia"
    assert found[4] == "Ærlig"
    assert set(found[5:7]) == {"Ørn", "Öberg"}
    assert found[7:] == ["Aabenraa", "Aage", "Åse"]


@pytest.mark.postgres15
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE journal_act SET action = 'x'",
        "DELETE FROM journal_act",
        "TRUNCATE journal_act",
        "ALTER TABLE journal_act DISABLE TRIGGER ALL",
        "DROP TABLE journal_act",
        "UPDATE journal_read SET purpose = 'x'",
        "DELETE FROM journal_read",
        "TRUNCATE journal_read",
        "SET ROLE haderslev_owner",
    ],
)
def test_the_application_may_not_change_the_journal(db: None, attack: str) -> None:
    Act.objects.create(at=clock.now(), action="a", object_label="b", object_id="c")
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attack)
    assert Act.objects.filter(action="a").exists()


@pytest.mark.postgres15
@pytest.mark.parametrize("table", ["journal_act", "journal_read"])
@pytest.mark.parametrize("attack", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {}"])
def test_not_even_the_owner_changes_the_journal(committed_db: str, table: str, attack: str) -> None:
    Act.objects.create(at=clock.now(), action="a", object_label="b", object_id="c")
    with owner_connection(committed_db) as owner, pytest.raises(Exception, match="append-only"):
        owner.execute(attack.format(table))


def test_look_ups_are_written_before_content_leaves(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.teacher).get(f"/faellesskaber/{cast.klass.public_id}/")
    assert answer.status_code == 200
    row = Read.objects.get()
    assert row.user_id == cast.teacher.pk
    assert f"community:{cast.klass.pk}" in row.about
    assert row.purpose == "team_work"


def test_nothing_is_shown_when_the_look_up_can_not_be_written(
    cast: Cast, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(Read.objects, "create", broken)
    answer = sign_in(cast.teacher).get(f"/faellesskaber/{cast.klass.public_id}/")
    assert answer.status_code == 503
    assert cast.klass.name not in answer.content.decode()


def test_form_key_of_another_person_is_not_found(cast: Cast, sign_in: Any) -> None:
    key = str(uuid.uuid4())
    url = f"/faellesskaber/{cast.klass.public_id}/observation/ny/"
    data = {
        "form_key": key,
        "about": "community",
        "seen": "Klassen arbejdede roligt i grupper.",
        "place": "lesson",
        "kind": "watching",
        "observed_at": "2026-01-05T10:00",
    }
    first = sign_in(cast.teacher).post(url, data)
    assert first.status_code == 303
    again = sign_in(cast.teacher).post(url, data)
    assert (again.status_code, again["Location"]) == (303, first["Location"])
    assert sign_in(cast.teacher_b).post(url, data).status_code == 404
    del data["form_key"]
    assert sign_in(cast.teacher).post(url, data).status_code == 422
