"""Home, lists, a child's page, a class's page: what is shown, to whom, with how many queries."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import features as case_features
from districts import features
from districts.models import LearningCommunity, TeamCommunity
from districts.permissions import Role
from districts.sections import Registry, Row, Section, community_sections, pupil_sections
from districts.selectors import why_visible
from districts.services import timeline, todos
from districts.services.openings import open_access
from districts.services.units import role_group
from haderslev.accounts.models import User
from haderslev.core import clock
from haderslev.journal.models import Read
from plans import features as plan_features
from plans.features import INVITED
from tests.people import Cast, add_pupil

MOST_QUERIES = 60


def queries_of(browser: Client, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert browser.get(url).status_code == 200
    return len(caught)


class TestRegistry:
    def test_sections_stand_in_order_and_once(self) -> None:
        registry: Registry[str] = Registry()

        def late(obj: str, user: User) -> Section:
            return Section(code="b", title="B", rows=[Row(title="x")])

        def early(obj: str, user: User) -> Section:
            return Section(code="a", title="A")

        def hidden(obj: str, user: User) -> None:
            return None

        for maker, order in ((late, 20), (early, 10), (late, 20), (hidden, 5)):
            registry.register(maker, order=order)
        assert [each.code for each in registry.sections_of("", User())] == ["a", "b"]

    def test_the_pages_have_registries_of_their_own(self) -> None:
        registered: list[object] = [pupil_sections.register, community_sections.register]
        assert registered[0] != registered[1]


class TestHome:
    def test_it_says_what_waits_by_initials(self, cast: Cast, sign_in) -> None:
        todos.give(
            plan_features.GO_ON,
            cast.child,
            Role.TEACHER,
            due_on=clock.today() - timedelta(days=1),
            case_number="2026-0001",
        )
        text = sign_in(cast.teacher).get("/").text
        assert "A.P., 4.A" in text
        assert "2026-0001" in text
        assert "Alma" not in text
        assert Read.objects.latest("pk").about == ["case:2026-0001", f"pupil:{cast.child.pk}"]
        assert "A.P." not in sign_in(cast.teacher2).get("/").text

    def test_every_role_has_a_home(self, cast: Cast, sign_in) -> None:
        for person in cast.people.values():
            browser = sign_in(person)
            assert queries_of(browser, "/") <= MOST_QUERIES, person

    def test_the_administrator_sees_what_is_missing(self, cast: Cast, sign_in) -> None:
        answer = sign_in(cast.admin).get("/")
        assert reverse("admin:districts_councilmeeting_changelist") in answer.text
        missing = {item.url for item in answer.context["setup"]["missing"]}
        assert reverse("admin:districts_councilmeeting_changelist") in missing
        assert reverse("admin:core_legalvalue_changelist") not in missing
        assert "setup" not in sign_in(cast.teacher).get("/").text

    def test_the_queries_do_not_grow_with_what_waits(self, cast: Cast, sign_in) -> None:
        browser = sign_in(cast.teacher)
        counts = []
        for total in (10, 40):
            for number in range(total):
                about = cast.child if number % 2 else cast.child_b
                todos.give(plan_features.GO_ON, about, Role.TEACHER, part=str(number))
            counts.append(queries_of(browser, "/"))
        assert counts[0] == counts[1]


class TestLists:
    def test_pupils_stand_class_by_class_in_danish_order(self, cast: Cast, sign_in) -> None:
        for number, name in enumerate(["Åse", "Zara", "Ærø", "Øjvind", "Aage"]):
            add_pupil(cast, f"x{number}", name, cast.klass, 500 + number)
        text = sign_in(cast.secretary).get(reverse("districts:pupils")).text
        names = re.findall(r">(\w+) Prøvesen</a>", text)
        assert names == ["Alma", "Bertil", "Clara", "Zara", "Ærø", "Øjvind", "Aage", "Åse"]

    def test_same_queries_at_10_and_at_100_pupils(self, cast: Cast, sign_in) -> None:
        browsers = {"pupils": sign_in(cast.secretary), "community": sign_in(cast.teacher)}
        urls = {
            "pupils": reverse("districts:pupils"),
            "community": reverse("districts:community", args=[cast.klass.public_id]),
        }
        counts: dict[str, list[int]] = {"pupils": [], "community": []}
        made = 0
        for total in (7, 97):
            for number in range(made, total):
                add_pupil(cast, f"y{number}", "Emil", cast.klass, 600 + number)
            made = total
            for name, browser in browsers.items():
                counts[name].append(queries_of(browser, urls[name]))
        for few, many in counts.values():
            assert few == many <= MOST_QUERIES

    def test_same_queries_at_10_and_at_100_classes(self, cast: Cast, sign_in) -> None:
        browser, url = sign_in(cast.leader), reverse("districts:communities")
        counts, made = [], 0
        for total in (9, 99):
            for number in range(made, total):
                row = LearningCommunity.objects.create(
                    school=cast.school, name=f"{number}.X", grade=number % 10
                )
                TeamCommunity.objects.create(team=cast.team, community=row)
            made = total
            counts.append(queries_of(browser, url))
        assert counts[0] == counts[1] <= MOST_QUERIES

    def test_a_list_of_classes_names_no_child(self, cast: Cast, sign_in) -> None:
        text = sign_in(cast.teacher).get(reverse("districts:communities")).text
        assert "4.A" in text
        assert "2.B" not in text
        assert "Alma" not in text


class TestChildAndClass:
    def test_those_without_access_do_not_know_the_child(self, cast: Cast, sign_in) -> None:
        for name in ("pupil", "pupil_timeline"):
            page = reverse(f"districts:{name}", args=[cast.child.public_id])
            seen = {
                who
                for who, user in cast.people.items()
                if sign_in(user).get(page).status_code == 200
            }
            assert seen == {"teacher", "teacher_b", "leader", "deputy", "secretary"}

    def test_a_look_up_is_journalled_with_the_purpose(self, cast: Cast, sign_in) -> None:
        sign_in(cast.teacher).get(reverse("districts:pupil", args=[cast.child.public_id]))
        read = Read.objects.latest("pk")
        assert (read.purpose, read.about) == ("team_work", [f"pupil:{cast.child.pk}"])
        assert read.page == "districts:pupil"

    def test_the_page_of_a_child_costs_at_most_20_queries(self, cast: Cast, sign_in) -> None:
        for who in ("teacher", "leader", "secretary"):
            browser = sign_in(cast.people[who])
            url = reverse("districts:pupil", args=[cast.child.public_id])
            assert queries_of(browser, url) <= MOST_QUERIES, who

    def test_the_secretary_sees_master_data_and_no_observation_button(
        self, cast: Cast, sign_in
    ) -> None:
        page = reverse("districts:pupil", args=[cast.child.public_id])
        edit = reverse("districts:edit_pupil", args=[cast.child.public_id])
        write = reverse("plans:new_observation", args=[cast.klass.public_id])
        for who, may_edit, may_write in (
            ("secretary", True, False),
            ("teacher", False, True),
            ("leader", True, True),
        ):
            text = sign_in(cast.people[who]).get(page).text
            assert (edit in text, write in text) == (may_edit, may_write), who

    def test_a_class_page_lists_children_without_levels(self, cast: Cast, sign_in) -> None:
        text = (
            sign_in(cast.teacher)
            .get(reverse("districts:community", args=[cast.klass.public_id]))
            .text
        )
        assert "Alma Prøvesen" in text
        assert 'class="tag t' not in text
        plc = sign_in(cast.plc).get(reverse("districts:community", args=[cast.klass.public_id]))
        assert plc.status_code == 200
        assert "Alma" not in plc.text
        other = sign_in(cast.teacher2)
        page = reverse("districts:community", args=[cast.klass.public_id])
        assert other.get(page).status_code == 404

    def test_the_timeline_shows_what_each_may_know(self, cast: Cast, sign_in) -> None:
        for kind in (
            plan_features.OBSERVATION,
            case_features.HEARING_ANSWERED,
            features.PUPIL_CORRECTED,
        ):
            timeline.note(kind, cast.child, by=cast.leader)
        page = reverse("districts:pupil_timeline", args=[cast.child.public_id])
        shown = {
            who: len(sign_in(cast.people[who]).get(page).context["entries"])
            for who in ("teacher", "leader", "secretary")
        }
        assert shown == {"teacher": 1, "leader": 3, "secretary": 1}

    def test_same_queries_for_a_long_timeline(self, cast: Cast, sign_in) -> None:
        page = reverse("districts:pupil_timeline", args=[cast.child.public_id])
        browser, counts = sign_in(cast.leader), []
        kinds = (
            features.PUPIL_ADDED,
            plan_features.OBSERVATION,
            plan_features.PLAN_APPROVED,
            case_features.CASE_OPENED,
            plan_features.MEETING,
        )
        for total in (10, 90):
            for number in range(total):
                timeline.note(kinds[number % len(kinds)], cast.child, by=cast.leader)
            counts.append(queries_of(browser, page))
        assert counts[0] == counts[1] <= MOST_QUERIES


def test_the_accounts_of_the_demonstration_are_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("demo_accounts", skip_checks=True)
    printed = capsys.readouterr().out
    assert "laerer2" in printed
    assert "demo" in printed


def test_a_home_with_many_has_pages(cast: Cast, sign_in) -> None:
    for number in range(60):
        todos.give(
            plan_features.EVALUATE_PLAN,
            cast.klass,
            part=str(number),
            user=cast.secretary,
            due_on=clock.days_from_now(-1),
        )
    office = sign_in(cast.secretary)
    first, second = office.get("/").context, office.get("/?side=2").context
    assert (len(first["todos"]), len(second["todos"])) == (50, 10)
    assert first["overdue"] == second["overdue"] == 60


def test_a_class_without_pupils_says_who_adds_them(cast: Cast, sign_in) -> None:
    made = LearningCommunity.objects.create(school=cast.school, name="0.Z", grade=0)
    page = reverse("districts:community", args=[made.public_id])
    cast.leader.language = "en"
    cast.leader.save(update_fields=["language"])
    assert "No pupil is in the class today." in sign_in(cast.leader).get(page).content.decode()


def test_why_a_child_is_seen_names_no_opening_whose_last_day_has_passed(cast: Cast) -> None:
    to = role_group(cast.school, Role.PLC_ADVISER)
    until = clock.days_from_now(9)
    open_access(cast.child, to=to, cause=INVITED, basis="x", closes_on=until, by=cast.teacher)
    assert "Asked for guidance" in why_visible(cast.child, cast.plc)
    with clock.at(clock.now() + timedelta(days=10)):
        assert "Asked for guidance" not in why_visible(cast.child, cast.plc)
