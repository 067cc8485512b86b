"""Where every leader of the school is close to a case, the head of children and youth decides."""

import uuid
from typing import Any

import pytest

from cases.features import DECIDES
from cases.models import Case, Proposal
from cases.services import cases, gatekeeping, proposals
from districts.models import LearningCommunity, Opening, Pupil, Todo
from districts.permissions import Role
from districts.services.units import appoint
from haderslev.accounts.models import Membership
from haderslev.core import request_cache
from haderslev.core.errors import DomainError, NotAllowedError
from haderslev.core.policy import may
from haderslev.core.subject import Subject
from haderslev.journal.models import Act, Read
from plans.models import Plan
from tests.integration.cases import given
from tests.integration.cases.refusals import refused
from tests.people import Cast

OTHER = "anticipatory_plan_evaluated"
G2 = ("preventive_plan_evaluated", "interventions_shown", "adviser_sentence")


def form(**values: Any) -> dict[str, Any]:
    return {"form_key": str(uuid.uuid4()), **values}


def all_close(cast: Cast) -> list[Membership]:
    return [appoint(who, Role.TEACHER, cast.team) for who in (cast.leader, cast.deputy)]


def proposed(cast: Cast, *, ready: bool = True, target: Any = None) -> Proposal:
    all_close(cast)
    return given.proposal(cast, given.case(cast, target), ready=ready)


def waits_for_chief(cast: Cast) -> list[str]:
    rows = Todo.objects.open().for_user(cast.chief)
    return list(rows.values_list("kind", flat=True))


