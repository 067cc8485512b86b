"""From texts to acts in order: every course's acts, each at its moment, oldest first."""

from dataclasses import dataclass

from demonstration.course import Act, Course
from demonstration.days import moment, school_days
from demonstration.municipality import Municipality, Text
from haderslev.core import clock, request_cache

MORNING = 9 * 60
AFTERNOON = 15 * 60 + 30
BETWEEN = 17


@dataclass(frozen=True)
class Step:
    """An act of a course, done if the course's text has what it takes."""

    table: str  # the table of the text with which it is done, such as ``ppv.report``
    act: Act  # what is done
    later: int = 0  # so many school days after the day that the text says
    day: str = "days_ago"  # key of that day, in calendar days ago
    of: str = ""  # the table with that day, where it is another one
    needs: str = ""  # a key that the table must have
    unless: str = ""  # where the whole course ends, this is not done
    only: str = ""  # it is done only where the course ends here
    letters: bool = False  # the office sends the letters on the next school day

    def is_told(self, text: Text, *, ends: str) -> bool:
        """Tell whether the text has what it takes, in a course that ends at this stage."""
        told = bool(text) and (not self.needs or self.needs in text)
        return told and self.only in {"", ends} and not (ends and self.unless == ends)


def _plan(level: str) -> tuple[Step, ...]:
    return (
        Step(level, Course.team_meeting, later=-1),
        Step(level, Course.plan),
        Step(f"{level}.evaluation", Course.evaluate),
    )


STEPS = (
    *_plan("preventive"),
    Step("case", Course.open_case, letters=True),
    Step("guidance", Course.ask),
    Step("guidance", Course.answered, day="answered_days_ago"),
    Step("guidance", Course.read_answer, day="answered_days_ago", later=1),
    Step("guidance_2", Course.ask),
    Step("proposal", Course.propose),
    Step("proposal", Course.send_back, needs="question", later=1),
    Step("proposal", Course.approve, needs="decided_note", later=2),
    *_plan("anticipatory"),
    Step("network", Course.network),
    Step("ppv", Course.parent_asks, needs="asked_words", letters=True),
    Step("ppv", Course.write_ppv, needs="consulted_how"),
    Step("ppv", Course.sign_ppv, later=2, unless="parent_request"),
    Step("ppv", Course.receive_ppv, day="received_days_ago", letters=True),
    Step("ppv.report", Course.send_ppv_report, letters=True),
    Step("received", Course.somebody_receives),
    Step("hearing", Course.hear, letters=True),
    Step("hearing", Course.hearing_answers, needs="answers", later=6),
    # The day before, when the deadline has passed for those who did not answer.
    Step("hearing", Course.close_hearing, of="decision", later=-1),
    Step("decision", Course.decide),
    Step("decision", Course.post, later=1, unless="decided"),
    Step("council", Course.put_on_council, day="agenda_days_ago"),
    Step("council", Course.publish_agenda, day="agenda_days_ago", later=1),
    Step("council", Course.sparring, needs="sparring"),
    Step("council", Course.answer_ideas, needs="sparring", later=2),
    Step("council.evaluation", Course.evaluate),
    Step("council", Course.try_ideas, needs="sparring", later=3),
    Step("referral", Course.write_referral),
    Step("referral", Course.ask_to_submit, later=1),
    Step("referral", Course.submit, later=2, letters=True),
    Step("referral", Course.return_referral, day="returned_days_ago"),
    Step("referral", Course.schedule, later=5, only="accepted"),
    Step("pku", Course.schedule, later=-6),
    Step("pku", Course.prepare),
    Step("pku", Course.sign, unless="pku_prepared", letters=True),
    Step("way_back", Course.draft),
    Step("status_offer", Course.give_status),
    Step("status_home", Course.give_status),
    Step("revisit", Course.prepare_revisit),
    Step("revisit", Course.sign, letters=True),
    Step("proposal_back", Course.propose),
    Step("proposal_back", Course.approve, later=2),
    Step("case", Course.close, of="proposal_back", later=4),
)


class History:
    """What happens, and how many school days ago."""

    def __init__(self, town: Municipality) -> None:
        self.town = town
        self.events: list[tuple[int, int, Course, Step, Text]] = []

    def add(self, story: Text) -> None:
        """Add the course of a child or a class, as far as its text goes."""
        course = Course(self.town, klass=story["community"], child=story.get("pupil", ""))
        for row in story.get("observation", ()):
            self._add(course, Step("observation", Course.observe), row, row["days_ago"])
        for step in STEPS:
            text, days_ago = _table(story, step.table), _table(story, step.of or step.table)
            if step.day in days_ago and step.is_told(text, ends=story.get("step", "")):
                self._add(course, step, text, days_ago[step.day])

    def _add(self, course: Course, step: Step, text: Text, days_ago: int) -> None:
        count = school_days(days_ago) - step.later
        if step.act is Course.post and (count < 1 or course.pupil is None):
            return  # What was made yesterday still waits; for a class there are no letters.
        self.events.append((max(count, 1), len(self.events), course, step, text))
        if step.letters:
            self._add(course, Step(step.table, Course.post, later=step.later + 1), text, days_ago)

    def run(self) -> int:
        """Do everything in order. Returns how many acts."""
        day, minutes = 0, MORNING
        for count, _, course, step, text in sorted(
            self.events, key=lambda each: (-each[0], each[1])
        ):
            minutes = MORNING if count != day else min(minutes + BETWEEN, AFTERNOON)
            day = count
            # Each act is like one request: what it looks up is remembered until it ends.
            with clock.at(moment(self.town.days.ago(count), minutes)), request_cache.running():
                try:
                    step.act(course, text)
                except Exception as error:
                    error.add_note(f"{step.act.__name__} of {course}, {count} school days ago")
                    raise
        return len(self.events)


def _table(story: Text, path: str) -> Text:
    """Return a table of the text by its path; an empty one where there is none."""
    for name in path.split("."):
        story = story.get(name, {})
    return story
