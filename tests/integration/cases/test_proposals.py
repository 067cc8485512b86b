"""The next level: propose, approve, send back, withdraw."""

import uuid

import pytest
from django.urls import reverse

from cases.models import Case, Proposal
from cases.services import cases, proposals
from districts.models import TimelineEntry, Todo
from districts.permissions import Role
from districts.services import todos
from districts.services.units import appoint
from haderslev.core.errors import ConflictError, DomainError, GateError, NotAllowedError
from haderslev.journal.models import Act
from plans import features as plan_features
from plans.models import Guidance, PlanVersion
from tests.integration.cases import given

BEGINS_AFTER = given.case


def open_todos(row: Proposal) -> set[tuple[str, str]]:
    rows = Todo.objects.open().about(row)
    return set(rows.values_list("kind", "role"))


def test_the_leader_approves_and_the_level_moves(cast) -> None:
    case = given.case(cast)
    row = given.proposal(cast, case)
    assert open_todos(row) == {("cases.decide_level", "leader"), ("cases.decide_level", "deputy")}
    proposals.approve(row, note="6 timer til Mette", by=cast.leader)
    case.refresh_from_db()
    assert case.level == "anticipatory"
    assert open_todos(row) == set()
    assert Act.objects.filter(action="cases.proposal.approved").count() == 1
    kinds = set(
        TimelineEntry.objects.filter(case_number=case.number).values_list("kind", flat=True)
    )
    assert {"cases.level_proposed", "cases.level_approved", "cases.level_changed"} <= kinds
    # What follows from an act is written after it.
    acts = list(Act.objects.order_by("pk").values_list("action", flat=True))
    assert acts.index("cases.proposal.approved") < acts.index("cases.case.level_changed")


def test_guidance_that_was_asked_for_goes_on(cast) -> None:
    case = given.case(cast)
    row = given.proposal(cast, case)
    asked = Guidance.objects.create(
        kind="pupil",
        role="practice_adviser",
        unit=cast.north,
        community=cast.klass,
        pupil=cast.child,
        question="?",
        closes_on="2099-01-01",
        asked_by=cast.teacher,
    )
    proposals.approve(row, note="Tid", by=cast.leader)
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_level_2_waits_for_its_requirements(cast) -> None:
    case = given.case(cast)
    row = given.proposal(cast, case, ready=False)
    with pytest.raises(GateError) as error:
        proposals.approve(row, note="x", by=cast.leader)
    assert given.codes(error.value) == {
        "preventive_plan_evaluated",
        "interventions_shown",
        "adviser_sentence",
    }
    case.refresh_from_db()
    assert case.level == "preventive"
    assert Proposal.objects.get(pk=row.pk).state == "proposed"


def test_what_is_missing_is_said_before_the_form_is_shown(cast, sign_in) -> None:
    row = given.proposal(cast, given.case(cast), ready=False)
    address, leader = f"/forslag/{row.public_id}/godkend/", sign_in(cast.leader)
    page = leader.get(address)
    missing = {each.requirement.code for each in page.context["missing"]}
    assert "preventive_plan_evaluated" in missing
    assert 'class="form"' not in page.text
    assert "krav=G2" in page.text
    # The way to ask the team stays open.
    assert 'class="form"' in leader.get(f"/forslag/{row.public_id}/send-tilbage/").text


def test_a_question_and_its_answer_go_back_and_forth(cast) -> None:
    row = given.proposal(cast, given.case(cast))
    proposals.send_back(row, question="Hvad siger far?", by=cast.deputy)
    assert open_todos(row) == {("cases.answer_question", "teacher")}
    with pytest.raises(ConflictError):
        proposals.approve(row, note="x", by=cast.leader)
    proposals.answer(row, text="Far er enig.", by=cast.teacher_b)
    assert {kind for kind, _ in open_todos(row)} == {"cases.decide_level"}
    proposals.send_back(row, question="Og barnet?", by=cast.leader)
    row.refresh_from_db()
    assert "Hvad siger far?" in row.question
    assert "Og barnet?" in row.question


def test_the_proposer_and_the_team_never_approve(cast) -> None:
    appoint(cast.leader, Role.TEACHER, cast.team)
    row = given.proposal(cast, given.case(cast))
    with pytest.raises(NotAllowedError, match="Deputy"):
        proposals.approve(row, note="x", by=cast.leader)
    appoint(cast.deputy, Role.TEACHER, cast.team)
    with pytest.raises(NotAllowedError, match="head of children and youth"):
        proposals.approve(row, note="x", by=cast.deputy)


