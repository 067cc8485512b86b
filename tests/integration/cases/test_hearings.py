"""Hearing the parties: deadline, one letter each, answers with replies, the clock, who may."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from cases.models import Case, Delivery, Document, Hearing, HearingAnswerVersion
from cases.services import cases, deliveries, hearings
from districts.models import CustodyHolder, TimelineEntry, Todo
from haderslev.core import clock
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.core.subject import Subject
from haderslev.journal.models import Act
from tests.integration.cases import given
from tests.integration.cases.refusals import refused

BEGINS_AFTER = given.case

TEXTS = {
    "facts": "PPV viser et stort behov for støtte i overgange.",
    "weighty": "PPV og de evaluerede planer.",
    "intended": "At give støtte i almenundervisningen.",
    "rules": "Folkeskoleloven § 3 a. Forvaltningsloven § 19.",
}


def later(days: int) -> Any:
    """Return the clock moved to noon some days from today."""
    day = clock.today() + timedelta(days=days)
    return clock.at(timezone.make_aware(datetime.combine(day, time(12))))


def draft(cast: Any, case: Case | None = None) -> Hearing:
    return hearings.start_hearing(case or given.case(cast), **TEXTS, by=cast.leader)


def sent(cast: Any, days: int = 14) -> Hearing:
    return hearings.send_hearing(draft(cast), answer_by=clock.days_from_now(days), by=cast.leader)


def answer(cast: Any, party: Any, **changes: Any) -> Any:
    values = {
        "revision": party.revision,
        "answer": "Vi er enige.",
        "no_remarks": False,
        "answered_on": clock.today(),
        "reply": "Tak for svaret.",
        "by": cast.leader,
    }
    return hearings.record_answer(party, **(values | changes))


def form(**values: Any) -> dict[str, Any]:
    return {"form_key": str(uuid.uuid4()), **values}


def open_kinds(row: Any) -> set[tuple[str, str]]:
    return set(Todo.objects.open().about(row).values_list("kind", "role"))


def test_only_the_leader_hears_the_parties(cast, sign_in) -> None:
    case = given.case(cast)
    url = f"/sager/{case.public_id}/hoering/ny/"
    for who, status in (
        (cast.leader, 200),
        (cast.deputy, 200),
        (cast.teacher, 403),
        (cast.leader2, 404),
        (cast.teacher2, 404),
        (cast.coordinator, 404),
        (cast.pku_secretary, 404),
        (cast.admin, 404),
    ):
        assert sign_in(who).get(url).status_code == status, who
        assert sign_in(who).post(url, form()).status_code in {status, 422}, who
    with refused("school leader", NotAllowedError):
        hearings.start_hearing(case, **TEXTS, by=cast.teacher)


def test_the_whole_hearing_in_the_browser(cast, sign_in) -> None:
    case = given.case(cast)
    browser = sign_in(cast.leader)
    answered = browser.post(f"/sager/{case.public_id}/hoering/ny/", form(**TEXTS))
    hearing = Hearing.objects.get()
    url = f"/hoeringer/{hearing.public_id}/"
    assert (answered.status_code, answered["Location"]) == (303, url)
    assert f"{url}send/" in browser.get(url).content.decode()
    day = clock.days_from_now(14).isoformat()
    assert browser.post(f"{url}send/", form(answer_by=day)).status_code == 303
    for party in hearing.parties.all():
        data = form(
            answer="Fint",
            answered_on=clock.today().isoformat(),
            reply="Vi har skrevet det ind.",
            revision=party.revision,
        )
        assert browser.post(f"{url}svar/{party.pk}/", data).status_code == 303
    assert browser.post(f"{url}afslut/", form(assessment="Begge er enige.")).status_code == 303
    page = browser.get(url).content.decode()
    assert "Begge er enige." in page
    assert "Vi har skrevet det ind." in page


def test_a_teacher_reads_the_hearing_but_not_the_answers(cast, sign_in) -> None:
    hearing = sent(cast)
    party = hearing.parties.first()
    assert party is not None
    answer(cast, party, answer="Far og jeg er ikke enige om ret meget.")
    url = f"/hoeringer/{hearing.public_id}/"
    page = sign_in(cast.teacher).get(url).content.decode()
    assert TEXTS["facts"] in page
    assert "ikke enige om ret meget" not in page
    assert f"svar/{party.pk}/" not in page
    assert sign_in(cast.teacher).get(f"{url}svar/{party.pk}/").status_code == 403
    for tail in ("", "ret/", "send/", "afslut/", f"svar/{party.pk}/"):
        assert sign_in(cast.leader2).get(f"{url}{tail}").status_code == 404, tail


def test_one_hearing_at_a_time_and_only_about_a_pupil(cast) -> None:
    hearing = draft(cast)
    with refused("open already"):
        hearings.start_hearing(hearing.case, **TEXTS, by=cast.leader)
    community = given.case(cast, cast.klass)
    with refused("about a pupil"):
        hearings.start_hearing(community, **TEXTS, by=cast.leader)


def test_two_who_write_the_draft_see_both_texts(cast, sign_in) -> None:
    hearing = draft(cast)
    url = f"/hoeringer/{hearing.public_id}/ret/"
    first = sign_in(cast.leader).post(url, form(**{**TEXTS, "facts": "Lederens"}, revision="1"))
    assert first.status_code == 303
    late = sign_in(cast.deputy).post(url, form(**{**TEXTS, "facts": "Souschefens"}, revision="1"))
    assert late.status_code == 409
    page = late.content.decode()
    assert "Lederens" in page
    assert "Souschefens" in page
    hearing.refresh_from_db()
    assert (hearing.facts, hearing.revision) == ("Lederens", 2)
    with pytest.raises(ConflictError) as error:
        hearings.change_hearing(hearing, revision=1, by=cast.leader, **TEXTS)
    assert error.value.theirs["facts"] == "Lederens"


def test_the_deadline_is_a_week_at_least(cast, sign_in) -> None:
    hearing = draft(cast)
    url = f"/hoeringer/{hearing.public_id}/send/"
    short = form(answer_by=clock.days_from_now(6).isoformat())
    assert sign_in(cast.leader).post(url, short).status_code == 422
    with pytest.raises(DomainError) as error:
        hearings.send_hearing(hearing, answer_by=clock.days_from_now(6), by=cast.leader)
    assert error.value.field == "answer_by"
    assert not Document.objects.filter(kind=Document.Kind.HEARING).exists()
    hearings.send_hearing(hearing, answer_by=clock.days_from_now(7), by=cast.leader)


def test_each_parent_gets_a_letter_with_the_own_address_only(cast) -> None:
    hearing = sent(cast)
    letters = list(Document.objects.filter(kind=Document.Kind.HEARING).order_by("pk"))
    holders = [party.custody_holder for party in hearing.parties.all()]
    assert len(letters) == len(holders) == 2
    for letter, own, other in zip(letters, holders, holders[::-1], strict=True):
        assert own.address in letter.payload
        assert own.name in letter.payload
        assert other.address not in letter.payload
        assert other.name not in letter.payload
        for text in TEXTS.values():
            assert text in letter.payload
        assert "complaint" not in letter.payload
    assert open_kinds(hearing) == {
        ("cases.close_hearing", "leader"),
        ("cases.close_hearing", "deputy"),
    }
    waits = Todo.objects.open().filter(kind="cases.send_letter", role="school_secretary")
    assert waits.about([letter.delivery for letter in letters]).count() == len(letters)
    act = Act.objects.get(action="cases.hearing.sent")
    assert act.data == {"answer_by": str(hearing.answer_by)}
    assert Subject(act.about) == hearing.journal_subject()


def test_the_parties_are_those_with_custody_when_it_is_sent(cast) -> None:
    hearing = draft(cast)
    father = CustodyHolder.objects.get(pupil=cast.child, relation="father")
    father.has_custody = False
    father.save()
    guardian = CustodyHolder.objects.create(
        pupil=cast.child, name="Værge Jensen", relation="guardian", address="Nyvej 1"
    )
    hearings.send_hearing(hearing, answer_by=clock.days_from_now(14), by=cast.leader)
    heard = set(hearing.parties.values_list("custody_holder__name", flat=True))
    assert heard == {"Mother til Alma", guardian.name}


def test_nobody_is_heard_where_nobody_has_custody(cast) -> None:
    case = given.case(cast)
    CustodyHolder.objects.filter(pupil=cast.child).update(has_custody=False)
    with refused("custody"):
        hearings.start_hearing(case, **TEXTS, by=cast.leader)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"answer": "", "no_remarks": False}, "answer"),
        ({"reply": ""}, "reply"),
        ({"answered_on": clock.days_from_now(2)}, "answered_on"),
    ],
)
def test_an_answer_has_a_reply_and_a_day(cast, changes: dict[str, Any], field: str) -> None:
    party = sent(cast).parties.first()
    with pytest.raises(DomainError) as error:
        answer(cast, party, **changes)
    assert error.value.field == field


@pytest.mark.postgres15
def test_an_answer_that_is_corrected_keeps_the_earlier_text(cast, sign_in) -> None:
    hearing = sent(cast)
    first = answer(cast, hearing.parties.first(), answer="Vi er uenige.")
    assert (first.revision, first.versions.count()) == (2, 0)
    second = answer(cast, first, answer="Vi er enige nu.", by=cast.deputy)
    kept = second.versions.get()
    assert (kept.number, kept.answer, kept.replaced_by) == (2, "Vi er uenige.", cast.deputy)
    page = sign_in(cast.leader).get(f"/hoeringer/{hearing.public_id}/").content.decode()
    assert "Vi er uenige." in page
    assert "Vi er uenige." not in (
        sign_in(cast.teacher).get(f"/hoeringer/{hearing.public_id}/").content.decode()
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        HearingAnswerVersion.objects.update(answer="Noget andet")


def test_two_who_write_down_an_answer_meet_both_texts(cast, sign_in) -> None:
    hearing = sent(cast)
    party = hearing.parties.earliest("pk")
    answer(cast, party, answer="Lederens udgave")
    data = form(
        revision=1, answer="Stedfortræderens", answered_on=clock.today().isoformat(), reply="Tak"
    )
    late = sign_in(cast.deputy).post(f"/hoeringer/{hearing.public_id}/svar/{party.pk}/", data)
    assert late.status_code == 409
    text = late.content.decode()
    assert "Lederens udgave" in text
    assert "Stedfortræderens" in text
    party.refresh_from_db()
    assert party.answer == "Lederens udgave"


def test_when_the_letter_arrived_is_read_from_its_delivery(cast, sign_in) -> None:
    hearing = sent(cast)
    browser, url = sign_in(cast.leader), f"/hoeringer/{hearing.public_id}/"
    party = hearing.parties.select_related("document__delivery").earliest("pk")
    assert party.document
    before = browser.get(url).content
    deliveries.record_delivery(
        party.document.delivery,
        channel="letter",
        sent_on=clock.today(),
        delivered_on=clock.today(),
        by=cast.secretary,
    )
    assert browser.get(url).content != before
    columns = {field.name for field in type(party)._meta.get_fields()}
    assert not columns & {"sent_on", "delivered_on", "channel"}


def test_no_remarks_needs_no_reply(cast) -> None:
    hearing = sent(cast)
    party = answer(cast, hearing.parties.first(), answer="", no_remarks=True, reply="")
    assert party.no_remarks
    assert Act.objects.get(action="cases.hearing.answered").data["party"] == party.pk
    entry = TimelineEntry.objects.get(kind="cases.hearing_answered")
    assert entry.needed_permission == "hold_hearing"
    assert entry.detail == ""


def test_an_answer_to_another_hearing_is_not_found(cast, sign_in) -> None:
    party = sent(cast).parties.first()
    assert party is not None
    other = hearings.start_hearing(given.case(cast, cast.child_b), **TEXTS, by=cast.leader)
    url = f"/hoeringer/{other.public_id}/svar/{party.pk}/"
    assert sign_in(cast.leader).get(url).status_code == 404


def test_it_is_not_closed_before_the_deadline(cast, sign_in) -> None:
    hearing = sent(cast)
    for row in Delivery.objects.filter(document__kind=Document.Kind.HEARING):
        deliveries.record_delivery(
            row, channel="letter", sent_on=clock.today(), delivered_on=None, by=cast.secretary
        )
    answer(cast, hearing.parties.first())
    with refused("deadline has not passed"):
        hearings.close_hearing(hearing, assessment="Ingen svar.", by=cast.leader)
    browser = sign_in(cast.leader)
    url = f"/hoeringer/{hearing.public_id}/"
    assert "afslut/" not in browser.get(url).content.decode()
    assert browser.post(f"{url}afslut/", form(assessment="Ingen")).status_code == 422
    with later(14), pytest.raises(DomainError):
        hearings.close_hearing(hearing, assessment="Fristen er i dag.", by=cast.leader)
    with later(15):
        assert "afslut/" in browser.get(url).content.decode()
        hearings.close_hearing(hearing, assessment="Far svarede ikke.", by=cast.leader)


def test_closing_makes_it_the_leaders_turn_to_decide(cast) -> None:
    hearing = sent(cast)
    for party in hearing.parties.all():
        answer(cast, party)
    hearings.close_hearing(hearing, assessment="Begge er enige.", by=cast.leader)
    assert open_kinds(hearing) == set()
    case = hearing.case
    assert ("cases.make_decision", "leader") in open_kinds(case)
    kinds = set(
        TimelineEntry.objects.filter(case_number=case.number).values_list("kind", flat=True)
    )
    assert {
        "cases.hearing_sent",
        "cases.hearing_answered",
        "cases.hearing_closed",
        "cases.letter",
    } <= kinds
    with refused("not open"):
        answer(cast, hearing.parties.first())


def test_a_sent_hearing_is_not_changed(cast, sign_in) -> None:
    hearing = sent(cast)
    with refused("can not be changed"):
        hearings.change_hearing(hearing, revision=1, by=cast.leader, **TEXTS)
    again = form(answer_by=clock.days_from_now(14).isoformat())
    url = f"/hoeringer/{hearing.public_id}/send/"
    assert sign_in(cast.leader).post(url, again).status_code == 409
    assert Document.objects.filter(kind=Document.Kind.HEARING).count() == 2


def test_a_form_sent_twice_starts_one_hearing(cast, sign_in) -> None:
    case = given.case(cast)
    data = form(**TEXTS)
    browser = sign_in(cast.leader)
    url = f"/sager/{case.public_id}/hoering/ny/"
    first, second = browser.post(url, data), browser.post(url, data)
    assert first["Location"] == second["Location"]
    assert Hearing.objects.count() == 1


def test_a_letter_sent_late_gives_the_silent_parent_the_least_time(cast) -> None:
    hearing = sent(cast)
    with later(14):
        for row in Delivery.objects.filter(document__kind=Document.Kind.HEARING):
            deliveries.record_delivery(
                row, channel="letter", sent_on=clock.today(), delivered_on=None, by=cast.secretary
            )
    with later(20), pytest.raises(DomainError, match="sent late"):
        hearings.close_hearing(hearing, assessment="Ingen svar.", by=cast.leader)
    with later(21):
        hearings.close_hearing(hearing, assessment="Ingen svar.", by=cast.leader)


def test_a_parent_without_custody_any_more_is_not_waited_for(cast) -> None:
    hearing = sent(cast)
    first, second = Delivery.objects.filter(document__kind=Document.Kind.HEARING)
    deliveries.record_delivery(
        first, channel="letter", sent_on=clock.today(), delivered_on=None, by=cast.secretary
    )
    with later(21):
        with pytest.raises(DomainError, match="not been sent"):
            hearings.close_hearing(hearing, assessment="Ingen svar.", by=cast.leader)
        ended = clock.days_from_now(-1)
        cast.child.custody_holders.filter(pk=second.custody_holder_id).update(ends_on=ended)
        hearings.close_hearing(hearing, assessment="Ingen svar.", by=cast.leader)


def test_a_draft_is_not_sent_in_a_closed_case(cast) -> None:
    hearing = draft(cast)
    cases.close_case(hearing.case, conclusion="Slut.", by=cast.leader)
    with pytest.raises(DomainError) as caught:
        hearings.send_hearing(hearing, answer_by=clock.days_from_now(14), by=cast.leader)
    assert caught.value.code == "closed"
    assert not Document.objects.filter(kind=Document.Kind.HEARING).exists()
