"""From texts to acts in order: every course's acts, each at its moment, oldest first."""

from collections.abc import Callable
from datetime import date

from demonstration.course import Course, Text
from demonstration.days import moment, school_days
from demonstration.municipality import COUNCIL_DAYS, PKU_DAYS, Municipality
from haderslev.core import clock, request_cache

MORNING = 9 * 60
AFTERNOON = 15 * 60 + 30
BETWEEN = 17
NEXT_COUNCIL, NEXT_PKU = COUNCIL_DAYS[0], PKU_DAYS[0]


class History:
    """What happens, and how many school days ago."""

    def __init__(self, town: Municipality) -> None:
        self.town, self.days = town, town.days
        self.events: list[tuple[int, int, Callable[[], object], str]] = []

    def at(self, days_ago: int, act: Callable[..., object], *args: object, later: int = 0) -> None:
        """Let an act happen so many calendar days ago, or ``later`` school days after that."""
        count = max(school_days(days_ago) - later, 1)
        label = f"{act.__name__} of {getattr(act, '__self__', None)}"
        self.events.append((count, len(self.events), lambda: act(*args), label))

    def run(self) -> int:
        """Do everything in order. Returns how many acts."""
        day, minutes = 0, MORNING
        for count, _, act, label in sorted(self.events, key=lambda event: (-event[0], event[1])):
            minutes = MORNING if count != day else min(minutes + BETWEEN, AFTERNOON)
            day = count
            # Each act is like one request: what it looks up is remembered until it ends.
            with clock.at(moment(self.days.ago(count), minutes)), request_cache.running():
                try:
                    act()
                except Exception as error:
                    error.add_note(f"{label}, {count} school days ago")
                    raise
        return len(self.events)

    def of_class(self, name: str, text: Text) -> None:
        """Add a class's course; one class moves a level up and down again."""
        course = Course(self.town, klass=name)
        first = text["preventive"]["days_ago"]
        for place, seen in enumerate(text["observations"]):
            self.at(first, course.observe, {"seen": seen, "kind": "class_log"}, later=2 * place - 6)
        for row in text.get("recent", ()):
            self.at(row["days_ago"], course.observe, row)
        self._plan(course, text, "preventive", ahead=11)
        self._plan(course, text, "anticipatory", ahead=11)
        case = text.get("case", {})
        if case:
            self.at(case["days_ago"], course.open_case, case)
        if "guidance" in case:
            evaluated = text["preventive"]["evaluation"]["days_ago"]
            self.at(evaluated, course.ask, case["guidance"], later=2)
            self.at(evaluated, course.answered, case["guidance"], later=9)
            self.at(evaluated, course.read_answer, later=10)
            if "proposal" in case:
                self.at(evaluated, course.propose, case["proposal"], later=12)
                self.at(evaluated, course.approve, case["proposal"], later=14)
        if "way_back" in case:
            solved = text["anticipatory"]["evaluation"]
            said = {
                "parents_words": solved["parents_assessment"],
                "child_words": solved["child_assessment"],
                **case["way_back"],
            }
            self.at(solved["days_ago"], course.propose, said, later=2)
            self.at(solved["days_ago"], course.approve, said, later=4)
            self.at(solved["days_ago"], course.close, case, later=6)
        for question in text.get("guidance", ()):
            self.at(question["days_ago"], course.ask, question)

    def of_child(self, text: Text) -> None:
        """Add a child's course, as far as its text goes."""
        course = Course(self.town, klass=text["community"], child=text["pupil"])
        for row in text.get("observation", ()):
            if row["author"] != "psykolog":
                self.at(row["days_ago"], course.observe, row)
        self._plan(course, text, "preventive", ahead=8)
        case = text.get("case", {})
        if case and case.get("entry_ground") != "parents_request":
            # G1 asks for a plan in use: the case is opened when it is, if only just.
            opened = min(case["days_ago"], text.get("preventive", case)["days_ago"])
            self._with_letters(course, opened, course.open_case, case)
        for name in ("guidance", "guidance_2"):
            self._guidance(course, text.get(name))
        self._proposal(course, text.get("proposal"))
        self._plan(course, text, "anticipatory", ahead=8)
        if "network" in text:
            self.at(text["network"]["days_ago"], course.network, text["network"])
        self._ppv(course, text)
        if "received" in text:
            self.at(text["received"]["days_ago"], course.somebody_receives, text["received"])
        self._hearing(course, text)
        self._council(course, text)
        self._referral(course, text)
        self._pku(course, text)

    def _with_letters(
        self,
        course: Course,
        days_ago: int,
        act: Callable[..., object],
        *args: object,
        later: int = 0,
        posted: bool = True,
    ) -> None:
        """Add an act whose letters the office sends on the next school day, if that has come."""
        self.at(days_ago, act, *args, later=later)
        if posted and school_days(days_ago) - later > 1:
            self.at(days_ago, course.post, later=later + 1)

    def _plan(self, course: Course, text: Text, level: str, *, ahead: int) -> None:
        """Add a plan, and its evaluation if there is one; else it comes so many days ahead."""
        plan = text.get(level)
        if plan is None:
            return
        evaluation, due = plan.get("evaluation"), self.days.ahead(ahead)
        if evaluation:
            due = self._day(evaluation)
        self.at(plan["days_ago"], course.team_meeting, plan, later=-1)
        self.at(plan["days_ago"], course.plan, plan, level, due)
        if evaluation:
            self.at(evaluation["days_ago"], course.evaluate, evaluation, level)

    def _day(self, text: Text) -> date:
        return self.days.ago(school_days(text["days_ago"]))

    def _guidance(self, course: Course, text: Text | None) -> None:
        if text is None:
            return
        self.at(text["days_ago"], course.ask, text)
        if "answered_days_ago" in text:
            self.at(text["answered_days_ago"], course.answered, text)
            self.at(text["answered_days_ago"], course.read_answer, later=1)

    def _proposal(self, course: Course, text: Text | None) -> None:
        if text is None:
            return
        self.at(text["days_ago"], course.propose, text)
        if "question" in text:
            self.at(text["days_ago"], course.send_back, text, later=1)
        if "decided_note" in text:
            self.at(text["days_ago"], course.approve, text, later=2)

    def _ppv(self, course: Course, story: Text) -> None:
        text = story.get("ppv")
        if text is None:
            return
        asked, report = text["days_ago"], text.get("report")
        if "asked_words" in text:
            self._with_letters(course, asked, course.parent_asks, text, story["case"])
            if not text.get("forwarded"):
                return
        else:
            self.at(asked, course.write_ppv, text)
        self.at(asked, course.sign_ppv, text, later=2)
        received = text.get("received_days_ago", asked - 7 if report else None)
        if received is None:
            return
        self._with_letters(course, received, course.receive_ppv)
        for row in story.get("observation", ()):
            if row["author"] == "psykolog":
                self.at(received, course.observe, row, later=4)
        if report:
            self._with_letters(course, report["days_ago"], course.send_ppv_report, report)

    def _hearing(self, course: Course, story: Text) -> None:
        hearing, decision = story.get("hearing"), story.get("decision")
        if hearing is not None:
            self._with_letters(course, hearing["days_ago"], course.hear, hearing)
            if "answers" in hearing:
                self.at(hearing["days_ago"], course.hearing_answers, hearing, later=6)
        if decision is not None:
            # The day before, when the deadline has passed for those who did not answer.
            self.at(decision["days_ago"], course.close_hearing, hearing, later=-1)
            posted = story["step"] != "decided"
            self._with_letters(course, decision["days_ago"], course.decide, decision, posted=posted)

    def _council(self, course: Course, story: Text) -> None:
        text = story.get("council")
        if text is None:
            return
        met = text["days_ago"]
        if "sparring" not in text:
            # The next meeting: its agenda is published, the council reads.
            self.at(met, course.put_on_council, text, self.days.ahead(NEXT_COUNCIL))
            self.at(met, course.publish_agenda, later=1)
            return
        before = min(school_days(story["decision"]["days_ago"]) - school_days(met), 9)
        self.at(met, course.put_on_council, text, self._day(text), later=1 - before)
        self.at(met, course.publish_agenda, later=2 - before)
        self.at(met, course.sparring, text)
        answers = [item["answer"] for item in text["ideas"] if "answer" in item]
        if answers:
            self.at(met, course.answer_ideas, text, later=2)
        if "try" in answers:
            evaluation = text.get("evaluation")
            due = self.days.ahead(max(3, 20 - school_days(met) // 4))
            if evaluation:
                due = self._day(evaluation)
                self.at(evaluation["days_ago"], course.evaluate, evaluation, "anticipatory")
            self.at(met, course.try_ideas, text, due, later=3)

    def _referral(self, course: Course, story: Text) -> None:
        text = story.get("referral")
        if text is None:
            return
        written = text["days_ago"]
        self.at(written, course.write_referral, text)
        self.at(written, course.ask_to_submit, later=1)
        self._with_letters(course, written, course.submit, text, later=2)
        if "return_codes" in text:
            self.at(1, course.return_referral, text)
        if story["step"] == "accepted":
            self.at(written, course.schedule, self.days.ahead(NEXT_PKU), later=5)

    def _pku(self, course: Course, text: Text) -> None:
        pku = text.get("pku")
        if pku is None:
            return
        self.at(pku["days_ago"], course.schedule, self._day(pku), later=-6)
        self.at(pku["days_ago"], course.prepare, pku)
        if text["step"] == "pku_prepared":
            return
        self._with_letters(course, pku["days_ago"], course.sign)
        if "way_back" in text:
            self.at(text["way_back"]["days_ago"], course.draft, text["way_back"], "anticipatory")
        for side in ("offer", "home"):
            status = text.get(f"status_{side}")
            if status is not None:
                self.at(status["days_ago"], course.give_status, status, side)
        if "revisit" in text:
            again = text["revisit"]
            self.at(again["days_ago"], course.prepare_revisit, again)
            self._with_letters(course, again["days_ago"], course.sign)
