"""The district council: a sheet without names, access with an end, ideas, and no decision."""

from typing import Any

import pytest
from django import forms as django_forms

from cases.forms import council as council_forms
from cases.models import CaseOpening, CouncilIdea, CouncilItem, OutcomeType
from cases.services import cases, council
from districts.models import CouncilMeeting, TimelineEntry
from haderslev.core import clock
from haderslev.core.errors import DomainError, GateError, NotAllowedError
from haderslev.core.subject import Subject
from haderslev.journal.models import Act, Read
from plans.models import MeetingAnswer, PlanVersion
from tests.integration.cases import given
from tests.integration.cases.council_course import (
    DAYS_BEFORE,
    DAYS_OPEN,
    SHEET,
    advised,
    asked,
    form,
    later,
    meeting,
    open_kinds,
    published,
    put,
)
from tests.integration.cases.refusals import refused

# Who may


def test_the_council_reads_the_sheet_only_while_it_may(cast, sign_in) -> None:
    item = put(cast)
    url = f"/sparring/{item.public_id}/ark/"
    council_people = (cast.council, cast.coordinator, cast.practice, cast.chief)
    for who in council_people:
        assert sign_in(who).get(url).status_code == 404, who
    page = sign_in(cast.council).get(f"/droeftelser/{item.meeting.public_id}/").content.decode()
    assert SHEET["question"] not in page
    council.publish_agenda(item.meeting, by=cast.coordinator)
    for who in council_people:
        assert sign_in(who).get(url).status_code == 200, who
    assert (
        SHEET["question"]
        in sign_in(cast.council).get(f"/droeftelser/{item.meeting.public_id}/").content.decode()
    )
    with later(DAYS_BEFORE + DAYS_OPEN):
        assert sign_in(cast.council).get(url).status_code == 200
    with later(DAYS_BEFORE + DAYS_OPEN + 1):
        for who in council_people:
            assert sign_in(who).get(url).status_code == 404, who


def test_withdrawing_ends_the_access_at_once(cast, sign_in) -> None:
    item = published(cast)
    url = f"/sparring/{item.public_id}/ark/"
    assert sign_in(cast.council).get(url).status_code == 200
    page = sign_in(cast.leader).post(f"/sparring/{item.public_id}/tag-af/", form())
    assert page.status_code == 303
    for who in (cast.council, cast.coordinator, cast.chief):
        assert sign_in(who).get(url).status_code == 404, who
    assert not CaseOpening.objects.filter(case=item.case, closed_at=None).exists()
    assert open_kinds(item) == set()
    agenda = sign_in(cast.council).get(f"/droeftelser/{item.meeting.public_id}/")
    assert SHEET["question"] not in agenda.content.decode()
    assert (
        sign_in(cast.leader).post(f"/sparring/{item.public_id}/tag-af/", form()).status_code == 409
    )


def test_a_second_sheet_waits_for_its_own_agenda(cast, sign_in) -> None:
    first = advised(cast)
    second = council.put_on_council(first.case, meeting=meeting(cast, 10), by=cast.leader, **SHEET)
    reader = sign_in(cast.council)
    assert reader.get(f"/sparring/{first.public_id}/ark/").status_code == 200
    assert reader.get(f"/sparring/{second.public_id}/ark/").status_code == 404
    assert sign_in(cast.coordinator).get(f"/sparring/{second.public_id}/skriv/").status_code == 404
    council.publish_agenda(second.meeting, by=cast.coordinator)
    assert reader.get(f"/sparring/{second.public_id}/ark/").status_code == 200


def test_the_council_never_sees_the_case(cast, sign_in) -> None:
    item = published(cast)
    number, code = item.case.number, item.case.public_id
    for who in (cast.council, cast.coordinator, cast.practice, cast.chief):
        browser = sign_in(who)
        for url in ("", "tidslinje/", "distriktsraad/", "hoering/ny/", "afgoerelse/ny/"):
            assert browser.get(f"/sager/{code}/{url}").status_code == 404, (who, url)
        assert browser.get(f"/sparring/{item.public_id}/").status_code == 403
        pages = [
            browser.get(f"/sparring/{item.public_id}/ark/"),
            browser.get(f"/droeftelser/{item.meeting.public_id}/"),
            browser.get("/droeftelser/"),
            browser.get(f"/sparring/{item.public_id}/ark/navn/"),
        ]
        for page in pages:
            text = page.content.decode()
            assert page.status_code == 200
            for secret in ("Alma", "Prøvesen", number, code, "Mother til", "4.A"):
                assert secret not in text, (who, secret)


