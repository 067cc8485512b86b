"""The pedagogical cycle of a child or a class: observations, plans, evaluations, advice, meetings.

Each method is one act through its service, done now; the history moves the clock. The texts are
those of fixtures/demonstration/texts, whose keys are the names of the services' arguments.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from demonstration.directory import Directory
from districts.models import CustodyHolder, LearningCommunity, Pupil
from districts.permissions import Role
from haderslev.accounts.models import User
from haderslev.core import clock
from plans import ports
from plans.models import (
    Evaluation,
    Guidance,
    Intervention,
    Meeting,
    Observation,
    Plan,
    PlanVersion,
)
from plans.services import drafts, evaluations, guidance, meetings, observations, plans

type Text = Mapping[str, Any]

GUIDANCE_DAYS = 90
HIGH_ENOUGH = {"anticipatory", "intervening"}
# The texts name an author by account; at the other school it is its own adviser.
ALIASES = {
    "plc": "plc_adviser",
    "praksis": "practice_adviser",
    "psykolog": "psychologist",
    "familie": "family_counsellor",
}
MEETING_LASTS = timedelta(minutes=70)


class PlanSteps:
    """One child or one class, the people around it, and what has been made so far."""

    def __init__(self, directory: Directory, *, klass: str, child: str = "") -> None:
        self.directory, self.days = directory, directory.days
        self.community: LearningCommunity = directory.classes[klass]
        self.pupil: Pupil | None = directory.children[child] if child else None
        self.staff = directory.staff[klass]
        self.seen: list[Observation] = []
        self.plans: dict[str, Plan] = {}
        self.meeting: Meeting | None = None
        self.guidance: Guidance | None = None

    def __str__(self) -> str:
        return str(self.target)

    @property
    def about(self) -> dict[str, Any]:
        """Return whom it is about, as services take it."""
        if self.pupil is not None:
            return {"pupil": self.pupil}
        return {"community": self.community}

    @property
    def target(self) -> Pupil | LearningCommunity:
        """Return whom it is about."""
        return self.pupil or self.community

    @property
    def parents(self) -> list[CustodyHolder]:
        """Return the custody holders, in the order of the texts."""
        if self.pupil is None:
            return []
        return list(self.pupil.custody_holders.current().order_by("pk"))

    @property
    def newest(self) -> str:
        """Return the level of the newest plan."""
        return next(reversed(self.plans))

    def person(self, role: str) -> User:
        """Return the class's teacher, colleague, leader …, or somebody by user name."""
        name = self.staff.get(ALIASES.get(role, role), role)
        if name not in self.directory.people and name.startswith("laerer"):
            name = self.staff["colleague" if name.endswith("_team") else "teacher"]
        return self.directory.people[name]

    def observe(self, text: Text) -> Observation:
        """Write an observation of the child, the class or the practice in it, after the lesson."""
        about = text.get("about", "pupil" if self.pupil else "community")
        of_pupil = about == Observation.About.PUPIL
        row = observations.add_observation(
            about=about,
            kind=text.get("kind", Observation.Kind.WATCHING),
            seen=text["seen"],
            place=text.get("place", Observation.Place.LESSON),
            observed_at=clock.now() - MEETING_LASTS,
            community=None if of_pupil else self.community,
            pupils=[self.pupil] if of_pupil and self.pupil else [],
            child_words=text.get("child_words", ""),
            interpretation=text.get("interpretation", ""),
            by=self._author(text.get("author", "teacher"), of_pupil=of_pupil),
        )
        if of_pupil == (self.pupil is not None):
            self.seen.append(row)
        return row

    def _author(self, name: str, *, of_pupil: bool) -> User:
        """Return who wrote it; a guest who has not been asked yet tells the team, who writes."""
        user = self.person(name)
        rows: Any = Pupil.objects if of_pupil else LearningCommunity.objects
        target = self.pupil if of_pupil else self.community
        allowed = rows.permitted(user, "add_observation").filter(pk=target.pk if target else 0)
        return user if allowed.exists() else self.person("colleague")

    def team_meeting(self, text: Text) -> Meeting:
        """Record the team's meeting that agrees a plan: what, who, when."""
        present = [self.person("teacher"), self.person("colleague")]
        agreed = [f"{item['what']} ({item['who']})." for item in _actions(text)]
        self.meeting = meetings.record(
            kind=Meeting.Kind.TEAM,
            minutes=meetings.Minutes(
                held_on=clock.today(),
                agreements=text.get("agreements", "\n".join(agreed)),
                discussion=text.get("discussion", ""),
            ),
            participants=[meetings.Participant(user.name, user.title) for user in present],
            by=self.person("colleague"),
            **self.about,
        )
        return self.meeting

    def network(self, text: Text) -> Meeting:
        """Record a network meeting with each parent's answers."""
        people = [self.person("teacher"), self.person("leader")]
        present = [meetings.Participant(user.name, user.title) for user in people]
        parents = self.parents
        for holder, answers in zip(parents, text["answers"], strict=True):
            if "silent" not in answers.values():
                relation = str(holder.get_relation_display())
                present.append(meetings.Participant(holder.name, relation))
        return meetings.record(
            kind=Meeting.Kind.NETWORK,
            minutes=meetings.Minutes(
                held_on=clock.today(),
                agreements=text["agreements"],
                place=text.get("place", str(self.community.school)),
                parents_words=text["parents_words"],
                child_words=text["child_words"],
                discussion=text.get("discussion", ""),
            ),
            participants=present,
            answers=list(self._answers(text)),
            pupil=self.pupil,
            by=self.person("teacher"),
        )

    def _answers(self, text: Text) -> Iterable[meetings.TopicAnswer]:
        remarks = text.get("remarks", [])
        for place, (holder, answers) in enumerate(zip(self.parents, text["answers"], strict=True)):
            for number, (topic, answer) in enumerate(answers.items()):
                has_remark = number == 0 and place < len(remarks)
                yield meetings.TopicAnswer(
                    custody_holder=holder,
                    topic=topic,
                    answer=answer,
                    remark=remarks[place] if has_remark else "",
                    **self._attempts(answer),
                )

    def _attempts(self, answer: str) -> dict[str, date]:
        """Return two school days on which a parent was tried in vain."""
        if answer != "silent":
            return {}
        today = clock.today()
        return {
            "first_attempt_on": self.days.up_to(today - timedelta(days=9)),
            "second_attempt_on": self.days.up_to(today - timedelta(days=3)),
        }

    def plan(self, text: Text, level: str, evaluate_on: date, *, use: bool = True) -> Plan:
        """Write a plan and put it into use."""
        by = self.person("teacher")
        plan = plans.make_plan(
            title=text["title"],
            level=level,
            team=self.directory.teams[self.community.name],
            by=by,
            **self.about,
        )
        self.plans[level] = plan
        save = Saver(plan, by)
        save(
            drafts.save_context,
            context=text["context"],
            observations=self.seen[-4:],
            team_meeting=self.meeting,
        )
        save(drafts.save_goals, goals=_goals(text), mine={})
        save(drafts.save_actions, actions=self._planned(text), mine={})
        self._save_words(save, text)
        save(drafts.save_evaluation, evaluate_on=evaluate_on, evaluate_how=text["evaluate_how"])
        if use:
            plans.put_into_use(plan, revision=save.revision, by=self.person("colleague"))
        return plan

    def draft(self, text: Text, level: str) -> Plan:
        """Begin a plan that the team still has to finish."""
        by = self.person("teacher")
        team = self.directory.teams[self.community.name]
        plan = plans.make_plan(title=text["title"], level=level, team=team, by=by, **self.about)
        save = Saver(plan, by)
        save(
            drafts.save_context,
            context=text["context"],
            observations=self.seen[-1:],
            team_meeting=None,
        )
        save(drafts.save_goals, goals=_goals(text), mine={})
        return plan

    def _save_words(self, save: Any, text: Text) -> None:
        """Save what children and parents say."""
        if self.pupil is None:
            save(drafts.save_common_voice, common_voice=text["common_voice"])
            how = text["parents_told_how"]
            told_on = clock.today()
            save(drafts.save_parents_told, parents_told_on=told_on, parents_told_how=how)
            return
        asked_on = self.days.up_to(clock.today() - timedelta(days=1))
        voices = [drafts.VoiceText(gathered_on=asked_on, **item) for item in text.get("voices", ())]
        save(
            drafts.save_voices,
            voices=voices,
            no_voice_reason=text.get("no_voice_reason", ""),
            mine={},
        )
        perspectives = [
            drafts.PerspectiveText(holder, **_words_or_reason(words))
            for holder, words in zip(self.parents, text["perspectives"]["holders"], strict=True)
        ]
        save(drafts.save_perspectives, perspectives=perspectives, mine={})

    def _planned(self, text: Text) -> list[drafts.ActionText]:
        start = self.days.after(clock.today(), 2)
        return [
            drafts.ActionText(
                intervention=Intervention.objects.get(code=item["code"]),
                what=item["what"],
                who=item["who"],
                starts_on=start,
                weeks=item["weeks"],
                weekly_hours=item.get("weekly_hours"),
            )
            for item in _actions(text)
        ]

    def evaluate(self, text: Text, level: str) -> Evaluation:
        """Evaluate the version in use, shown by the newest observations."""
        version = PlanVersion.objects.in_use().filter(plan=self.plans[level]).first()
        assert version is not None  # noqa: S101 - the history has put it into use
        goal, actions = version.goals.get(), list(version.actions.all())
        effects = text.get("effects") or [text["effect"]]
        continues = text["conclusion"] == Evaluation.Conclusion.CONTINUE
        result = text.get("goal_result") or text["result"]
        return evaluations.evaluate(
            version,
            evaluated_on=clock.today(),
            participants=text["participants"],
            goals=[
                evaluations.GoalAnswer(goal, result, text["score"], text["remark"], self.seen[-2:])
            ],
            actions=[
                evaluations.ActionAnswer(action, carried_out=True, weeks=action.weeks, effect=words)
                for action, words in zip(actions, effects, strict=True)
            ],
            changed_by_child=text["changed_by_child"],
            conclusion=text["conclusion"],
            reason=text["reason"],
            child_assessment=text.get("child_assessment", ""),
            parents_assessment=text.get("parents_assessment", ""),
            next_evaluation_on=self.days.ahead(7 + 2 * self.community.grade) if continues else None,
            by=self.person("teacher"),
        )

    def ask(self, text: Text) -> Guidance:
        """Ask an adviser about the class or the child."""
        role = Role(text["role"])
        if role != Role.PLC_ADVISER and ports.level_of(self.target) not in HIGH_ENOUGH:
            # Until level 2 the school's own adviser is the one who is asked.
            role = Role.PLC_ADVISER
        self.guidance = guidance.ask(
            kind=Guidance.Kind.PUPIL if self.pupil else Guidance.Kind.COMMUNITY,
            role=role,
            question=text["question"],
            closes_on=clock.days_from_now(GUIDANCE_DAYS),
            plan=self.plans[self.newest] if self.plans else None,
            agreements=[
                guidance.Agreement(holder, agreed_on=clock.today()) for holder in self.parents
            ],
            by=self.person("teacher"),
            **self.about,
        )
        return self.guidance

    def answered(self, text: Text) -> Guidance:
        """Let the adviser answer; the team reads it."""
        asked = self.guidance
        assert asked is not None  # noqa: S101 - the history has asked
        self.guidance = guidance.answer(
            asked,
            observed=text["observed"],
            verb=text["verb"],
            contribution=text["contribution"],
            children_involved=text["children_involved"],
            parents_involved=text["parents_involved"],
            next_level=text["next_level"],
            next_level_sentence=text["next_level_sentence"],
            by=self.person(asked.role),
        )
        return self.guidance

    def read_answer(self) -> None:
        """Let the team read the adviser's answer."""
        assert self.guidance is not None  # noqa: S101 - it is answered
        guidance.mark_read(self.guidance, by=self.person("teacher"))


class Saver:
    """Saves part after part of a draft, with the revision of the one before."""

    def __init__(self, plan: Plan, by: User, revision: int = 1) -> None:
        self.plan, self.by, self.revision = plan, by, revision

    def __call__(self, save: Any, **values: Any) -> None:
        """Save one part."""
        self.revision = save(self.plan, revision=self.revision, by=self.by, **values).revision


def _actions(text: Text) -> list[Text]:
    return list(text.get("actions") or [text["action"]])


def _goals(text: Text) -> list[drafts.GoalText]:
    sign = drafts.SignText(text["sign"], text.get("measured_how", ""), text.get("baseline"))
    return [drafts.GoalText(text["goal"], signs=[sign])]


def _words_or_reason(words: str | Text) -> dict[str, str]:
    """A perspective is a parent's words, or a table with the reason why they are missing."""
    return {"words": words} if isinstance(words, str) else dict(words)
