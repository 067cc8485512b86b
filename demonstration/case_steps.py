"""The case: opened, proposed higher, heard, decided by the leader, discussed in the council."""

from datetime import date, timedelta
from typing import Any

from cases.gates import Requirement
from cases.models import Case, CouncilItem, Delivery, Hearing, OutcomeType, Proposal
from cases.services import cases, council, decisions, deliveries, gatekeeping, hearings, proposals
from cases.services.cases import Informed
from demonstration.municipality import council_meeting
from demonstration.plan_steps import PlanSteps, Saver, Text
from haderslev.core import clock, legal
from haderslev.core.errors import GateError
from plans.models import Guidance, Intervention
from plans.services import drafts, plans

# A decision for a period counts this long; the law's outer bound is a year.
PERIOD = timedelta(days=330)
HEARING_DAYS = 14
# Sparring about learning communities in the district
SPARRING = "h-cat-14-01"


class CaseSteps(PlanSteps):
    """A course with its case."""

    case: Case
    proposal: Proposal
    hearing: Hearing
    item: CouncilItem

    def fresh(self) -> Case:
        """Return the case as it is now."""
        return Case.objects.get(pk=self.case.pk)

    def open_case(self, text: Text) -> None:
        """Open the case; each parent has been told the same day."""
        ground = text.get("entry_ground", "")
        self.case = cases.open_case(
            reason=text["reason"],
            informed=self.informed(text),
            entry_ground=ground,
            entry_document=text.get("entry_document", ""),
            level=text.get("level", Case.Level.PREVENTIVE),
            by=self.person("leader" if ground else "teacher"),
            **self.about,
        )

    def informed(self, text: Text) -> list[Informed]:
        """Return how each parent was told, or why not."""
        rows = []
        for holder, how in zip(self.parents, text.get("told_how", ()), strict=True):
            if isinstance(how, str):
                row = Informed(custody_holder=holder, told_on=clock.today(), told_how=how)
            else:
                row = Informed(custody_holder=holder, not_told_reason=how["not_told_reason"])
            rows.append(row)
        return rows

    def propose(self, text: Text) -> None:
        """Let the team propose the next level."""
        guided = self.guidance is not None and self.guidance.state == Guidance.State.ANSWERED
        self.proposal = proposals.propose(
            self.fresh(),
            reason=text["reason"],
            parents_told_on=clock.today(),
            parents_told_how=text.get("parents_told_how", "Forældremøde"),
            parents_words=text["parents_words"],
            child_words=text["child_words"],
            guidance=self.guidance if guided else None,
            by=self.person("teacher"),
        )

    def send_back(self, text: Text) -> None:
        """Let the leader ask the team a question."""
        proposals.send_back(self.proposal, question=text["question"], by=self.person("leader"))

    def answer_question(self, text: Text) -> None:
        """Let the team answer the leader's question."""
        proposals.answer(self.proposal, text=text["answer"], by=self.person("teacher"))

    def approve(self, text: Text) -> None:
        """Let the leader approve; what is lacking of the own rules has its written reason."""
        leader = self.person("leader")
        self._set_aside("G2", text)
        proposals.approve(self.proposal, note=text["decided_note"], by=leader)

    def _set_aside(self, gate: str, text: Text) -> None:
        """Set own requirements aside that the text has a reason for."""
        try:
            gatekeeping.check(self.fresh(), gate)
        except GateError as error:
            reasons = text.get("exceptions", {})
            for code in (item.code for item in _requirements(error) if item.code in reasons):
                gatekeeping.except_requirement(
                    self.fresh(), code, reason=reasons[code], by=self.person("leader")
                )

    def post(self) -> None:
        """Let the office, and PKU's secretary, send the letters that wait."""
        rows = Delivery.objects.filter(document__case=self.case, delivered_on=None)
        for row in rows.select_related("document").order_by("pk"):
            from_pku = row.document.kind == "pku_decision"
            deliveries.record_delivery(
                row,
                channel="digital_post",
                sent_on=clock.today(),
                delivered_on=clock.today(),
                by=self.person("pkusek" if from_pku else "office"),
            )

    def hear(self, text: Text) -> None:
        """Send the hearing to every party."""
        leader = self.person("leader")
        names = ("facts", "weighty", "intended", "rules")
        texts = {name: text[name] for name in names}
        draft = hearings.start_hearing(self.fresh(), by=leader, **texts)
        answer_by = clock.days_from_now(HEARING_DAYS)
        self.hearing = hearings.send_hearing(draft, answer_by=answer_by, by=leader)

    def hearing_answers(self, text: Text) -> None:
        """Write down what the parties answer; who has an empty text did not answer."""
        parties = self.hearing.parties.order_by("custody_holder__pk")
        for party, words, reply in zip(parties, text["answers"], text["replies"], strict=True):
            if words:
                hearings.record_answer(
                    party,
                    revision=party.revision,
                    answer=words,
                    no_remarks=False,
                    answered_on=clock.today(),
                    reply=reply,
                    by=self.person("leader"),
                )

    def close_hearing(self, text: Text) -> None:
        """Close the hearing with what the answers led to."""
        leader = self.person("leader")
        hearings.close_hearing(self.hearing, assessment=text["assessment"], by=leader)

    def decide(self, text: Text) -> None:
        """Sign the leader's decision."""
        outcome = outcome_of(text["outcome"], OutcomeType.Competence.LEADER)
        names = ("what", "considerations", "facts", "parents_views", "child_views")
        decisions.decide_support(
            self.fresh(),
            outcome=outcome,
            legal_basis=text.get("legal_basis", outcome.legal_basis),
            weekly_hours=text.get("weekly_hours"),
            no_hearing_reason=text.get("no_hearing_reason", ""),
            by=self.person("leader"),
            **{name: text[name] for name in names},
            **self._period(outcome),
        )

    def _period(self, outcome: OutcomeType) -> dict[str, Any]:
        starts_on = self.days.after(clock.today(), 5)
        ends_on = self.days.up_to(starts_on + PERIOD)
        values: dict[str, Any] = {}
        if outcome.needs_period:
            values = {"starts_on": starts_on, "ends_on": ends_on}
        if outcome.needs_revisitation:
            values["revisit_on"] = self.days.up_to(ends_on - timedelta(days=30))
        return values

    def put_on_council(self, text: Text, day: date) -> None:
        """Put the case without names on the agenda of a meeting."""
        meeting = council_meeting(self.directory, self.staff["district"], day)
        names = ("situation", "tried", "question")
        self.item = council.put_on_council(
            self.fresh(),
            meeting=meeting,
            no_particulars=True,
            by=self.person("leader"),
            **{name: text[name] for name in names},
        )

    def publish_agenda(self) -> None:
        """Let the coordinator publish the agenda, unless it is published."""
        self.item.meeting.refresh_from_db()
        if self.item.meeting.published_at is None:
            council.publish_agenda(self.item.meeting, by=self.person("coordinator"))

    def sparring(self, text: Text) -> None:
        """Let the coordinator write down the sparring and the ideas."""
        present = [self.person(name).name for name in ("coordinator", "leader", "practice_adviser")]
        council.record_sparring(
            self.item,
            present=text.get("present", ", ".join([*present, "Mads Elkjær Toldam"])),
            sparring=text["sparring"],
            ideas=[item["idea"] for item in text["ideas"]],
            by=self.person("coordinator"),
        )

    def answer_ideas(self, text: Text) -> None:
        """Let the leader answer the council's ideas, those that the text answers."""
        plan = self.plans[self.newest]
        for idea, item in zip(self.item.ideas.all(), text["ideas"], strict=True):
            if "answer" not in item:
                continue
            values: dict[str, Any] = {"because": item.get("because", "")}
            if item["answer"] == "try":
                starts_on = self.days.after(clock.today(), 3)
                values = {"plan": plan, "who": item["who"], "starts_on": starts_on}
            leader = self.person("leader")
            council.answer_idea(idea, answer=item["answer"], by=leader, **values)

    def try_ideas(self, text: Text, evaluate_on: date) -> None:
        """Put the version with the council's ideas into use."""
        plan, by = self.plans[self.newest], self.person("teacher")
        draft = plans.lock_draft(plan)
        save = Saver(plan, by, draft.revision)
        names = ("intervention", "what", "who", "starts_on", "weeks", "weekly_hours")
        known = [
            drafts.ActionText(**{name: getattr(row, name) for name in names})
            for row in draft.actions.all()
        ]
        tried = [
            drafts.ActionText(
                intervention=Intervention.objects.get(code=SPARRING),
                what=item["idea"],
                who=item["who"],
                starts_on=self.days.after(clock.today(), 2),
                weeks=8,
            )
            for item in text["ideas"]
            if item["answer"] == "try"
        ]
        save(drafts.save_actions, actions=[*known, *tried], mine={})
        save(drafts.save_evaluation, evaluate_on=evaluate_on, evaluate_how=draft.evaluate_how)
        plans.put_into_use(plan, revision=save.revision, by=self.person("colleague"))

    def close(self, text: Text) -> None:
        """Close the case with its conclusion."""
        cases.close_case(self.fresh(), conclusion=text["conclusion"], by=self.person("leader"))


def _requirements(error: GateError) -> list[Requirement]:
    return [item for item in error.unmet if isinstance(item, Requirement)]


def outcome_of(code: str, competence: str) -> OutcomeType:
    """Return the outcome in force."""
    return legal.in_force(OutcomeType.objects.filter(code=code, competence=competence)).get()