def test_a_leader_who_proposed_as_a_former_teacher_does_not_approve(cast) -> None:
    case = given.case(cast)
    membership = appoint(cast.leader, Role.TEACHER, cast.team)
    row = proposals.propose(
        case,
        reason="x",
        parents_informed_on=case.opened_on,
        parents_informed_how="x",
        parents_words="x",
        child_words="x",
        by=cast.leader,
    )
    membership.delete()
    with pytest.raises(NotAllowedError, match="proposed or written"):
        proposals.approve(row, note="x", by=cast.leader)


def test_who_may_not(cast) -> None:
    case = given.case(cast)
    row = given.proposal(cast, case)
    for who in (cast.teacher_b, cast.leader2, cast.plc, cast.chief):
        with pytest.raises(NotAllowedError):
            proposals.approve(row, note="x", by=who)
    proposals.withdraw(row, by=cast.teacher_b)
    assert TimelineEntry.objects.filter(
        case_number=case.number, kind="cases.level_withdrawn"
    ).exists()


def test_one_proposal_waits_at_a_time(cast) -> None:
    case = given.case(cast)
    given.proposal(cast, case)
    with pytest.raises(DomainError, match="waits already"):
        given.proposal(cast, case, ready=False)


def test_the_way_back_down_needs_no_requirements(cast) -> None:
    case = given.case(cast)
    proposals.approve(given.proposal(cast, case), note="x", by=cast.leader)
    case.refresh_from_db()
    down = given.proposal(cast, case, ready=False)
    assert down.target == "preventive"
    proposals.approve(down, note="x", by=cast.leader)
    case.refresh_from_db()
    assert case.level == "preventive"


def test_a_communitys_case_moves_up_and_not_higher(cast) -> None:
    case = given.case(cast, cast.klass)
    proposals.approve(given.proposal(cast, case), note="x", by=cast.leader)
    case.refresh_from_db()
    assert case.level == "anticipatory"


def test_guidance_about_another_child_is_refused(cast) -> None:
    case = given.case(cast)
    other = given.guidance(cast, cast.child_b)
    with pytest.raises(DomainError):
        proposals.propose(
            case,
            reason="x",
            guidance=other,
            parents_informed_on=case.opened_on,
            parents_informed_how="x",
            parents_words="x",
            child_words="x",
            by=cast.teacher,
        )


def test_pages_of_the_team_and_the_leader(cast, sign_in) -> None:
    case = given.case(cast)
    url = f"/sager/{case.public_id}/naeste-led/"
    teacher, leader = sign_in(cast.teacher), sign_in(cast.leader)
    assert teacher.get(url).status_code == 200
    data = {
        "form_key": str(uuid.uuid4()),
        "reason": "x",
        "guidance": "",
        "parents_informed_on": case.opened_on.isoformat(),
        "parents_informed_how": "Samtale",
        "parents_words": "Mor: ja",
        "child_words": "Ja",
    }
    answer = teacher.post(url, data)
    assert answer.status_code == 303
    page = answer["Location"]
    assert b"godkend/" not in teacher.get(page).content
    assert teacher.get(f"{page}godkend/").status_code == 403
    assert b"godkend/" in leader.get(page).content
    refused = leader.post(f"{page}godkend/", {"form_key": str(uuid.uuid4()), "note": "Tid"})
    assert refused.status_code == 422
    sent = leader.post(
        f"{page}send-tilbage/", {"form_key": str(uuid.uuid4()), "question": "Hvorfor nu?"}
    )
    assert sent.status_code == 303
    late = leader.post(f"{page}godkend/", {"form_key": str(uuid.uuid4()), "note": "Tid"})
    assert late.status_code == 409
    assert teacher.get(f"{page}svar/").status_code == 200
    assert sign_in(cast.leader2).get(page).status_code == 404


def test_a_leader_in_the_team_reads_who_can_decide(cast, sign_in) -> None:
    appoint(cast.leader, Role.TEACHER, cast.team)
    row = given.proposal(cast, given.case(cast))
    browser = sign_in(cast.leader)
    page = browser.get(f"/forslag/{row.public_id}/").content.decode()
    assert "Deputy Prøve" in page
    assert f"/forslag/{row.public_id}/godkend/" not in page
    refused = browser.get(f"/forslag/{row.public_id}/godkend/")
    assert refused.status_code == 403
    assert "Deputy Prøve" in refused.content.decode()
    key = {"form_key": str(uuid.uuid4()), "note": "Tid"}
    assert browser.post(f"/forslag/{row.public_id}/godkend/", key).status_code == 403


