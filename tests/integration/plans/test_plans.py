"""Plans: draft, parts, putting into use, the frozen version, the next version."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.models import TimelineEntry, Todo
from haderslev.core.errors import ConflictError, DomainError, NotAllowedError
from haderslev.journal.models import Act
from plans.hints import NO_NAMES
from plans.models import Goal, Plan, PlanVersion, Voice
from plans.selectors import voices_for_parents
from plans.services import drafts
from plans.services import plans as service
from tests.integration.plans.conftest import a_date, formset, posted


def test_a_pupils_plan_goes_with_the_classs_plan(cast, sign_in, build):
    class_plan = build.plan(cast.klass)
    page = reverse("plans:new_plan_for_pupil", args=[cast.child.public_id])
    browser = sign_in(cast.teacher)
    assert class_plan.title in browser.get(page).content.decode()
    answer = browser.post(
        page,
        posted(
            title="Alma kommer med",
            level="preventive",
            team=cast.team.pk,
            community_plan=class_plan.pk,
        ),
    )
    plan = Plan.objects.get(pupil=cast.child)
    assert answer.status_code == 303
    assert plan.community_plan == class_plan
    todo = Todo.objects.for_user(cast.teacher).get(kind="plans.finish_plan", pupil=cast.child)
    assert todo.url == reverse("plans:plan", args=[plan.public_id])
    assert Act.objects.filter(action="plans.plan.made").count() == 2


def test_a_team_that_does_not_work_with_the_class_is_refused(cast):
    with pytest.raises(DomainError) as error:
        service.make_plan(
            cast.klass, title="x", level="preventive", team=cast.team2, by=cast.teacher
        )
    assert error.value.field == "team"


def test_plc_sees_the_classs_plan_but_not_the_pupils_nor_the_observations(cast, sign_in, build):
    version = build.in_use(cast.klass)
    pupils = build.plan(cast.child)
    browser = sign_in(cast.plc)
    page = browser.get(reverse("plans:plan", args=[version.plan.public_id]))
    assert page.status_code == 200
    assert "Uro i overgangen" not in page.content.decode()
    assert browser.get(reverse("plans:plan", args=[pupils.public_id])).status_code == 404
    revise = reverse("plans:revise", args=[version.plan.public_id])
    assert browser.get(revise).status_code == 403
    assert sign_in(cast.teacher2).get(revise).status_code == 404


def test_parts_are_written_on_their_pages(cast, sign_in, build, intervention):
    plan = build.plan(cast.child)
    seen, met = build.observation(cast.child), build.team_meeting(cast.child)
    browser = sign_in(cast.teacher)
    mother, father = cast.child.custody_holders.current()

    def post(name, data):
        page = reverse(f"plans:{name}", args=[plan.public_id])
        assert browser.get(page).status_code == 200
        revision = plan.versions.get().revision
        answer = browser.post(page, posted(revision=revision, **data))
        assert answer.status_code == 303, answer.content.decode()

    post(
        "edit_context",
        {
            "context": "Svært",
            "observations": [seen.pk],
            "team_meeting": met.pk,
        },
    )
    post(
        "edit_goals",
        formset(
            "form",
            [
                {
                    "text": "Alma leger",
                    "sign_1": "En leg om dagen",
                    "how_1": "tælles",
                    "today_1": "1",
                },
                {"text": ""},
            ],
        ),
    )
    post(
        "edit_actions",
        formset(
            "form",
            [
                {
                    "intervention": intervention.pk,
                    "what": "To voksne",
                    "who": "Mette",
                    "starts_on": a_date(1),
                    "weeks": 6,
                    "weekly_hours": "2.5",
                },
                {"intervention": "", "what": ""},
            ],
        ),
    )
    post(
        "edit_voices",
        formset(
            "form",
            [
                {
                    "words": "Jeg er alene",
                    "gathered_how": "samtale",
                    "gathered_on": a_date(0),
                    "parents_may_see": "no",
                },
                {},
                {},
                {},
            ],
        ),
    )
    post(
        "edit_parents",
        formset(
            "form",
            [
                {"words": "Hun er glad hjemme"},
                {"missing_reason": "Ikke truffet"},
            ],
        ),
    )
    post("edit_evaluation", {"evaluate_on": a_date(40), "evaluate_how": "Teammøde"})
    draft = plan.versions.get()
    assert draft.revision == 7
    assert [sign.text for sign in draft.signs.all()] == ["En leg om dagen"]
    assert draft.actions.get().weekly_hours is not None
    assert {row.custody_holder for row in draft.perspectives.all()} == {mother, father}
    assert list(voices_for_parents(draft)) == []
    text = browser.get(reverse("plans:plan", args=[plan.public_id])).content.decode()
    assert reverse("plans:put_into_use", args=[plan.public_id]) in text
    answer = browser.post(reverse("plans:put_into_use", args=[plan.public_id]), posted(revision=7))
    assert answer.status_code == 303
    assert plan.versions.get().state == "approved"


def test_incomplete_parts_say_what_is_missing(cast, sign_in, build):
    plan = build.plan(cast.child)
    browser = sign_in(cast.teacher)
    page = reverse("plans:edit_voices", args=[plan.public_id])
    rows = [{"words": "Kun ord"}, {}, {}, {}]
    answer = browser.post(page, posted(revision=1, **formset("form", rows)))
    assert answer.status_code == 422
    page = reverse("plans:edit_goals", args=[plan.public_id])
    rows = [{"text": "", "sign_1": "Et tegn uden mål"}]
    assert browser.post(page, posted(revision=1, **formset("form", rows))).status_code == 422
    assert plan.versions.get().revision == 1


def test_an_incomplete_draft_is_saved_but_not_put_into_use(cast, build):
    plan = build.plan(cast.klass)
    with pytest.raises(DomainError) as error:
        service.put_into_use(plan, revision=1, by=cast.teacher)
    assert error.value.code == "incomplete"
    assert plan.versions.get().state == "draft"


def test_the_team_puts_it_into_use_and_the_evaluation_waits(cast, build):
    version = build.in_use(cast.klass)
    assert version.approved_by == cast.teacher
    assert not Todo.objects.open().filter(kind="plans.finish_plan").exists()
    todo = Todo.objects.for_user(cast.teacher_b).get(kind="plans.evaluate_plan")
    assert todo.due_on == version.evaluate_on
    assert TimelineEntry.objects.filter(kind="plans.plan_approved", community=cast.klass).exists()
    assert Act.objects.filter(action="plans.planversion.approved").exists()


def test_the_plan_of_level_2_no_longer_waits_when_one_is_in_use(cast, build):
    service.wait_for_plan(cast.child, case_number="2026-0001")
    build.in_use(cast.child)
    waiting = Todo.objects.open().filter(kind="plans.make_plan")
    assert waiting.exists()
    build.in_use(cast.child, "anticipatory")
    assert not waiting.exists()
    service.wait_for_plan(cast.child, case_number="2026-0001")
    assert not waiting.exists()


def test_plc_does_not_put_it_into_use(cast, sign_in, build):
    plan = build.plan(cast.klass)
    draft = build.fill(plan)
    page = reverse("plans:put_into_use", args=[plan.public_id])
    assert sign_in(cast.plc).get(page).status_code == 403
    with pytest.raises(NotAllowedError):
        service.put_into_use(plan, revision=draft.revision, by=cast.plc)


@pytest.mark.postgres15
def test_a_version_in_use_is_frozen_by_the_database(cast, build):
    version = build.in_use(cast.child)
    attempts = (
        lambda: PlanVersion.objects.filter(pk=version.pk).update(context="andet"),
        lambda: version.goals.update(text="andet"),
        lambda: version.goals.all().delete(),
        lambda: version.signs.update(text="andet"),
        lambda: version.actions.update(what="andet"),
        lambda: version.voices.update(words="andet"),
        lambda: version.perspectives.update(words="andet"),
        lambda: Goal.objects.create(version=version, order=9, text="nyt"),
    )
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanVersion.objects.create(
            plan=version.plan,
            number=7,
            state="approved",
            made_by=version.made_by,
            approved_by=version.made_by,
            approved_on=a_date(0),
        )


@pytest.mark.postgres15
def test_correcting_copies_everything_to_the_next_draft(cast, build):
    version = build.in_use(cast.child)
    draft = service.revise(version.plan, by=cast.teacher)
    assert (draft.number, draft.state) == (2, "draft")
    assert service.revise(version.plan, by=cast.teacher_b) == draft
    for name in ("goals", "signs", "actions", "voices", "perspectives", "observations"):
        assert getattr(draft, name).count() == getattr(version, name).count() > 0
    assert draft.team_meeting == version.team_meeting
    assert [sign.text for sign in draft.signs.all()] == ["Alle er klar", "To lege om dagen"]
    drafts.save_goals(draft.plan, revision=1, goals=[], by=cast.teacher)
    assert version.goals.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanVersion.objects.create(plan=version.plan, number=3, made_by=cast.teacher)


def test_two_editors_of_a_draft_see_both_texts(cast, sign_in, build):
    plan = build.plan(cast.klass)
    page = reverse("plans:edit_context", args=[plan.public_id])
    first = sign_in(cast.teacher_b).post(page, posted(revision=1, context="Den anden tekst"))
    second = sign_in(cast.teacher).post(page, posted(revision=1, context="Min tekst"))
    assert (first.status_code, second.status_code) == (303, 409)
    text = second.content.decode()
    assert "Min tekst" in text
    assert "Den anden tekst" in text
    assert plan.versions.get().context == "Den anden tekst"
    again = sign_in(cast.teacher).post(page, posted(revision=2, context="Min tekst"))
    assert again.status_code == 303


def test_other_children_s_names_are_warned_of_and_saved(cast, sign_in, build):
    plan = build.plan(cast.child)
    page = reverse("plans:edit_context", args=[plan.public_id])
    browser = sign_in(cast.teacher)
    field = browser.get(page).context["forms"][0]["context"]
    assert str(NO_NAMES) in str(field.help_text)
    text = "Alma og Bertil er uvenner"
    shown = reverse("plans:plan", args=[plan.public_id])
    assert browser.post(page, posted(revision=1, context=text))["Location"] == shown
    assert plan.versions.get().context == text
    said = [str(message) for message in browser.get(shown).context["messages"]]
    assert [message for message in said if "Bertil" in message]
    assert not [message for message in said if "Alma" in message]
    browser.post(page, posted(revision=2, context="To er uvenner"))
    assert len(browser.get(shown).context["messages"]) == 1


def test_two_editors_of_goals_see_both_texts(cast, sign_in, build):
    plan = build.plan(cast.klass)
    page = reverse("plans:edit_goals", args=[plan.public_id])
    rows = formset("form", [{"text": "Deres mål"}])
    assert sign_in(cast.teacher_b).post(page, posted(revision=1, **rows)).status_code == 303
    rows = formset("form", [{"text": "Mit mål"}])
    answer = sign_in(cast.teacher).post(page, posted(revision=1, **rows))
    assert answer.status_code == 409
    assert "Deres mål" in answer.content.decode()
    assert "Mit mål" in answer.content.decode()
    # The late one can save all the same: what was posted is sent again at the newest revision.
    assert 'name="revision" value="2"' in answer.text
    assert answer.text.count('name="form-0-text"') == 2


def test_a_draft_that_changed_is_not_put_into_use(cast, build):
    plan = build.plan(cast.klass)
    build.fill(plan)
    with pytest.raises(ConflictError):
        service.put_into_use(plan, revision=1, by=cast.teacher)


def test_no_keeps_a_voice_from_the_parents_and_shows_the_hint(cast, sign_in, build):
    version = build.in_use(cast.child, secret=True)
    assert [voice.words for voice in voices_for_parents(version)] == ["Jeg er med"]
    assert version.voices.filter(parents_may_see=Voice.ParentsMaySee.NO).count() == 1
    page = reverse("plans:version", args=[version.public_id])
    text = sign_in(cast.teacher).get(page).content.decode()
    assert "Far råber" in text
    assert text.count('class="hint"') >= 1


def test_observations_of_another_child_can_not_be_chosen(cast, build):
    plan = build.plan(cast.child)
    other = build.observation(cast.child_b)
    with pytest.raises(DomainError) as error:
        drafts.save_context(
            plan, revision=1, context="", observations=[other], team_meeting=None, by=cast.teacher
        )
    assert error.value.field == "observations"


def test_parts_belong_to_their_kind_of_plan(cast, build):
    with pytest.raises(DomainError):
        drafts.save_common_voice(
            build.plan(cast.child), revision=1, common_voice="x", by=cast.teacher
        )


def test_the_list_asks_as_often_with_many_plans(cast, sign_in, build, django_assert_num_queries):
    browser, page = sign_in(cast.teacher), reverse("plans:plans")
    counts = []
    for number in (3, 9):
        for _ in range(number):
            build.plan(cast.klass)
            build.plan(cast.child)
        counts.append(_queries(browser, page))
    assert counts[0] == counts[1] <= 60


def test_a_plans_page_asks_a_bounded_number_of_times(cast, sign_in, build):
    version = build.in_use(cast.child)
    service.revise(version.plan, by=cast.teacher)
    page = reverse("plans:plan", args=[version.plan.public_id])
    assert _queries(sign_in(cast.teacher), page) <= 60


def _queries(browser, page):
    with CaptureQueriesContext(connection) as found:
        assert browser.get(page).status_code == 200
    return len(found)


def test_two_editors_see_a_childs_no_and_a_goal_that_one_does_not_have(cast, sign_in, build):
    plan = build.plan(cast.child)
    page, row = reverse("plans:edit_voices", args=[plan.public_id]), {"words": "Jeg er med"}
    shared = {"gathered_on": a_date(0).isoformat(), "gathered_how": "Samtale"}
    statement = Voice.Statement.values[0]
    first, late = (
        posted(
            revision=1,
            no_voice_reason="",
            **formset(
                "form",
                [
                    {**row, **shared, "statement": statement, "parents_may_see": said},
                    *[{"statement": value} for value in Voice.Statement.values[1:]],
                ],
            ),
        )
        for said in ("no", "yes")
    )
    assert sign_in(cast.teacher_b).post(page, first).status_code == 303
    answer = sign_in(cast.teacher).post(page, late)
    assert answer.status_code == 409
    labels = [text["label"] for text in answer.context["texts"]]
    assert [label for label in labels if "Må dine forældre se det" in label], labels
    page = reverse("plans:edit_goals", args=[plan.public_id])
    rows = formset("form", [{"text": "Deres mål", "reached_on": a_date(30)}])
    assert sign_in(cast.teacher_b).post(page, posted(revision=2, **rows)).status_code == 303
    answer = sign_in(cast.teacher).post(page, posted(revision=2, **formset("form", [{"text": ""}])))
    assert answer.status_code == 409
    assert "Deres mål" in answer.text
