"""The leader's decision: outcomes as data, letters with their guidance, the level on delivery."""

import json
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from cases import features
from cases.forms.decisions import NOT_FOR_PARENTS, HearingForm, SupportDecisionForm
from cases.models import Case, Delivery, Document, Hearing, OutcomeType, SupportDecision
from cases.selectors.facts import case_facts
from cases.selectors.pages import kept_words
from cases.selectors.requirements import requirements
from cases.services import decisions, deliveries, hearings
from cases.services.cases import close_case
from districts.models import CustodyHolder, TimelineEntry, Todo
from districts.permissions import Role
from districts.services import todos
from haderslev.core import clock, legal
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.core.models import LegalValue
from haderslev.journal.models import Act
from plans.models import Voice
from plans.services.plans import revise
from tests.integration.cases import given
from tests.integration.cases.refusals import refused
from tests.integration.cases.test_hearings import answer, draft, form, sent

BEGINS_AFTER = given.case

TEXTS = {
    "what": "To timer støtte om ugen ved overgange.",
    "legal_basis": "Folkeskoleloven § 3 a.",
    "considerations": "Barnet bliver hos sine venner.",
    "facts": "PPV af 3. oktober.",
    "parents_views": "Mor ønsker mere støtte; det kan vi ikke give nu.",
    "child_views": "Jeg vil blive i klassen. Det har vejet tungt.",
}
REASON = "Intet nyt taler imod parterne."
LEADERS_OUTCOMES = (
    "support_ordinary",
    "integrated_over",
    "special_class_own",
    "mellemform",
    "refusal",
    "support_change",
    "cessation",
)


def outcome(code: str) -> OutcomeType:
    return OutcomeType.objects.get(code=code)


def dates(kind: OutcomeType) -> dict[str, Any]:
    """Return the dates an outcome needs, and no others."""
    found: dict[str, Any] = {}
    if kind.needs_period:
        found |= {"starts_on": clock.today(), "ends_on": clock.days_from_now(180)}
    if kind.needs_revisitation:
        found["revisit_on"] = clock.days_from_now(180)
    return found


def hours(kind: OutcomeType) -> Decimal:
    """Return hours a week that fit the outcome."""
    return Decimal(9) if kind.threshold == OutcomeType.Threshold.OVER else Decimal("2.5")