def test_others_know_nothing_of_the_agenda(cast, sign_in) -> None:
    item = published(cast)
    for who in (cast.teacher2, cast.leader2, cast.secretary, cast.psychologist, cast.pku):
        for url in (
            f"/sparring/{item.public_id}/ark/",
            f"/sparring/{item.public_id}/",
            f"/droeftelser/{item.meeting.public_id}/",
            f"/sager/{item.case.public_id}/distriktsraad/",
        ):
            assert sign_in(who).get(url).status_code == 404, (who, url)
    assert sign_in(cast.teacher).get(f"/sparring/{item.public_id}/").status_code == 200
    assert (
        sign_in(cast.teacher).get(f"/sager/{item.case.public_id}/distriktsraad/").status_code == 403
    )
    assert (
        sign_in(cast.teacher).post(f"/sparring/{item.public_id}/tag-af/", form()).status_code == 403
    )
    members = sign_in(cast.council).get(f"/sparring/{item.public_id}/skriv/")
    assert members.status_code == 403
    publish = f"/droeftelser/{item.meeting.public_id}/offentliggoer/"
    assert sign_in(cast.council).post(publish, form()).status_code == 403
    assert sign_in(cast.leader).post(publish, form()).status_code == 404


def test_the_name_is_seen_with_a_reason_that_is_journalled(cast, sign_in) -> None:
    item = published(cast)
    url = f"/sparring/{item.public_id}/ark/navn/"
    browser = sign_in(cast.council)
    before = Read.objects.count()
    assert browser.post(url, form(reason="")).status_code in {200, 422}
    assert "Alma" not in browser.post(url, form(reason="")).content.decode()
    page = browser.post(url, form(reason="Jeg kender måske barnet fra naboskolen."))
    assert "Alma Prøvesen" in page.content.decode()
    row = Read.objects.latest("pk")
    assert row.user_id == cast.council.pk
    assert row.reason == "Jeg kender måske barnet fra naboskolen."
    assert (row.purpose, row.fields) == ("council", "name")
    assert Subject(row.about) == item.journal_subject()
    assert Read.objects.count() > before
    with later(DAYS_BEFORE + DAYS_OPEN + 1):
        assert browser.post(url, form(reason="Igen")).status_code == 404


def test_each_look_at_a_sheet_and_at_an_agenda_is_journalled(cast, sign_in) -> None:
    item = published(cast)
    browser = sign_in(cast.council)
    for url in (f"/sparring/{item.public_id}/ark/", f"/droeftelser/{item.meeting.public_id}/"):
        browser.get(url)
        row = Read.objects.latest("pk")
        assert (row.user_id, Subject(row.about)) == (cast.council.pk, item.journal_subject())


# The sheet


def test_after_a_no_the_leader_confirms_that_there_are_no_particulars(cast, sign_in) -> None:
    case = asked(cast, cast.child, "agrees", "disagrees")
    url = f"/sager/{case.public_id}/distriktsraad/"
    sheet = {**SHEET, "meeting": meeting(cast).pk}
    browser = sign_in(cast.leader)
    assert "no_particulars" in browser.get(url).content.decode()
    assert browser.post(url, form(**sheet)).status_code == 422
    with pytest.raises(DomainError) as error:
        council.put_on_council(case, meeting=meeting(cast, 9), by=cast.leader, **SHEET)
    assert error.value.field == "no_particulars"
    assert browser.post(url, form(**sheet, no_particulars="on")).status_code == 303


def test_a_second_agenda_does_not_open_the_first_sheet_again(cast, sign_in) -> None:
    first = advised(cast)
    with later(DAYS_BEFORE + DAYS_OPEN + 1):
        at = meeting(cast)
        second = council.put_on_council(first.case, meeting=at, by=cast.leader, **SHEET)
        council.publish_agenda(at, by=cast.coordinator)
        reader = sign_in(cast.council)
        assert reader.get(f"/sparring/{second.public_id}/ark/").status_code == 200
        assert reader.get(f"/sparring/{first.public_id}/ark/").status_code == 404
        assert reader.get(f"/sparring/{first.public_id}/ark/navn/").status_code == 404