def test_the_chief_who_presses_twice_is_led_on(cast, sign_in) -> None:
    row = proposed(cast)
    browser, sent = sign_in(cast.chief), form(note="6 timer")
    first, second = (browser.post(f"/forslag/{row.public_id}/godkend/", sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]


def test_nothing_is_open_while_a_leader_may_decide(cast) -> None:
    appoint(cast.leader, Role.TEACHER, cast.team)
    row = given.proposal(cast, given.case(cast))
    assert not Opening.objects.filter(cause=DECIDES).exists()
    assert waits_for_chief(cast) == []
    with pytest.raises(NotAllowedError):
        proposals.approve(row, note="x", by=cast.chief)
    with pytest.raises(DomainError, match="leader of the school can"):
        proposals.ask_chief(row, by=cast.leader)


@pytest.mark.parametrize("about", ["child", "klass"])
def test_the_chief_approves_and_then_sees_nothing_again(cast, about: str) -> None:
    row = proposed(cast, target=getattr(cast, about))
    assert waits_for_chief(cast) == ["cases.decide_level"]
    assert not Todo.objects.open().filter(kind="cases.decide_level").exclude(role="chief").exists()
    assert Plan.objects.visible_to(cast.chief).exists()
    proposals.approve(row, note="6 timer", by=cast.chief)
    assert Case.objects.get(pk=row.case_id).level == "anticipatory"
    assert waits_for_chief(cast) == []
    for model in (Case, Pupil, LearningCommunity, Plan):
        assert not model.objects.visible_to(cast.chief).exists(), model
    for what in ("opened", "closed"):
        acts = Act.objects.filter(
            action__startswith="districts.", action__endswith=f".access_{what}"
        )
        assert acts.count() == 1, what


def test_the_opening_gives_no_other_act(cast) -> None:
    row = proposed(cast)
    held = {
        perm
        for perm in ("close_case", "hold_hearing", "decide_support", "request_ppv", "view_dossier")
        if may(cast.chief, perm, row)
    }
    assert held == set()
    assert not Case.objects.visible_to(cast.chief).exclude(pk=row.case_id).exists()


def test_it_ends_when_sent_back_and_begins_again_with_the_answer(cast) -> None:
    row = proposed(cast)
    proposals.send_back(row, question="Hvad siger far?", by=cast.chief)
    assert not Case.objects.visible_to(cast.chief).exists()
    assert waits_for_chief(cast) == []
    proposals.answer(row, text="Far er enig.", by=cast.teacher)
    assert waits_for_chief(cast) == ["cases.decide_level"]
    proposals.withdraw(row, by=cast.teacher)
    assert not Case.objects.visible_to(cast.chief).exists()
    assert waits_for_chief(cast) == []


def test_the_chief_sets_aside_and_owes_the_reason_of_an_urgent_one(cast) -> None:
    row = proposed(cast, ready=False)
    for code in G2[:2]:
        gatekeeping.except_requirement(
            row.case, code, reason="Barnet kan ikke vente", by=cast.chief
        )
    urgent = gatekeeping.except_requirement(
        row.case, G2[2], urgent=True, sentence="Barnet kommer ikke i skole.", by=cast.chief
    )
    proposals.approve(row, note="6 timer", by=cast.chief)
    assert waits_for_chief(cast) == ["cases.complete_exception"]
    assert Case.objects.visible_to(cast.chief).exists()
    gatekeeping.complete_exception(urgent, reason="Fordi", by=cast.chief)
    assert waits_for_chief(cast) == []
    assert not Case.objects.visible_to(cast.chief).exists()


def test_closing_the_case_shuts_it_to_the_chief(cast: Cast) -> None:
    row = proposed(cast, ready=False)
    for code in G2[:2]:
        gatekeeping.except_requirement(row.case, code, reason="Haster", by=cast.chief)
    gatekeeping.except_requirement(row.case, G2[2], urgent=True, sentence="Haster.", by=cast.chief)
    proposals.approve(row, note="6 timer", by=cast.chief)
    assert Case.objects.visible_to(cast.chief).exists()
    cases.close_case(row.case, conclusion="Slut.", by=cast.leader)
    assert not Case.objects.visible_to(cast.chief).exists()
    assert not Pupil.objects.visible_to(cast.chief).exists()


def test_leaders_who_become_close_later_hand_it_over(cast, sign_in) -> None:
    row = given.proposal(cast, given.case(cast))
    all_close(cast)
    browser, page = sign_in(cast.leader), f"/forslag/{row.public_id}/"
    assert f"{page}til-chefen/" in browser.get(page).content.decode()
    assert sign_in(cast.teacher).post(f"{page}til-chefen/", form()).status_code == 403
    assert browser.post(f"{page}til-chefen/", form()).status_code == 303
    assert f"{page}til-chefen/" not in browser.get(page).content.decode()
    assert waits_for_chief(cast) == ["cases.decide_level"]
    assert not Todo.objects.open().for_user(cast.leader).filter(kind="cases.decide_level").exists()
    proposals.approve(row, note="6 timer", by=cast.chief)


def test_the_pages_as_the_chief(cast, sign_in) -> None:
    row = proposed(cast)
    browser, page = sign_in(cast.chief), f"/forslag/{row.public_id}/"
    assert page in browser.get("/").content.decode()
    text = browser.get(page).content.decode()
    assert f"{page}godkend/" in text
    read = Read.objects.latest("pk")
    assert (read.user_id, read.purpose) == (cast.chief.pk, "leadership")
    assert Subject(read.about) == row.journal_subject()
    case = f"/sager/{row.case.public_id}/"
    for url in (case, f"{case}krav/?krav=G2", f"{case}tidslinje/", f"{page}godkend/"):
        assert browser.get(url).status_code == 200, url
    plan = Plan.objects.get(pupil=cast.child)
    assert browser.get(f"/planer/{plan.public_id}/").status_code == 200
    assert browser.get(f"{case}afslut/").status_code == 403
    done = browser.post(f"{page}godkend/", form(note="6 timer"))
    assert (done.status_code, done["Location"]) == (303, "/")
    assert browser.get(page).status_code == 404
    assert browser.get(case).status_code == 404
    assert sign_in(cast.leader).get(case).status_code == 200
    assert not Todo.objects.open().filter(kind="cases.decide_level").exists()


def test_the_chief_sets_aside_while_no_leader_may(cast, sign_in) -> None:
    row = proposed(cast, ready=False)
    case = f"/sager/{row.case.public_id}/krav/"
    browser = sign_in(cast.chief)
    assert f"{case}{G2[0]}/fravig/" in browser.get(f"{case}?krav=G2").content.decode()
    assert f"{case}{OTHER}/fravig/" in browser.get(f"{case}?krav=G3").content.decode()
    assert browser.get(f"{case}{OTHER}/fravig/").status_code == 200
    gatekeeping.except_requirement(row.case, OTHER, reason="x", by=cast.chief)
    Membership.objects.filter(user=cast.deputy, group__unit_role__unit=cast.team).delete()
    request_cache.forget()
    assert "/fravig/" not in browser.get(f"{case}?krav=G2").content.decode()
    with refused("Another must decide", NotAllowedError):
        gatekeeping.except_requirement(row.case, G2[0], reason="x", by=cast.chief)


def test_the_school_asks_the_chief_who_sees_it_for_that_only(cast, sign_in) -> None:
    case = given.case(cast)
    url = f"/sager/{case.public_id}/krav/"
    ask = f"{url}G3/spoerg-chefen/"
    teacher = sign_in(cast.teacher)
    assert ask not in teacher.get(f"{url}?krav=G3").content.decode()
    assert teacher.post(ask, form()).status_code == 422
    all_close(cast)
    with refused("on the page of the requirements", NotAllowedError):
        gatekeeping.except_requirement(case, OTHER, reason="x", by=cast.leader)
    assert ask in teacher.get(f"{url}?krav=G3").content.decode()
    assert sign_in(cast.chief).get(url).status_code == 404
    assert sign_in(cast.leader).post(ask, form()).status_code == 303
    assert waits_for_chief(cast) == ["cases.set_aside"]
    asked = sign_in(cast.teacher).get(f"{url}?krav=G3").content.decode()
    assert ask not in asked
    assert f"{url}G3/ingen-stillingtagen/" in asked
    browser = sign_in(cast.chief)
    assert f"{url}{OTHER}/fravig/" in browser.get(url).content.decode()
    done = browser.post(f"{url}{OTHER}/fravig/", form(reason="Barnet kan ikke vente."))
    assert (done.status_code, done["Location"]) == (303, "/")
    assert waits_for_chief(cast) == []
    assert browser.get(url).status_code == 404


@pytest.mark.parametrize("who", ["teacher", "leader", "chief"])
def test_the_asking_is_taken_back_or_answered_with_a_no(cast, sign_in, who: str) -> None:
    all_close(cast)
    case = given.case(cast)
    gatekeeping.ask_chief(case, "G3", by=cast.teacher)
    url = f"/sager/{case.public_id}/krav/G3/ingen-stillingtagen/"
    assert sign_in(getattr(cast, who)).post(url, form()).status_code == 303
    assert waits_for_chief(cast) == []
    assert not Case.objects.visible_to(cast.chief).exists()
    with refused("is not asked"):
        gatekeeping.end_asking(case, "G3", by=cast.teacher)


def test_only_the_school_asks_and_only_for_what_lacks(cast) -> None:
    all_close(cast)
    case = given.case(cast)
    with pytest.raises(NotAllowedError):
        gatekeeping.ask_chief(case, "G3", by=cast.secretary)
    with refused("not lacking"):
        gatekeeping.ask_chief(case, "G9", by=cast.teacher)
