"""From texts to acts in order: every course's acts, each at its moment, oldest first."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from demonstration.days import moment, school_days
from demonstration.directory import Directory
from demonstration.municipality import COUNCIL_DAYS, PKU_DAYS
from demonstration.pku_steps import PkuSteps
from demonstration.plan_steps import Text
from haderslev.core import clock, request_cache

MORNING = 9 * 60
AFTERNOON = 15 * 60 + 30
BETWEEN = 17
NEXT_COUNCIL, NEXT_PKU = COUNCIL_DAYS[0], PKU_DAYS[0]


@dataclass
class History:
    """What happens, and how many school days ago."""

    directory: Directory
    events: list[tuple[int, int, Callable[[], object]]] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)

    def at(self, days_ago: int, act: Callable[..., object], *args: Any, later: int = 0) -> None:
        """Let an act happen so many calendar days ago, or ``later`` school days after that."""
        count = max(school_days(days_ago) - later, 1)
        course = getattr(act, "__self__", None)
        self.labels[len(self.events)] = f"{act.__name__} of {course}"
        self.events.append((count, len(self.events), lambda: act(*args)))

    def run(self) -> int:
        """Do everything in order. Returns how many acts."""
        order = sorted(self.events, key=lambda event: (-event[0], event[1]))
        day, minutes = 0, MORNING
        for count, number, act in order:
            minutes = MORNING if count != day else min(minutes + BETWEEN, AFTERNOON)
            day = count
            # Each act is like one request: what it looks up is remembered until it ends.
            moment_of_act = clock.at(moment(self.directory.days.ago(count), minutes))
            with moment_of_act, request_cache.running():
                try:
                    act()
                except Exception as error:
                    error.add_note(f"{self.labels[number]}, {count} school days ago")
                    raise
        return len(order)


def letters_after(history: History, course: PkuSteps, days_ago: int, later: int) -> None:
    """Let the office send on the next school day; what was made yesterday still waits."""
    if school_days(days_ago) - later - 1 >= 1:
        history.at(days_ago, course.post, later=later + 1)


def of_child(history: History, text: Text) -> PkuSteps:
    """Add a child's course, as far as its text goes."""
    course = PkuSteps(history.directory, klass=text["community"], child=text["pupil"])
    late = [row for row in text.get("observation", ()) if row["author"] == "psykolog"]
    for row in text.get("observation", ()):
        if row not in late:
            history.at(row["days_ago"], course.observe, row)
    _plan(history, course, text, "preventive")
    _case(history, course, text)
    for name in ("guidance", "guidance_2", "guidance_3"):
        _guidance(history, course, text.get(name))
    _proposal(history, course, text.get("proposal"))
    _plan(history, course, text, "anticipatory")
    if "network" in text:
        history.at(text["network"]["days_ago"], course.network, text["network"])
    _ppv(history, course, text, late)
    if "received" in text:
        history.at(text["received"]["days_ago"], course.somebody_receives, text["received"])
    _hearing(history, course, text)
    _council(history, course, text)
    _referral(history, course, text)
    _pku(history, course, text)
    return course


def _plan(history: History, course: PkuSteps, text: Text, level: str) -> None:
    plan = text.get(level)
    if plan is None:
        return
    days = history.directory.days
    evaluation = plan.get("evaluation")
    due = days.ahead(plan.get("evaluate_in", 8))
    if evaluation:
        due = days.ago(school_days(evaluation["days_ago"]))
    history.at(plan["days_ago"], course.team_meeting, plan, later=-1)
    history.at(plan["days_ago"], course.plan, plan, level, due)
    if evaluation:
        history.at(evaluation["days_ago"], course.evaluate, evaluation, level)


def _case(history: History, course: PkuSteps, text: Text) -> None:
    case = text.get("case")
    if case is None or case.get("entry_ground") == "parents_request":
        return
    # G1 asks for a plan in use: the case is opened when it is, if only just.
    opened = min(case["days_ago"], text.get("preventive", case)["days_ago"])
    history.at(opened, course.open_case, case)
    letters_after(history, course, opened, 0)


def _guidance(history: History, course: PkuSteps, text: Text | None) -> None:
    if text is None:
        return
    history.at(text["days_ago"], course.ask, text)
    if "answered_days_ago" in text:
        history.at(text["answered_days_ago"], course.answered, text)
        history.at(text["answered_days_ago"], course.read_answer, later=1)