def test_a_parents_no_makes_a_sheet_without_particulars(cast, sign_in) -> None:
    item = published(cast, "agrees", "disagrees")
    assert item.with_particulars is False
    browser = sign_in(cast.council)
    page = browser.get(f"/sparring/{item.public_id}/ark/").content.decode()
    assert "4. klassetrin" not in page
    assert "grade 4" not in page
    assert f"/sparring/{item.public_id}/ark/navn/" not in page
    named = browser.post(f"/sparring/{item.public_id}/ark/navn/", form(reason="Jeg vil vide det"))
    assert "Alma" not in named.content.decode()
    agenda = browser.get(f"/droeftelser/{item.meeting.public_id}/").content.decode()
    assert "grade 4" not in agenda
    assert "4. klassetrin" not in agenda


def test_the_newest_answer_of_a_parent_counts(cast) -> None:
    case = asked(cast, cast.child, "disagrees", "agrees")
    assert council.somebody_disagrees(case)
    row = given.meeting(cast, cast.child, "network")
    mother = cast.child.custody_holders.order_by("pk").first()
    MeetingAnswer.objects.create(
        meeting=row, custody_holder=mother, topic="council", answer="agrees"
    )
    assert not council.somebody_disagrees(case)


def test_parents_are_asked_first(cast, sign_in) -> None:
    case = given.case(cast)
    with pytest.raises(GateError):
        council.put_on_council(case, meeting=meeting(cast), by=cast.leader, **SHEET)
    page = sign_in(cast.leader).get(f"/sager/{case.public_id}/distriktsraad/")
    assert [each.requirement.code for each in page.context["missing"]] == [
        "network_answers_council"
    ]
    assert 'class="form"' not in page.text


def test_a_meeting_that_was_held_or_of_another_district_takes_no_case(cast, sign_in) -> None:
    past = CouncilMeeting.objects.create(
        district=cast.north, held_on=clock.days_from_now(-1), place="Nordskolen"
    )
    case = asked(cast, cast.child)
    with pytest.raises(DomainError) as error:
        council.put_on_council(case, meeting=past, by=cast.leader, **SHEET)
    assert error.value.field == "meeting"
    other = CouncilMeeting.objects.create(
        district=cast.south, held_on=clock.days_from_now(9), place="Sydskolen"
    )
    with pytest.raises(DomainError) as error:
        council.put_on_council(case, meeting=other, by=cast.leader, **SHEET)
    assert error.value.field == "meeting"
    data = form(meeting=other.pk, **SHEET)
    url = f"/sager/{case.public_id}/distriktsraad/"
    assert sign_in(cast.leader).post(url, data).status_code == 422


def test_a_case_is_on_one_agenda_at_a_time(cast, sign_in) -> None:
    item = put(cast)
    other = meeting(cast, 9)
    with refused("on an agenda already"):
        council.put_on_council(item.case, meeting=other, by=cast.leader, **SHEET)


def test_only_the_leader_puts_and_the_coordinator_publishes(cast) -> None:
    case, at = asked(cast, cast.child), meeting(cast)
    with pytest.raises(NotAllowedError):
        council.put_on_council(case, meeting=at, by=cast.teacher, **SHEET)
    item = council.put_on_council(case, meeting=at, by=cast.deputy, **SHEET)
    with pytest.raises(NotAllowedError):
        council.publish_agenda(at, by=cast.council)
    council.publish_agenda(at, by=cast.coordinator)
    with refused("published already"):
        council.publish_agenda(at, by=cast.coordinator)
    assert ("cases.advise_case", "council_coordinator") in open_kinds(item)
    assert {("cases.next_agenda", "council_member"), ("cases.next_agenda", "chief")} <= open_kinds(
        at
    )


def test_the_council_in_the_browser(cast, sign_in) -> None:
    case, at = asked(cast, cast.child), meeting(cast)
    leader, coordinator = sign_in(cast.leader), sign_in(cast.coordinator)
    url = f"/sager/{case.public_id}/distriktsraad/"
    assert leader.get(url).status_code == 200
    assert leader.post(url, form(meeting=at.pk, **SHEET)).status_code == 303
    item = CouncilItem.objects.get()
    publish = f"/droeftelser/{at.public_id}/offentliggoer/"
    assert publish in coordinator.get(f"/droeftelser/{at.public_id}/").content.decode()
    assert coordinator.post(publish, form()).status_code == 303
    write = f"/sparring/{item.public_id}/skriv/"
    data = form(present="Lederne", sparring="Prøv det i det små.", idea_1="Morgengruppe")
    early = coordinator.post(write, data)
    assert early.status_code == 422
    assert "Prøv det i det små." in early.content.decode()
    with later(DAYS_BEFORE):
        assert coordinator.post(write, {**data, **form()}).status_code == 303
        page = leader.get(f"/sparring/{item.public_id}/").content.decode()
    assert "Prøv det i det små." in page
    idea = item.ideas.get()
    answer = f"/sparring/{item.public_id}/ide/{idea.public_id}/"
    assert answer in page
    assert sign_in(cast.teacher).get(answer).status_code == 403
    missing = leader.post(answer, form(answer="not_possible"))
    assert missing.status_code == 422
    assert leader.post(answer, form(answer="not_possible", because="For langt")).status_code == 303


