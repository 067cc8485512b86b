"""Django admin: no child in it, no door of its own, every change journalled, four eyes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.checks import run_checks
from django.urls import reverse

from districts.models import LearningCommunity, Unit, UnitGroupPermission, UnitRole
from districts.permissions import Role, of_role
from districts.services.units import role_group
from haderslev.accounts.models import Membership, User
from haderslev.core import clock
from haderslev.core.models import LegalValue, TextTemplate
from haderslev.journal.models import Act
from tests.people import Cast, add_user

EXPECTED = {
    "accounts.Membership",
    "accounts.User",
    "cases.OutcomeType",
    "cases.RequirementText",
    "core.Holiday",
    "core.LegalValue",
    "core.Purpose",
    "core.TextTemplate",
    "districts.CouncilMeeting",
    "districts.Institution",
    "districts.LearningCommunity",
    "districts.School",
    "districts.TeamCommunity",
    "districts.Unit",
    "districts.UnitRole",
    "pku.PkuMeeting",
    "pku.ReferralQuestion",
    "plans.Intervention",
}


class TestNoChild:
    def test_the_registered_models_are_these(self) -> None:
        found = {model._meta.label for model in admin.site._registry}
        assert found - {"account.EmailAddress", "auth.Group"} == EXPECTED

    def test_none_of_them_leads_to_a_child(self) -> None:
        children = {
            apps.get_model(label) for label in ("districts.Pupil", "cases.Case", "plans.Plan")
        }
        for model, page in admin.site._registry.items():
            todo, seen = [model, *(inline.model for inline in page.inlines)], set()
            while todo:
                each = todo.pop()
                assert each not in children, model
                seen.add(each)
                related = [field.related_model for field in each._meta.fields if field.is_relation]
                todo += [one for one in related if one not in seen]

    def test_an_administrator_sees_no_child(self, cast: Cast, sign_in: Any) -> None:
        browser = sign_in(cast.admin)
        for path in ("/elever/", f"/boern/{cast.child.public_id}/", "/faellesskaber/"):
            assert browser.get(path).status_code == 404


class TestDoor:
    def test_admin_has_no_sign_in_page_of_its_own(self, client: Any, db: None) -> None:
        for path in ("/admin/", "/admin/login/"):
            answer = client.get(path, follow=True)
            assert answer.redirect_chain[-1][0].startswith("/log-ind/")
        answer = client.post("/admin/login/", {"username": "admin", "password": "demo"})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/log-ind/")

    def test_its_own_password_page_leads_to_ours(self, cast: Cast, sign_in: Any) -> None:
        answer = sign_in(cast.admin).get("/admin/password_change/")
        assert answer["Location"] == reverse("accounts:password_change")

    def test_only_administrators_come_in(self, cast: Cast, sign_in: Any) -> None:
        seen = {
            who
            for who, user in cast.people.items()
            if sign_in(user).get("/admin/").status_code == 200
        }
        assert seen == {"admin"}

    def test_every_page_opens(self, cast: Cast, sign_in: Any) -> None:
        browser = sign_in(cast.admin)
        for model, page in admin.site._registry.items():
            meta = model._meta
            if not any(f"{meta.app_label}.view_{meta.model_name}" == perm for perm in _perms(cast)):
                continue
            name = f"admin:{meta.app_label}_{meta.model_name}"
            assert browser.get(reverse(f"{name}_changelist")).status_code == 200, model
            row = model._default_manager.first()
            if row is not None:
                assert browser.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
            request = type("R", (), {"user": cast.admin})()
            if page.has_add_permission(request):
                assert browser.get(reverse(f"{name}_add")).status_code == 200, model


def _perms(cast: Cast) -> set[str]:
    found: set[str] = cast.admin.get_all_permissions()
    return found


class TestPeople:
    def test_a_new_person_has_no_password_and_is_journalled(self, cast: Cast, sign_in: Any) -> None:
        data = {"username": "ny", "name": "Ny Person", "title": "", "email": "", "language": "da"}
        answer = sign_in(cast.admin).post(reverse("admin:accounts_user_add"), data)
        assert answer.status_code == 302
        user = User.objects.get(username="ny")
        assert not user.has_usable_password()
        act = Act.objects.get(action="accounts.user.added")
        assert (act.user_id, act.object_id) == (cast.admin.pk, str(user.pk))
        assert "Ny Person" not in str(act.data)

    def test_the_page_of_a_person_has_no_superuser_and_no_groups(
        self, cast: Cast, sign_in: Any
    ) -> None:
        page = reverse("admin:accounts_user_change", args=[cast.teacher.pk])
        text = sign_in(cast.admin).get(page).text
        for name in ("is_superuser", "groups", "user_permissions"):
            assert f'name="{name}"' not in text
        assert "Mellemtrinsteamet" in text

    def test_the_password_of_another_is_set_on_the_stock_page(
        self, cast: Cast, sign_in: Any
    ) -> None:
        page = reverse("admin:auth_user_password_change", args=[cast.teacher.pk])
        words = "tre ord paa raekke 7"
        data = {"password1": words, "password2": words, "usable_password": "true"}
        assert sign_in(cast.admin).post(page, data).status_code == 302
        cast.teacher.refresh_from_db()
        assert cast.teacher.check_password(words)
        act = Act.objects.get(action="accounts.user.changed")
        assert words not in str(act.data)

    def test_the_shared_accounts_of_a_demonstration_keep_theirs(
        self, cast: Cast, sign_in: Any
    ) -> None:
        shared = add_user("laerer", name="Delt")
        page = reverse("admin:auth_user_password_change", args=[shared.pk])
        assert sign_in(cast.admin).get(page).status_code == 403


class TestRoles:
    def add(self, browser: Any, user: User, group: Any) -> Any:
        data = {"user": user.pk, "group": group.pk, "starts_on": str(clock.today()), "ends_on": ""}
        return browser.post(reverse("admin:accounts_membership_add"), data)

    def test_a_role_is_given_and_counts_at_once(self, cast: Cast, sign_in: Any) -> None:
        user = add_user("vikar", name="Vikar")
        group = role_group(cast.team, Role.TEACHER)
        assert self.add(sign_in(cast.admin), user, group).status_code == 302
        assert sign_in(user).get(f"/boern/{cast.child.public_id}/").status_code == 200
        act = Act.objects.get(action="accounts.membership.added")
        assert (act.data["user_id"], act.data["group_id"]) == (str(user.pk), str(group.pk))

    def test_nobody_gives_a_role_to_themself(self, cast: Cast, sign_in: Any) -> None:
        group = role_group(cast.school, Role.LEADER)
        answer = self.add(sign_in(cast.admin), cast.admin, group)
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors
        assert not Membership.objects.filter(user=cast.admin, group=group).exists()

    def test_nor_prolongs_their_own(self, cast: Cast, sign_in: Any) -> None:
        own = Membership.objects.get(user=cast.admin)
        page = reverse("admin:accounts_membership_change", args=[own.pk])
        answer = sign_in(cast.admin).post(page, {"ends_on": "2999-01-01"})
        assert answer.status_code == 200
        own.refresh_from_db()
        assert own.ends_on is None

    def test_a_role_is_ended_and_never_moved_to_another(self, cast: Cast, sign_in: Any) -> None:
        row = Membership.objects.get(user=cast.teacher)
        page = reverse("admin:accounts_membership_change", args=[row.pk])
        ended = clock.today() - timedelta(days=1)
        data = {"ends_on": str(ended), "user": cast.teacher2.pk}
        assert sign_in(cast.admin).post(page, data).status_code == 302
        row.refresh_from_db()
        assert (row.ends_on, row.user) == (ended, cast.teacher)
        assert sign_in(cast.teacher).get(f"/boern/{cast.child.public_id}/").status_code == 404

    def test_a_new_unit_gets_its_roles_with_their_rights(self, cast: Cast, sign_in: Any) -> None:
        data = {
            "kind": "team",
            "name": "Udskolingsteamet",
            "parent": cast.school.pk,
            "starts_on": str(clock.today()),
            "ends_on": "",
        }
        assert (
            sign_in(cast.admin).post(reverse("admin:districts_unit_add"), data).status_code == 302
        )
        unit = Unit.objects.get(name="Udskolingsteamet")
        row = UnitRole.objects.get(unit=unit)
        held = UnitGroupPermission.objects.filter(group=row.group, content_object=unit)
        codes = set(held.values_list("permission__codename", flat=True))
        assert codes == of_role(Role.TEACHER)

    def test_a_role_at_the_wrong_kind_of_unit_is_refused(self, cast: Cast, sign_in: Any) -> None:
        page = reverse("admin:districts_unitrole_add")
        data = {"unit": cast.team.pk, "role": "leader"}
        assert sign_in(cast.admin).post(page, data).status_code == 200
        assert not UnitRole.objects.filter(unit=cast.team, role="leader").exists()

    def test_a_role_is_made_once_with_its_group(self, cast: Cast, sign_in: Any) -> None:
        page = reverse("admin:districts_unitrole_add")
        data = {"unit": cast.north.pk, "role": "consultant"}
        assert sign_in(cast.admin).post(page, data).status_code == 302
        row = UnitRole.objects.get(unit=cast.north, role="consultant")
        assert row.group.name == f"consultant@{cast.north.public_id}"
        assert Act.objects.get(action="districts.unitrole.added").data["group_id"]


class TestReferenceData:
    def test_a_class_and_its_team(self, cast: Cast, sign_in: Any) -> None:
        data = {
            "school": cast.school.pk,
            "name": "5.C",
            "grade": "5",
            "team_rows-TOTAL_FORMS": "1",
            "team_rows-INITIAL_FORMS": "0",
            "team_rows-0-team": cast.team.pk,
            "team_rows-0-starts_on": str(clock.today()),
        }
        page = reverse("admin:districts_learningcommunity_add")
        assert sign_in(cast.admin).post(page, data).status_code == 302
        row = LearningCommunity.objects.get(name="5.C")
        assert LearningCommunity.objects.visible_to(cast.teacher).filter(pk=row.pk).exists()
        actions = set(Act.objects.values_list("action", flat=True))
        assert {"districts.learningcommunity.added", "districts.teamcommunity.added"} <= actions

    def test_a_value_in_force_is_ended_and_not_rewritten(self, cast: Cast, sign_in: Any) -> None:
        row = LegalValue.objects.filter(valid_from__lte=clock.today(), valid_until=None).first()
        assert row is not None
        page = reverse("admin:core_legalvalue_change", args=[row.pk])
        data = {"value": "9999", "valid_until": "2031-07-31"}
        assert sign_in(cast.admin).post(page, data).status_code == 302
        fresh = LegalValue.objects.get(pk=row.pk)
        assert (fresh.value, fresh.valid_until) == (row.value, date(2031, 7, 31))
        act = Act.objects.get(action="core.legalvalue.changed")
        assert act.data["code"] == row.code

    def test_letter_texts_are_read_only(self, cast: Cast, sign_in: Any) -> None:
        row = TextTemplate.objects.first()
        assert row is not None
        page = reverse("admin:core_texttemplate_change", args=[row.pk])
        browser = sign_in(cast.admin)
        assert browser.get(page).status_code == 200
        assert browser.post(page, {"title": "x"}).status_code == 403
        assert browser.get(reverse("admin:core_texttemplate_add")).status_code == 403

    def test_every_change_in_admins_own_history_is_in_the_journal(
        self, cast: Cast, sign_in: Any
    ) -> None:
        data = {"name": "Prøveferie", "first_on": "2027-03-01", "last_on": "2027-03-02"}
        browser = sign_in(cast.admin)
        browser.post(reverse("admin:core_holiday_add"), data)
        row = Act.objects.get(action="core.holiday.added")
        page = reverse("admin:core_holiday_delete", args=[row.object_id])
        browser.post(page, {"post": "yes"})
        assert Act.objects.filter(action="core.holiday.removed").exists()
        assert LogEntry.objects.count() == Act.objects.count() == 2


@pytest.mark.parametrize("filled", [False, True])
def test_the_check_finds_an_undated_group(cast: Cast, filled: bool) -> None:
    if filled:
        cast.teacher.groups.add(role_group(cast.team, Role.TEACHER))
    found = {message.id for message in run_checks(databases=["default"])}
    assert ("accounts.E001" in found) == filled