def _proposal(history: History, course: PkuSteps, text: Text | None) -> None:
    if text is None:
        return
    history.at(text["days_ago"], course.propose, text)
    later = 0
    if "question" in text:
        later = 1
        history.at(text["days_ago"], course.send_back, text, later=later)
    if "answer" in text:
        later = 3
        history.at(text["days_ago"], course.answer_question, text, later=later)
    if "decided_note" in text:
        history.at(text["days_ago"], course.approve, text, later=later + 2)


def _ppv(history: History, course: PkuSteps, story: Text, observations: list[Text]) -> None:
    text = story.get("ppv")
    if text is None:
        return
    asked = text["days_ago"]
    if "asked_words" in text:
        history.at(asked, course.parent_asks, text, story["case"])
        letters_after(history, course, asked, 0)
        if not text.get("forwarded"):
            return
    else:
        history.at(asked, course.write_ppv, text)
    if text.get("unsigned"):
        return
    history.at(asked, course.sign_ppv, text, later=2)
    report = text.get("report")
    received = text.get("received_days_ago", asked - 7 if report else None)
    if received is None:
        return
    history.at(received, course.receive_ppv)
    letters_after(history, course, received, 0)
    for row in observations:
        history.at(received, course.observe, row, later=4)
    if report is not None:
        history.at(report["days_ago"], course.send_ppv_report, report)
        letters_after(history, course, report["days_ago"], 0)


def _hearing(history: History, course: PkuSteps, story: Text) -> None:
    hearing, decision = story.get("hearing"), story.get("decision")
    if hearing is not None:
        sent = hearing["days_ago"]
        history.at(sent, course.hear, hearing)
        letters_after(history, course, sent, 0)
        if "answers" in hearing:
            history.at(sent, course.hearing_answers, hearing, later=6)
    if decision is not None:
        # The day before, when the deadline has passed for those who did not answer.
        history.at(decision["days_ago"], course.close_hearing, hearing, later=-1)
        history.at(decision["days_ago"], course.decide, decision)
        if story["step"] != "decided":
            letters_after(history, course, decision["days_ago"], 0)


def _council(history: History, course: PkuSteps, story: Text) -> None:
    text = story.get("council")
    if text is None:
        return
    days, met = history.directory.days, text["days_ago"]
    if "sparring" not in text:
        # The next meeting: its agenda is published, the council reads.
        history.at(met, course.put_on_council, text, days.ahead(NEXT_COUNCIL))
        history.at(met, course.publish_agenda, later=1)
        return
    before = school_days(story["decision"]["days_ago"]) - school_days(met)
    day = days.ago(school_days(met))
    history.at(met, course.put_on_council, text, day, later=1 - min(before, 9))
    history.at(met, course.publish_agenda, later=2 - min(before, 9))
    history.at(met, course.sparring, text)
    if not any("answer" in item for item in text["ideas"]):
        return
    history.at(met, course.answer_ideas, text, later=2)
    if any(item.get("answer") == "try" for item in text["ideas"]):
        evaluation = text.get("evaluation")
        due = days.ahead(max(3, 20 - school_days(met) // 4))
        if evaluation is not None:
            due = days.ago(school_days(evaluation["days_ago"]))
            history.at(evaluation["days_ago"], course.evaluate, evaluation, "anticipatory")
        history.at(met, course.try_ideas, text, due, later=3)


def _referral(history: History, course: PkuSteps, story: Text) -> None:
    text = story.get("referral")
    if text is None:
        return
    written = text["days_ago"]
    history.at(written, course.write_referral, text)
    history.at(written, course.ask_to_submit, later=1)
    history.at(written, course.submit, text, later=2)
    letters_after(history, course, written, 2)
    if "return_codes" in text:
        history.at(1, course.return_referral, text)
    if story["step"] == "accepted":
        history.at(written, course.schedule, history.directory.days.ahead(NEXT_PKU), later=5)


def _pku(history: History, course: PkuSteps, text: Text) -> None:
    pku = text.get("pku")
    if pku is None:
        return
    met = pku["days_ago"]
    day = history.directory.days.ago(school_days(met))
    history.at(met, course.schedule, day, later=-6)
    history.at(met, course.prepare, pku)
    if text["step"] == "pku_prepared":
        return
    history.at(met, course.sign)
    letters_after(history, course, met, 0)
    if "way_back" in text:
        history.at(text["way_back"]["days_ago"], course.draft, text["way_back"], "anticipatory")
    for side in ("offer", "home"):
        status = text.get(f"status_{side}")
        if status is not None:
            history.at(status["days_ago"], course.give_status, status, side)
    if "revisit" in text:
        again = text["revisit"]
        history.at(again["days_ago"], course.prepare_revisit, again)
        history.at(again["days_ago"], course.sign)
        letters_after(history, course, again["days_ago"], 0)