# Ideas


def test_an_idea_that_is_tried_makes_the_next_version_of_the_plan(cast, sign_in) -> None:
    item = advised(cast)
    first, second = item.ideas.all()
    version = PlanVersion.objects.get(plan__pupil=cast.child)
    row = council.answer_idea(
        first,
        answer="try",
        plan=version.plan,
        who="Kontaktlæreren",
        starts_on=clock.today(),
        by=cast.leader,
    )
    assert row.plan_version is not None
    assert (row.plan_version.number, row.plan_version.state) == (2, "draft")
    assert row.plan_version.actions.count() == version.actions.count()
    assert ("cases.try_idea", "leader") in open_kinds(item)
    # The team reads on the plan what is tried, who does it and from when.
    page = sign_in(cast.teacher).get(f"/planer/{version.plan.public_id}/").content.decode()
    assert first.idea in page
    assert "Kontaktlæreren" in page
    council.answer_idea(second, answer="not_possible", because="For langt", by=cast.leader)
    assert open_kinds(item) == set()
    acts = Act.objects.filter(action="cases.councilitem.idea_answered")
    assert {act.data["answer"] for act in acts} == {"try", "not_possible"}
    with refused("answered already"):
        council.answer_idea(second, answer="not_possible", because="Igen", by=cast.leader)


@pytest.mark.parametrize("missing", ["plan", "who", "starts_on"])
def test_trying_says_where_who_and_from_when(cast, missing: str) -> None:
    idea = advised(cast).ideas.first()
    assert idea is not None
    values: dict[str, Any] = {
        "plan": PlanVersion.objects.get(plan__pupil=cast.child).plan,
        "who": "Teamet",
        "starts_on": clock.today(),
    }
    values[missing] = "" if missing == "who" else None
    with pytest.raises(DomainError) as error:
        council.answer_idea(idea, answer="try", by=cast.leader, **values)
    assert error.value.field == missing


def test_no_needs_a_reason_and_the_leader(cast) -> None:
    idea = advised(cast).ideas.first()
    assert idea is not None
    with pytest.raises(DomainError) as error:
        council.answer_idea(idea, answer="not_possible", by=cast.leader)
    assert error.value.field == "because"
    with pytest.raises(NotAllowedError):
        council.answer_idea(idea, answer="not_possible", because="Nej", by=cast.teacher)
    with pytest.raises(DomainError) as error:
        council.answer_idea(idea, answer="open", because="Måske", by=cast.leader)
    assert error.value.field == "answer"


def test_an_idea_is_not_tried_in_another_childs_plan(cast, sign_in) -> None:
    item = advised(cast)
    given.begun(cast, cast.child_b)
    other = PlanVersion.objects.get(plan__pupil=cast.child_b).plan
    idea = item.ideas.first()
    assert idea is not None
    with pytest.raises(DomainError) as error:
        council.answer_idea(
            idea, answer="try", plan=other, who="Vi", starts_on=clock.today(), by=cast.leader
        )
    assert error.value.field == "plan"


def test_sparring_makes_it_the_leaders_turn(cast) -> None:
    item = advised(cast)
    assert open_kinds(item) == {("cases.try_idea", "leader"), ("cases.try_idea", "deputy")}
    assert open_kinds(item.meeting) == set()
    kinds = TimelineEntry.objects.filter(case_number=item.case.number).values_list(
        "kind", flat=True
    )
    assert {"cases.council_asked", "cases.council_advised"} <= set(kinds)


# The council decides nothing (folkeskoleloven § 12; the school leader and PKU decide)


def test_no_form_of_the_council_has_a_field_for_a_decision() -> None:
    forms = [
        value
        for value in vars(council_forms).values()
        if isinstance(value, type)
        and issubclass(value, django_forms.BaseForm)
        and value.__module__ == council_forms.__name__
    ]
    assert len(forms) == 4
    for form_class in forms:
        for name, field in form_class.base_fields.items():  # type: ignore[attr-defined]  # all are forms
            assert not {"outcome", "decision", "level", "approve"} & set(name.split("_"))
            queryset = getattr(field, "queryset", None)
            assert queryset is None or queryset.model is not OutcomeType
    assert {choice.value for choice in CouncilIdea.Answer} == {"open", "try", "not_possible"}