def test_todo_leads_to_the_proposal(cast) -> None:
    row = given.proposal(cast, given.case(cast))
    todo = Todo.objects.open().for_user(cast.leader).get(kind="cases.decide_level")
    assert todo.url == f"/forslag/{row.public_id}/"
    assert not Todo.objects.open().for_user(cast.leader2).exists()
    assert Case.objects.filter(level="anticipatory").count() == 0


def test_the_leader_decides_and_never_proposes(cast, sign_in) -> None:
    case = given.case(cast)
    url = f"/sager/{case.public_id}/naeste-led/"
    assert sign_in(cast.leader).get(url).status_code == 403
    row = given.proposal(cast, case)
    with pytest.raises(NotAllowedError):
        proposals.withdraw(row, by=cast.leader)


def test_the_proposal_opens_filled_and_takes_the_step(cast, sign_in) -> None:
    case = given.case(cast)
    version = PlanVersion.objects.get(plan__in=case.plans.all(), number=1)
    given.evaluation(cast, version)
    todos.give(plan_features.GO_ON, version.plan, Role.TEACHER, at=version)
    sentence = given.guidance(cast, case.target)
    page = reverse("cases:next_level", args=[case.public_id])
    form = sign_in(cast.teacher).get(page).context["forms"][0]
    assert form["reason"].value() == "Det rækker ikke"
    assert form["guidance"].value() == sentence.pk
    given.proposal(cast, case, ready=False)
    assert not Todo.objects.open().filter(kind="plans.go_on").exists()


def test_a_case_opens_with_the_reason_of_the_evaluation(cast, sign_in) -> None:
    version = given.begun(cast, cast.child)
    page = reverse("cases:new_case_for_pupil", args=[cast.child.public_id])
    browser = sign_in(cast.teacher)
    assert not browser.get(page).context["forms"][0]["reason"].value()
    given.evaluation(cast, version)
    assert browser.get(page).context["forms"][0]["reason"].value() == "Det rækker ikke"


def test_after_the_approval_the_plan_of_level_2_waits_for_the_team(cast, sign_in) -> None:
    case = given.case(cast)
    proposals.approve(given.proposal(cast, case), note="Tid", by=cast.leader)
    todo = Todo.objects.open().for_user(cast.teacher).get(kind="plans.make_plan")
    assert todo.url == reverse("plans:new_plan_for_pupil", args=[cast.child.public_id])
    assert todo.case_number == case.number
    form = sign_in(cast.teacher).get(todo.url).context["forms"][0]
    assert form["level"].value() == "anticipatory"
    proposals.approve(given.proposal(cast, case, ready=False), note="Hjem", by=cast.leader)
    assert not Todo.objects.open().filter(kind="plans.make_plan").exists()


def test_what_was_written_stays_where_the_gate_refuses(cast, sign_in) -> None:
    row = given.proposal(cast, given.case(cast), ready=False)
    sent = {"form_key": str(uuid.uuid4()), "note": "Seks timer om ugen"}
    answer = sign_in(cast.leader).post(f"/forslag/{row.public_id}/godkend/", sent)
    assert answer.status_code == 422
    assert "Seks timer om ugen" in answer.text


def test_a_form_is_not_shown_for_what_is_done(cast, sign_in) -> None:
    row = given.proposal(cast, given.case(cast))
    proposals.withdraw(row, by=cast.teacher)
    for browser, act in ((sign_in(cast.leader), "godkend"), (sign_in(cast.teacher), "svar")):
        page = browser.get(f"/forslag/{row.public_id}/{act}/").text
        assert "Forslaget venter ikke længere på dette." in page
        assert 'class="form"' not in page


def test_a_proposal_from_before_a_decision_does_not_move_the_case_down(cast) -> None:
    row = given.proposal(cast, given.case(cast))
    # What a delivered decision of PKU does while the proposal waits.
    cases.move_level(row.case, Case.Level.INTERVENING, by=cast.leader)
    with pytest.raises(ConflictError, match="another level"):
        proposals.approve(row, note="x", by=cast.leader)
    assert Case.objects.get(pk=row.case_id).level == "intervening"