@pytest.fixture(autouse=True)
def special_offers_are_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PPV and consultation be there: tests of the gates say when they are not."""
    monkeypatch.setattr(decisions, "unmet", lambda _rows: (), raising=False)


def hear(cast: Any, case: Case) -> None:
    """Hear the parties to the end."""
    hearing = hearings.send_hearing(
        draft(cast, case), answer_by=clock.days_from_now(14), by=cast.leader
    )
    for party in hearing.parties.all():
        answer(cast, party)
    hearings.close_hearing(hearing, assessment="Begge er enige.", by=cast.leader)


def decide(cast: Any, case: Case, code: str, **changes: Any) -> SupportDecision:
    """Decide; an outcome that may weigh against the parties is heard first."""
    kind = outcome(code)
    if kind.needs_hearing:
        hear(cast, case)
    values: dict[str, Any] = {**TEXTS, **dates(kind), "no_hearing_reason": REASON}
    values["weekly_hours"] = hours(kind)
    return decisions.decide_support(case, outcome=kind, **{**values, "by": cast.leader, **changes})


def deliver(row: Delivery, by: Any) -> Delivery:
    today = clock.today()
    return deliveries.record_delivery(
        row, channel="digital_post", sent_on=today, delivered_on=today, by=by
    )


def letters_of(decision: SupportDecision) -> list[Document]:
    return list(Document.objects.filter(decision_key=decision.public_id).order_by("pk"))


@pytest.mark.parametrize("code", LEADERS_OUTCOMES)
def test_an_outcome_ends_here_with_letters_and_its_guidance(cast, code: str) -> None:
    case = given.case(cast)
    kind = outcome(code)
    decision = decide(cast, case, code)
    made = letters_of(decision)
    holders = list(CustodyHolder.objects.filter(pupil=cast.child))
    assert len(made) == len(holders) == 2
    guidance = legal.letter_text(kind.appeal_code)
    for letter, own, other in zip(made, holders, holders[::-1], strict=True):
        payload = json.loads(letter.payload)
        assert payload["complaint"]["title"] == guidance.title
        assert "{" not in payload["complaint"]["text"]
        assert kind.name_da in payload["title"]
        assert own.address in payload["recipient"]
        assert other.address not in letter.payload
        assert all(text in letter.payload for text in TEXTS.values())
        assert REASON not in letter.payload
    assert (decision.starts_on is not None) == kind.needs_period
    assert (decision.revisit_on is not None) == kind.needs_revisitation
    case.refresh_from_db()
    assert case.level == "preventive"
    for letter in made:
        deliver(letter.delivery, cast.secretary)
    case.refresh_from_db()
    # A decision that ends an effort never lifts a case that is lower.
    intervenes = kind.level_after == "intervening"
    assert case.level == ("intervening" if intervenes else "preventive")


def test_every_outcome_of_the_leader_is_known(cast) -> None:
    rows = legal.in_force(OutcomeType.objects.filter(competence="leader"))
    assert {row.code for row in rows} == {*LEADERS_OUTCOMES, "refer_to_pku"}
    assert [row.code for row in rows if not row.ends_at_leader] == ["refer_to_pku"]
    for row in rows:
        assert row.appeal_code
        assert row.needs_hearing or not row.is_refusal
        assert not (row.is_refusal and (row.needs_period or row.needs_revisitation))


def test_the_level_moves_with_the_last_letter(cast) -> None:
    case = given.case(cast)
    decision = decide(cast, case, "special_class_own")
    first, second = letters_of(decision)
    deliver(first.delivery, cast.secretary)
    case.refresh_from_db()
    assert case.level == "preventive"
    assert not TimelineEntry.objects.filter(kind="cases.decision_delivered").exists()
    today = clock.today()
    deliveries.record_delivery(
        second.delivery, channel="letter", sent_on=today, delivered_on=None, by=cast.secretary
    )
    case.refresh_from_db()
    assert case.level == "preventive"
    deliver(second.delivery, cast.secretary)
    case.refresh_from_db()
    assert (case.level, case.level_since) == ("intervening", today)
    assert TimelineEntry.objects.filter(kind="cases.decision_delivered").count() == 1
    assert Act.objects.get(action="cases.case.level_changed").data == {
        "from": "preventive",
        "to": "intervening",
    }


@pytest.mark.parametrize("code", ["integrated_over", "special_class_own", "mellemform"])
def test_the_next_decision_waits_for_the_leaders(cast, sign_in, code: str) -> None:
    case = given.case(cast)
    decision = decide(cast, case, code)
    waits = Todo.objects.open().filter(kind="cases.revisit")
    assert not waits.exists()
    for letter in letters_of(decision):
        deliver(letter.delivery, cast.secretary)
    assert set(waits.values_list("role", "due_on")) == {
        ("leader", decision.revisit_on),
        ("deputy", decision.revisit_on),
    }
    row = waits.filter(role="leader").get()
    page = sign_in(cast.leader).get(row.url)
    assert page.status_code == 200
    for letter in letters_of(decide(cast, case, "support_ordinary")):
        deliver(letter.delivery, cast.secretary)
    assert not waits.exists()


def test_a_change_keeps_the_level_and_has_its_own_period(cast) -> None:
    case = given.case(cast)
    for code, many in (("integrated_over", 12), ("support_change", 20)):
        decision = decide(cast, case, code, weekly_hours=Decimal(many))
        for letter in letters_of(decision):
            deliver(letter.delivery, cast.secretary)
        case.refresh_from_db()
        assert case.level == "intervening"
        assert decision.starts_on
        assert decision.revisit_on


def test_ceasing_lowers_the_level(cast) -> None:
    case = given.case(cast)
    for letter in letters_of(decide(cast, case, "integrated_over")):
        deliver(letter.delivery, cast.secretary)
    for letter in letters_of(decide(cast, case, "cessation")):
        deliver(letter.delivery, cast.secretary)
    case.refresh_from_db()
    assert case.level == "anticipatory"


def test_a_letter_that_arrives_after_closing_moves_nothing(cast) -> None:
    case = given.case(cast)
    decision = decide(cast, case, "integrated_over")
    close_case(case, conclusion="Familien er flyttet.", by=cast.leader)
    for letter in letters_of(decision):
        deliver(letter.delivery, cast.secretary)
    case.refresh_from_db()
    assert case.level == "closed"
    assert not Todo.objects.open().filter(kind="cases.revisit").exists()


def test_referring_makes_no_letter_but_gives_the_next_turns(cast) -> None:
    case = given.case(cast)
    decision = decide(cast, case, "refer_to_pku")
    assert letters_of(decision) == []
    waits = set(Todo.objects.open().about(case).values_list("kind", "role"))
    assert {
        ("cases.prepare_council", "leader"),
        ("cases.prepare_council", "deputy"),
        ("pku.write_referral", "teacher"),
    } <= waits
    case.refresh_from_db()
    assert case.level == "preventive"


@pytest.mark.parametrize(
    ("code", "changes", "field"),
    [
        ("integrated_over", {"starts_on": None}, "starts_on"),
        ("integrated_over", {"ends_on": None}, "ends_on"),
        ("integrated_over", {"ends_on": clock.today()}, "ends_on"),
        ("special_class_own", {"ends_on": clock.days_from_now(-1)}, "ends_on"),
        ("mellemform", {"ends_on": clock.days_from_now(366)}, "ends_on"),
        ("mellemform", {"revisit_on": None}, "revisit_on"),
        ("mellemform", {"revisit_on": clock.days_from_now(366)}, "revisit_on"),
        ("mellemform", {"revisit_on": clock.days_from_now(-1)}, "revisit_on"),
        ("special_school", {}, "outcome"),
        ("support_ordinary", {"no_hearing_reason": ""}, "no_hearing_reason"),
        ("support_ordinary", {"weekly_hours": Decimal(9)}, "weekly_hours"),
        ("mellemform", {"weekly_hours": Decimal(20)}, "weekly_hours"),
        ("integrated_over", {"weekly_hours": Decimal("8.9")}, "weekly_hours"),
        ("integrated_over", {"weekly_hours": None}, "weekly_hours"),
    ],
)
def test_a_decision_that_lacks_something_is_refused(
    cast, code: str, changes: dict[str, Any], field: str
) -> None:
    case = given.case(cast)
    with pytest.raises(DomainError) as error:
        decide(cast, case, code, **changes)
    assert error.value.field == field
    assert not SupportDecision.objects.exists()


@pytest.mark.parametrize(
    ("period", "field"),
    [
        ({"ends_on": clock.today()}, "ends_on"),
        ({"ends_on": clock.days_from_now(366)}, "ends_on"),
        ({"starts_on": date(1999, 1, 1)}, "starts_on"),
        ({"revisit_on": clock.today()}, "revisit_on"),
    ],
)
def test_the_form_says_what_the_service_would_refuse(
    cast, sign_in, period: dict[str, date], field: str
) -> None:
    case, kind = given.case(cast), outcome("integrated_over")
    with pytest.raises(DomainError) as error:
        decide(cast, case, kind.code, **period)
    days = {name: day.isoformat() for name, day in {**dates(kind), **period}.items()}
    data = form(**TEXTS, **days, outcome=kind.pk, weekly_hours="9", no_hearing_reason=REASON)
    answer = sign_in(cast.leader).post(f"/sager/{case.public_id}/afgoerelse/ny/", data)
    assert answer.status_code == 422
    assert (error.value.field, set(answer.context["form"].errors)) == (field, {field})


def test_the_longest_period_is_the_one_in_force_on_the_first_day(cast) -> None:
    case, tomorrow = given.case(cast), clock.days_from_now(1)
    rows = LegalValue.objects.filter(code="offer_longest_days")
    rows.update(valid_until=clock.today())
    LegalValue.objects.create(
        code="offer_longest_days", valid_from=tomorrow, value=100, is_legal=False
    )
    decide(cast, case, "integrated_over")
    with pytest.raises(DomainError) as error:
        decide(cast, case, "integrated_over", starts_on=tomorrow)
    assert error.value.code == "too-long"


def test_the_threshold_is_the_one_in_force(cast) -> None:
    today = clock.today()
    LegalValue.objects.filter(code="special_support_weekly_hours").update(
        valid_until=today - timedelta(days=1)
    )
    LegalValue.objects.create(
        code="special_support_weekly_hours", valid_from=today, value=12, is_legal=True
    )
    decide(cast, given.case(cast), "support_ordinary", weekly_hours=Decimal("11.9"))


def test_dates_that_the_outcome_does_not_need_are_left_out(cast) -> None:
    unneeded = {"starts_on": clock.today(), "ends_on": clock.today(), "revisit_on": clock.today()}
    for code in ("refusal", "support_ordinary"):
        row = decide(cast, Case.objects.first() or given.case(cast), code, **unneeded)
        row.refresh_from_db()
        assert (row.starts_on, row.ends_on, row.revisit_on) == (None, None, None)


def test_a_case_that_is_closed_or_a_class_is_not_decided(cast) -> None:
    with refused("about a pupil"):
        decide(cast, given.case(cast, cast.klass), "mellemform")
    case = given.case(cast)
    close_case(case, conclusion="Løst i klassen.", by=cast.leader)
    with refused("open case"):
        decide(cast, case, "mellemform")


def test_an_open_hearing_is_closed_first_and_used_once(cast) -> None:
    hearing = sent(cast)
    with refused("Close the hearing"):
        decide(cast, hearing.case, "mellemform")
    for party in hearing.parties.all():
        answer(cast, party)
    hearings.close_hearing(hearing, assessment="Begge er enige.", by=cast.leader)
    first = decide(cast, hearing.case, "support_ordinary", no_hearing_reason="")
    assert first.hearing == hearing
    with refused("Hear the parties"):
        decide(cast, hearing.case, "mellemform", no_hearing_reason="")
    assert decide(cast, hearing.case, "mellemform").hearing is None


def test_who_has_custody_now_is_heard_before_the_decision(cast) -> None:
    case = given.case(cast)
    hear(cast, case)
    guardian = CustodyHolder.objects.create(
        pupil=cast.child, name="Værge Jensen", relation="guardian", address="Nyvej 1"
    )
    with pytest.raises(DomainError, match=guardian.name):
        decide(cast, case, "mellemform")
    row = next(row for row in requirements(case, "G5") if row.requirement.code == "hearing_held")
    assert row.requirement.status == "started"
    assert guardian.name in row.because
    hear(cast, case)
    assert decide(cast, case, "mellemform").hearing == case.hearings.latest("pk")


def test_without_a_ppv_the_consultation_is_recorded_as_a_network_meeting(cast) -> None:
    case = given.case(cast)
    row = next(
        row
        for row in requirements(case, "G5", user=cast.leader)
        if row.requirement.code == "consultation"
    )
    assert row.requirement.status == "not_assessed"
    assert row.because
    assert row.url == reverse("plans:new_meeting_for_pupil", args=[cast.child.public_id])


def test_a_draft_of_a_hearing_holds_the_decision_back(cast) -> None:
    hearing = draft(cast)
    with refused("drop the draft"):
        decide(cast, hearing.case, "mellemform")


def test_only_the_leader_decides(cast, sign_in) -> None:
    case = given.case(cast)
    url = f"/sager/{case.public_id}/afgoerelse/ny/"
    for who, status in (
        (cast.leader, 200),
        (cast.deputy, 200),
        (cast.teacher, 403),
        (cast.leader2, 404),
        (cast.secretary, 404),
        (cast.chair, 404),
        (cast.chief, 404),
    ):
        assert sign_in(who).get(url).status_code == status, who
    with pytest.raises(NotAllowedError):
        decide(cast, case, "mellemform", by=cast.teacher)


def test_the_decision_in_the_browser(cast, sign_in) -> None:
    case = given.case(cast)
    browser = sign_in(cast.leader)
    url = f"/sager/{case.public_id}/afgoerelse/ny/"
    data = {**TEXTS, "outcome": outcome("integrated_over").pk, "no_hearing_reason": REASON}
    missing = browser.post(url, form(**data))
    assert missing.status_code == 422
    assert TEXTS["considerations"] in missing.content.decode()
    today = clock.today().isoformat()
    until = clock.days_from_now(300).isoformat()
    period = {"starts_on": today, "ends_on": until, "revisit_on": until, "weekly_hours": "9.5"}
    key = str(uuid.uuid4())
    posted = browser.post(url, {**data, **period, "form_key": key})
    again = browser.post(url, {**data, **period, "form_key": key})
    decision = SupportDecision.objects.get()
    assert posted["Location"] == again["Location"] == f"/afgoerelser/{decision.public_id}/"
    assert decision.weekly_hours == Decimal("9.5")
    page = browser.get(posted["Location"]).content.decode()
    assert "9,5" in page
    assert "Mother til Alma" in page
    as_teacher = sign_in(cast.teacher).get(posted["Location"])
    assert as_teacher.status_code == 200
    assert "/dokumenter/" not in as_teacher.content.decode()
    assert sign_in(cast.leader2).get(posted["Location"]).status_code == 404


def test_pku_outcomes_are_not_offered_to_the_leader(cast, sign_in) -> None:
    case = given.case(cast)
    url = f"/sager/{case.public_id}/afgoerelse/ny/"
    data = form(**TEXTS, outcome=outcome("special_school").pk, no_hearing_reason=REASON)
    assert sign_in(cast.leader).post(url, data).status_code == 422
    assert not SupportDecision.objects.exists()


def test_an_outcome_out_of_force_is_not_offered(cast, sign_in) -> None:
    row = outcome("mellemform")
    row.valid_until = clock.today() - timedelta(days=1)
    row.save()
    page = sign_in(cast.leader).get(f"/sager/{given.case(cast).public_id}/afgoerelse/ny/")
    assert row.name_da not in page.content.decode()


def test_signing_is_journalled_without_content(cast) -> None:
    case = given.case(cast)
    decision = decide(cast, case, "support_ordinary")
    act = Act.objects.get(action="cases.supportdecision.signed")
    assert act.data == {"outcome": "support_ordinary"}
    assert act.object_id == decision.public_id
    assert act.about == [f"case:{case.number}", f"pupil:{cast.child.pk}"]
    assert TimelineEntry.objects.filter(
        kind="cases.support_decided", case_number=case.number
    ).exists()


@pytest.mark.parametrize("code", ["refusal", "support_change", "cessation"])
def test_an_outcome_against_the_parties_is_never_without_a_hearing(cast, code: str) -> None:
    case = given.case(cast)
    kind = outcome(code)
    values: dict[str, Any] = {**TEXTS, **dates(kind), "no_hearing_reason": REASON}
    values["weekly_hours"] = hours(kind)
    with refused("may weigh against"):
        decisions.decide_support(case, outcome=kind, **values, by=cast.leader)
    assert not SupportDecision.objects.exists()


def test_a_draft_hearing_that_is_dropped_lets_the_leader_decide(cast, sign_in) -> None:
    row = draft(cast)
    case, url = row.case, f"/hoeringer/{row.public_id}/"
    todos.give(features.HOLD_HEARING, case, Role.LEADER)
    with refused("drop the draft"):
        decide(cast, case, "support_ordinary")
    assert sign_in(cast.teacher).post(f"{url}drop/", form()).status_code == 403
    browser = sign_in(cast.leader)
    assert f"{url}drop/" in browser.get(url).content.decode()
    assert browser.get(f"{url}drop/").status_code == 200
    assert Hearing.objects.get().state == "draft"
    assert browser.post(f"{url}drop/", form()).status_code == 303
    assert Hearing.objects.get().state == "dropped"
    act = Act.objects.get(action="cases.hearing.dropped")
    assert act.about == [f"case:{case.number}", f"pupil:{cast.child.pk}"]
    waits = Todo.objects.open().about(case)
    assert set(waits.values_list("kind", "role")) == {
        ("cases.make_decision", "leader"),
        ("cases.make_decision", "deputy"),
    }
    assert case_facts(case).hearing.state == ""
    assert f"{url}drop/" not in browser.get(url).content.decode()
    assert browser.post(f"{url}drop/", form()).status_code == 409
    decide(cast, case, "support_ordinary")


@pytest.mark.postgres15
def test_only_a_draft_is_dropped_and_a_new_hearing_may_follow(cast) -> None:
    hearings.drop_hearing(draft(cast), by=cast.leader)
    new = draft(cast, Case.objects.get())
    row = hearings.send_hearing(new, answer_by=clock.days_from_now(14), by=cast.leader)
    with pytest.raises(ConflictError):
        hearings.drop_hearing(row, by=cast.leader)
    with pytest.raises(DatabaseError), transaction.atomic():
        Hearing.objects.filter(pk=row.pk).update(state="dropped")


def test_words_kept_from_the_parents_are_named_where_a_letter_is_written(cast, sign_in) -> None:
    case = given.case(cast)
    pages = ("afgoerelse/ny/", "hoering/ny/")
    leader = sign_in(cast.leader)

    def notices() -> list[bool]:
        found = [leader.get(f"/sager/{case.public_id}/{page}") for page in pages]
        assert all("Min far skal ikke" not in page.content.decode() for page in found)
        return [bool(page.context["page"].notice) for page in found]

    assert notices() == [False, False]
    Voice.objects.create(
        version=revise(case.plans.get(), by=cast.teacher),
        statement="seen",
        words="Min far skal ikke se det her.",
        gathered_how="Samtale",
        gathered_on=clock.today(),
        parents_may_see="no",
    )
    assert notices() == [True, True]
    assert kept_words(case, cast.leader)
    assert not kept_words(case, cast.coordinator)
    hinted = [*HearingForm().fields.values(), SupportDecisionForm(heard=True).fields["child_views"]]
    assert all(str(NOT_FOR_PARENTS) in str(field.help_text) for field in hinted)


def test_what_stands_against_a_decision_is_said_before_the_form_is_shown(cast, sign_in) -> None:
    hearing = sent(cast)
    url = reverse("cases:new_decision", args=[hearing.case.public_id])
    page = sign_in(cast.leader).get(url).content.decode()
    assert "Afslut partshøringen, før du træffer afgørelsen." in page
    assert 'name="considerations"' not in page
    for party in hearing.parties.all():
        answer(cast, party)
    hearings.close_hearing(hearing, assessment="Begge er enige.", by=cast.leader)
    assert 'name="considerations"' in sign_in(cast.leader).get(url).content.decode()


def test_of_two_who_move_a_row_they_have_read_one_is_refused(cast) -> None:
    row = draft(cast)
    first, second = Hearing.objects.get(pk=row.pk), Hearing.objects.get(pk=row.pk)
    first.move(Hearing.State.DROPPED)
    with pytest.raises(ConflictError):
        second.move(Hearing.State.DROPPED)