def test_no_table_of_the_council_has_a_column_for_a_decision() -> None:
    for model in (CouncilItem, CouncilIdea, CouncilMeeting):
        for field in model._meta.get_fields():
            assert field.related_model is not OutcomeType
            assert not {"outcome", "decision", "level"} & set(field.name.split("_"))
    assert {state.value for state in CouncilItem.State} == {"on_agenda", "advised", "withdrawn"}


def test_the_councils_lists_ask_as_often_for_many_cases_as_for_few(
    cast, sign_in, django_assert_max_num_queries
) -> None:
    item = published(cast)
    browser = sign_in(cast.council)
    for url in ("/droeftelser/", f"/droeftelser/{item.meeting.public_id}/"):
        with django_assert_max_num_queries(60):
            assert browser.get(url).status_code == 200


def test_a_case_on_an_agenda_is_taken_off_before_it_is_closed(cast) -> None:
    item = put(cast)
    with pytest.raises(DomainError, match="agenda"):
        cases.close_case(item.case, conclusion="Slut.", by=cast.leader)
    council.withdraw_item(item, by=cast.leader)
    assert not cases.close_case(item.case, conclusion="Slut.", by=cast.leader).is_open


def test_a_closed_case_is_not_put_on_an_agenda(cast) -> None:
    case = asked(cast, cast.child)
    cases.close_case(case, conclusion="Slut.", by=cast.leader)
    with pytest.raises(DomainError) as caught:
        council.put_on_council(case, meeting=meeting(cast), **SHEET, by=cast.leader)
    assert caught.value.code == "closed"


def test_a_class_on_the_agenda_from_the_link_to_the_ideas(cast, sign_in) -> None:
    case, at = given.case(cast, cast.klass), meeting(cast)
    leader = sign_in(cast.leader)
    url = f"/sager/{case.public_id}/distriktsraad/"
    assert url in leader.get(f"/sager/{case.public_id}/").content.decode()
    assert "/hoering/ny/" not in leader.get(f"/sager/{case.public_id}/").content.decode()
    sheet = {**SHEET, "situation": "Klassen mister overblikket.", "meeting": at.pk}
    assert leader.post(url, form(**sheet)).status_code == 303
    item = CouncilItem.objects.get()
    council.publish_agenda(at, by=cast.coordinator)
    assert item.heading == "A class in grade 4"
    reader = sign_in(cast.council)
    for page in (f"/droeftelser/{at.public_id}/", f"/sparring/{item.public_id}/ark/"):
        text = reader.get(page).content.decode()
        assert "Et barn" not in text
        assert "A child" not in text
    with later(DAYS_BEFORE):
        council.record_sparring(
            item, present="Lederne", sparring="Prøv.", ideas=["Gruppe"], by=cast.coordinator
        )
    council.answer_idea(
        item.ideas.get(), answer="not_possible", because="For langt", by=cast.leader
    )
    assert open_kinds(item) == set()


def test_sparring_without_ideas_waits_to_be_read_by_the_leader(cast, sign_in) -> None:
    item = published(cast)
    with later(DAYS_BEFORE):
        council.record_sparring(
            item, present="Lederne", sparring="Bliv ved.", ideas=[], by=cast.coordinator
        )
    waits = {("cases.read_sparring", "leader"), ("cases.read_sparring", "deputy")}
    assert open_kinds(item) == waits
    page, read = f"/sparring/{item.public_id}/", f"/sparring/{item.public_id}/laest/"
    assert read not in sign_in(cast.teacher).get(page).content.decode()
    assert sign_in(cast.teacher).post(read, form()).status_code == 403
    leader = sign_in(cast.leader)
    assert read in leader.get(page).content.decode()
    assert leader.post(read, form()).status_code == 303
    assert open_kinds(item) == set()
    assert read not in leader.get(page).content.decode()
    assert Act.objects.filter(action="cases.councilitem.read").count() == 1
    # Pressed again, in another window, it is no second reading.
    assert leader.post(read, form()).status_code == 303
    assert Act.objects.filter(action="cases.councilitem.read").count() == 1


def test_an_agenda_without_cases_waits_for_nobody(cast) -> None:
    item = published(cast)
    assert open_kinds(item.meeting)
    council.withdraw_item(item, by=cast.leader)
    assert open_kinds(item.meeting) == set()
    assert TimelineEntry.objects.filter(
        case_number=item.case.number, kind="cases.council_withdrawn"
    ).exists()
