"""Meetings: the team's and the network's, with each parent's answers."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from districts.models import TimelineEntry
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.journal.models import Act
from plans.models import Meeting, MeetingAnswer, MeetingParticipant
from plans.selectors import plan_facts
from plans.selectors.completeness import missing_parts
from plans.services import meetings as service
from tests.integration.plans.conftest import a_date, formset, posted

PEOPLE = [{"name": "Mette", "role": "lærer"}, {"name": "", "role": ""}]


def _minutes(**more):
    values: dict[str, Any] = {
        "held_on": a_date(-1),
        "agreements": "Mette ringer",
        "parents_words": "Vi er enige",
        "child_words": "Jeg vil lege",
    }
    return service.Minutes(**(values | more))


def _answer(cast, **more):
    values = {
        "custody_holder": cast.child.custody_holders.first(),
        "topic": "ppv",
        "answer": "agrees",
    }
    return MeetingAnswer(**(values | more))


def _network(cast, **more):
    values = {
        "kind": "network",
        "pupil": cast.child,
        "minutes": _minutes(),
        "participants": [MeetingParticipant(name="Mette", role="lærer")],
        "answers": [_answer(cast)],
        "by": cast.teacher,
    }
    return service.record(**(values | more))


def test_a_team_meeting_about_a_class(cast, sign_in):
    page = reverse("plans:new_meeting_for_community", args=[cast.klass.public_id])
    browser = sign_in(cast.teacher)
    assert browser.get(page).status_code == 200
    data = posted(held_on=a_date(0), agreements="Plan", **formset("people", PEOPLE))
    answer = browser.post(page, data)
    row = Meeting.objects.get()
    assert answer["Location"] == reverse("plans:meeting", args=[row.public_id])
    assert [str(one) for one in row.participants.all()] == ["Mette, lærer"]
    assert TimelineEntry.objects.get(kind="plans.meeting").community == cast.klass
    assert Act.objects.filter(action="plans.meeting.recorded").exists()


def test_a_network_meeting_with_each_parents_answers(cast, sign_in):
    page = reverse("plans:new_meeting_for_pupil", args=[cast.child.public_id])
    page += "?slags=netvaerk"
    browser = sign_in(cast.teacher)
    assert browser.get(page).status_code == 200
    answers: list[dict[str, Any]] = [{} for _ in range(8)]
    answers[0] = {"answer": "disagrees", "remark": "Vi vil vente"}
    answers[1] = {
        "answer": "silent",
        "first_attempt_on": a_date(-9),
        "second_attempt_on": a_date(-4),
    }
    data = posted(
        held_on=a_date(0),
        agreements="Plan",
        parents_words="Uenige",
        child_words="Ro, tak",
        **formset("people", PEOPLE),
        **formset("answers", answers),
    )
    answer = browser.post(page, data)
    assert answer.status_code == 303, answer.content.decode()
    row = Meeting.objects.get()
    found = set(row.answers.values_list("topic", "answer"))
    assert found == {("ppv", "disagrees"), ("ppv", "silent")}
    assert "Vi vil vente" in browser.get(answer["Location"]).content.decode()


@pytest.mark.postgres15
def test_silence_counts_after_two_attempts_on_two_days(cast, sign_in):
    silent = _answer(cast, answer="silent", first_attempt_on=a_date(-3))
    with pytest.raises(DomainError) as error:
        _network(cast, answers=[silent])
    assert error.value.code == "attempts"
    same = _answer(cast, answer="silent", first_attempt_on=a_date(-3), second_attempt_on=a_date(-3))
    with pytest.raises(DomainError):
        _network(cast, answers=[same])
    row = _network(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        MeetingAnswer.objects.create(
            meeting=row,
            custody_holder=silent.custody_holder,
            topic="pku",
            answer="silent",
            first_attempt_on=a_date(-3),
            second_attempt_on=a_date(-3),
        )


def test_the_child_and_the_parents_are_heard_at_a_network_meeting(cast):
    with pytest.raises(DomainError) as error:
        _network(cast, minutes=_minutes(child_words=""))
    assert error.value.field == "child_words"


def test_wrong_meetings_are_refused(cast):
    with pytest.raises(DomainError):
        _network(cast, minutes=_minutes(held_on=a_date(1)))
    with pytest.raises(DomainError):
        _network(cast, participants=[])
    with pytest.raises(DomainError):
        _network(cast, kind="team")
    other = _answer(cast, custody_holder=cast.child_b.custody_holders.first())
    with pytest.raises(DomainError):
        _network(cast, answers=[other])
    with pytest.raises(NotAllowedError):
        _network(cast, by=cast.plc)
    assert not Meeting.objects.exists()


def test_two_who_correct_both_keep_their_text(cast, sign_in):
    row = _network(cast)
    page = reverse("plans:correct_meeting", args=[row.public_id])
    browser = sign_in(cast.teacher)
    assert "Vi er enige" in browser.get(page).content.decode()

    def data(text, revision):
        return posted(
            revision=revision,
            held_on=a_date(-1),
            agreements=text,
            parents_words="x",
            child_words="y",
            **formset("people", PEOPLE, initial=1),
            **formset("answers", [{}] * 8),
        )

    assert sign_in(cast.teacher_b).post(page, data("Den ene", 1)).status_code == 303
    late = browser.post(page, data("Den anden", 1))
    assert late.status_code == 409
    assert "Den ene" in late.content.decode()
    assert "Den anden" in late.content.decode()
    assert browser.post(page, data("Sammen", 2)).status_code == 303
    row.refresh_from_db()
    assert (row.agreements, row.revision, row.answers.count()) == ("Sammen", 3, 0)


def test_the_late_one_sees_all_that_would_be_overwritten(cast, sign_in):
    row = _network(cast)
    page = reverse("plans:correct_meeting", args=[row.public_id])

    def data(name, remark, place):
        answers = [{"answer": "disagrees", "remark": remark}, *[{}] * 7]
        return posted(
            revision=1,
            held_on=a_date(-1),
            place=place,
            agreements="Mette ringer",
            parents_words="x",
            child_words="y",
            **formset("people", [{"name": name, "role": "far"}, {"name": "", "role": ""}]),
            **formset("answers", answers),
        )

    first = data("Ole", "Ikke uden mig.", "Skolen")
    assert sign_in(cast.teacher_b).post(page, first).status_code == 303
    late = sign_in(cast.teacher).post(page, data("Ida", "Kun i foråret.", "Biblioteket"))
    text = late.content.decode()
    assert late.status_code == 409
    for both in ("Ole", "Ida", "Ikke uden mig.", "Kun i foråret.", "Skolen", "Bibliot"):
        assert both in text
    # Remarks and names can be put together, and say of whom they are.
    assert 'name="answers-0-remark" rows' in text
    assert "PPV · Mother til Alma" in text


def test_a_conflict_without_a_revision_gives_all_texts_back(cast, sign_in, monkeypatch):
    def changed(*_args, **_values):
        message = "Changed"
        raise ConflictError(message)

    monkeypatch.setattr(service, "record", changed)
    page = reverse("plans:new_meeting_for_community", args=[cast.klass.public_id])
    data = posted(held_on=a_date(0), place="Kort", agreements="Vi ses", **formset("people", PEOPLE))
    text = sign_in(cast.teacher).post(page, data).content.decode()
    shown = [part.partition("</p>")[0] for part in text.split('<p class="prose">')[1:]]
    assert shown == [str(a_date(0)), "Kort", "Vi ses", "Mette", "lærer"]
    assert data["form_key"] not in text


def test_who_may_read_a_meeting(cast, sign_in):
    page = reverse("plans:meeting", args=[_network(cast).public_id])
    assert sign_in(cast.leader).get(page).status_code == 200
    assert sign_in(cast.plc).get(page).status_code == 404
    assert sign_in(cast.teacher2).get(page).status_code == 404


def test_a_withdrawn_meeting_shows_nothing_and_stays_in_the_history(cast, sign_in):
    row = _network(cast)
    facts, _ = plan_facts(pupil_ids=[cast.child.pk])
    assert facts[cast.child.pk].meetings
    browser = sign_in(cast.teacher_b)
    meeting = reverse("plans:meeting", args=[row.public_id])
    page = reverse("plans:withdraw_meeting", args=[row.public_id])
    assert page in browser.get(meeting).content.decode()
    assert browser.post(page, posted(reason="")).status_code == 422
    assert browser.post(page, posted(reason="Forkert barn"))["Location"] == meeting
    facts, _ = plan_facts(pupil_ids=[cast.child.pk])
    assert not facts[cast.child.pk].meetings
    assert Act.objects.filter(action="plans.meeting.withdrawn").count() == 1
    text = browser.get(meeting).content.decode()
    assert "Forkert barn" in text
    assert page not in text
    every = reverse("plans:meetings_of_pupil", args=[cast.child.public_id])
    assert meeting in browser.get(every).content.decode()
    with pytest.raises(DomainError) as error:
        service.withdraw(row, reason="Igen", by=cast.teacher)
    assert error.value.code == "withdrawn"
    with pytest.raises(DomainError):
        service.correct(
            row,
            revision=1,
            minutes=_minutes(),
            participants=[MeetingParticipant(name="Mette", role="lærer")],
            by=cast.teacher,
        )
    with pytest.raises(NotAllowedError):
        service.withdraw(_network(cast), reason="x", by=cast.plc)


def test_a_plan_is_not_put_into_use_on_a_withdrawn_meeting(cast, build):
    plan = build.plan(cast.klass)
    draft = build.fill(plan)
    service.withdraw(draft.team_meeting, reason="Forkert klasse", by=cast.teacher)
    assert [item.code for item in missing_parts(plan.versions.get())] == ["team_meeting"]


def test_a_correction_keeps_what_a_former_custody_holder_answered(cast, sign_in):
    former = _answer(cast).custody_holder
    row = _network(cast)
    type(former).objects.filter(pk=former.pk).update(ends_on=a_date(-1))
    page = reverse("plans:correct_meeting", args=[row.public_id])
    browser = sign_in(cast.teacher)
    forms = browser.get(page).context["formsets"][1].forms
    answers = [{"answer": form["answer"].value() or ""} for form in forms]
    data = posted(
        revision=1,
        held_on=a_date(-1),
        agreements="Rettet",
        parents_words="x",
        child_words="y",
        **formset("people", PEOPLE, initial=1),
        **formset("answers", answers),
    )
    assert browser.post(page, data).status_code == 303
    kept = row.answers.get()
    assert (kept.custody_holder, kept.answer) == (former, "agrees")


def test_none_is_no_answer_of_a_parent(cast, sign_in):
    page = f"{reverse('plans:new_meeting_for_pupil', args=[cast.child.public_id])}?slags=netvaerk"
    data = posted(
        held_on=a_date(0),
        place="Skolen",
        agreements="Vi ses",
        parents_words="x",
        child_words="y",
        **formset("people", PEOPLE),
        **formset("answers", [{"answer": "None"}] * 8),
    )
    assert sign_in(cast.teacher).post(page, data).status_code == 422
    assert not MeetingAnswer.objects.exists()
