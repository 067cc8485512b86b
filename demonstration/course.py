"""The course of a child or a class: each step is one act through its service, done now.

The history moves the clock. The texts are those of fixtures/demonstration/texts, whose keys are
the names of the services' arguments.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from inspect import Parameter, signature
from typing import get_args

from django.db.models import TextField

from cases.gates import Requirement
from cases.models import Case, CouncilItem, Delivery, Hearing, OutcomeType, Proposal
from cases.services import (
    cases,
    council,
    decisions,
    deliveries,
    documents,
    gatekeeping,
    hearings,
    proposals,
)
from demonstration.days import school_days
from demonstration.municipality import COUNCIL_DAYS, PKU_DAYS, Municipality, Text
from districts.models import CustodyHolder, LearningCommunity, Pupil
from districts.permissions import Role
from haderslev.accounts.models import User
from haderslev.core import clock, legal
from haderslev.core.errors import GateError
from haderslev.core.policy import may
from pku.models import GoalStatus, PkuDecision, Placement, PPVRequest, Referral, ReturnReason
from pku.services import decisions as pku_decisions
from pku.services import ppv, ppv_reports, received, referrals
from plans import ports
from plans.models import (
    Evaluation,
    Goal,
    Guidance,
    GuidanceAgreement,
    Intervention,
    InterventionEffect,
    Meeting,
    MeetingAnswer,
    MeetingParticipant,
    Observation,
    ParentPerspective,
    Plan,
    PlanAction,
    PlanVersion,
    Sign,
    Voice,
)
from plans.services import drafts, evaluations, guidance, meetings, observations, plans

# The texts name an author by account; at the other school it is its own adviser.
ALIASES = {
    "plc": "plc_adviser",
    "praksis": "practice_adviser",
    "psykolog": "psychologist",
    "familie": "family_counsellor",
}
MEETING_LASTS = timedelta(minutes=70)
GUIDANCE_DAYS = 90
HEARING_DAYS = 14
# A decision for a period counts this long; the law's outer bound is a year.
PERIOD = timedelta(days=330)
# Sparring about learning communities in the district
SPARRING = "h-cat-14-01"
SECRETARY, CHAIR = "pkusek", "formand"
OFFER_HEADS = {"special": "poul.eng", "special_classes": "vibe.rod"}


# A step of a course, done with a table of its text.
type Act = Callable[[Course, Text], object]


def only(service: Callable[..., object], text: Text) -> Text:
    """Return what a text says of the arguments of a service.

    What it takes as ``**texts`` is named by their type; without one, it is what its row must have.
    """
    known = signature(service)
    names = [*known.parameters]
    for each in known.parameters.values():
        if each.kind is Parameter.VAR_KEYWORD:
            row = known.return_annotation
            texts = [one for one in row._meta.concrete_fields if isinstance(one, TextField)]
            typed = get_args(each.annotation)
            names += typed[0].__annotations__ if typed else [t.name for t in texts if not t.blank]
    return {name: text[name] for name in names if name in text}


def _step(who: str, service: Callable[..., object], of: str, gate: str = "") -> Act:
    """Return the step of somebody's one act on a row of the course, which it may put anew."""

    def step(course: "Course", text: Text) -> None:
        if gate:
            course.set_aside(gate, text)
        row = getattr(course, of)
        row.refresh_from_db()
        said = {**text, "revision": getattr(row, "revision", 0)}
        setattr(course, of, course.do(who, service, row, text=said))

    step.__name__ = service.__name__
    return step


class Course:
    """One child or one class, the people around it, and what has been made so far."""

    case: Case
    proposal: Proposal
    hearing: Hearing
    item: CouncilItem
    request: PPVRequest
    referral: Referral
    decision: PkuDecision
    asked: Guidance
    newest: Plan

    def __init__(self, town: Municipality, *, klass: str, child: str = "") -> None:
        self.town, self.days = town, town.days
        self.community: LearningCommunity = town.classes[klass]
        self.pupil: Pupil | None = town.children[child] if child else None
        self.target: Pupil | LearningCommunity = self.pupil or self.community
        # Whom it is about, as services take it
        self.about: Text = {"pupil" if child else "community": self.target}
        self.staff = town.staff[klass]
        self.seen: list[Observation] = []
        self.meeting: Meeting | None = None

    def __str__(self) -> str:
        return str(self.target)

    @property
    def parents(self) -> list[CustodyHolder]:
        """Return the custody holders, in the order of the texts."""
        if self.pupil is None:
            return []
        return list(self.pupil.custody_holders.current().order_by("pk"))

    def person(self, role: str) -> User:
        """Return the class's teacher, colleague, leader …, or somebody by user name."""
        name = self.staff.get(ALIASES.get(role, role), role)
        if name not in self.town.people and name.startswith("laerer"):
            name = self.staff["colleague" if name.endswith("_team") else "teacher"]
        return self.town.people[name]

    def fresh(self) -> Case:
        """Return the case as it is now."""
        return Case.objects.get(pk=self.case.pk)

    def do[Made](
        self,
        who: str,
        service: Callable[..., Made],
        *rows: object,
        text: Text | None = None,
        **more: object,
    ) -> Made:
        """Let somebody call a service with what the text says of its arguments, and with more."""
        return service(*rows, **only(service, text or {}) | more | {"by": self.person(who)})

    # Observing, planning, evaluating

    def observe(self, text: Text) -> None:
        """Write an observation of the child, the class or the practice in it, after the lesson."""
        about = text.get("about", "pupil" if self.pupil else "community")
        of_pupil = self.pupil if about == Observation.About.PUPIL else None
        author = self.person(text.get("author", "teacher"))
        # A guest who has not been asked yet tells the team, who writes.
        if not may(author, "add_observation", of_pupil or self.community):
            author = self.person("colleague")
        defaults: Text = {"kind": Observation.Kind.WATCHING, "place": Observation.Place.LESSON}
        row = observations.add_observation(
            **defaults | only(observations.add_observation, text) | {"about": about},
            observed_at=clock.now() - MEETING_LASTS,
            community=None if of_pupil else self.community,
            pupils=[of_pupil] if of_pupil else [],
            by=author,
        )
        if of_pupil == self.pupil:
            self.seen.append(row)

    def team_meeting(self, text: Text) -> None:
        """Record the team's meeting that agrees a plan: what, who, when."""
        agreed = [f"{item['what']} ({item['who']})." for item in text["actions"]]
        self.meeting = self.do(
            "colleague",
            meetings.record,
            kind=Meeting.Kind.TEAM,
            minutes=meetings.Minutes(held_on=clock.today(), agreements="\n".join(agreed)),
            participants=self._present("teacher", "colleague"),
            **self.about,
        )

    def _present(self, *roles: str) -> list[MeetingParticipant]:
        people = map(self.person, roles)
        return [MeetingParticipant(name=user.name, role=user.title) for user in people]

    def network(self, text: Text) -> None:
        """Record a network meeting with each parent's answers."""
        present = self._present("teacher", "leader")
        for holder, answers in zip(self.parents, text["answers"], strict=True):
            if "silent" not in answers.values():
                relation = str(holder.get_relation_display())
                present.append(MeetingParticipant(name=holder.name, role=relation))
        said: Text = {"place": str(self.community.school)} | only(meetings.Minutes, text)
        meetings.record(
            kind=Meeting.Kind.NETWORK,
            minutes=meetings.Minutes(held_on=clock.today(), **said),
            participants=present,
            answers=list(self._answers(text)),
            by=self.person("teacher"),
            **self.about,
        )

    def _answers(self, text: Text) -> Iterator[MeetingAnswer]:
        """Yield each parent's answers; on two school days who was silent was tried in vain."""
        today, remarks = clock.today(), [*text.get("remarks", ())]
        for holder, answers in zip(self.parents, text["answers"], strict=True):
            remark = remarks.pop(0) if remarks else ""
            for topic, answer in answers.items():
                row = MeetingAnswer(
                    custody_holder=holder, topic=topic, answer=answer, remark=remark
                )
                if answer == MeetingAnswer.Answer.SILENT:
                    row.first_attempt_on = self.days.up_to(today - timedelta(days=9))
                    row.second_attempt_on = self.days.up_to(today - timedelta(days=3))
                remark = ""
                yield row

    def plan(self, text: Text) -> None:
        """Write a plan and put it into use."""
        plan = self.newest = self._begin(text, seen=4, meeting=self.meeting)
        start = self.days.after(clock.today(), 2)
        actions = [
            PlanAction(
                intervention=Intervention.objects.get(code=item["code"]),
                starts_on=start,
                **{name: item[name] for name in ("what", "who", "weeks")},
            )
            for item in text["actions"]
        ]
        self._save(plan, drafts.save_actions, text, actions=actions)
        if self.pupil is None:
            self._save(plan, drafts.save_common_voice, text)
            informed = drafts.save_parents_informed
            self._save(plan, informed, text, parents_informed_on=clock.today())
        else:
            asked_on = self.days.up_to(clock.today() - timedelta(days=1))
            voices = [Voice(gathered_on=asked_on, **item) for item in text.get("voices", ())]
            self._save(plan, drafts.save_voices, {"no_voice_reason": "", **text}, voices=voices)
            # A parent's words, or a table with the reason why they are missing
            said = zip(self.parents, text["perspectives"]["holders"], strict=True)
            perspectives = [
                ParentPerspective(
                    custody_holder=holder, **{"words": words} if isinstance(words, str) else words
                )
                for holder, words in said
            ]
            self._save(plan, drafts.save_perspectives, text, perspectives=perspectives)
        ahead = self.days.ahead(8 if self.pupil else 11)
        self._use(plan, text, ahead)

    def draft(self, text: Text) -> None:
        """Begin a plan that the team still has to finish."""
        self._begin(text, seen=1, meeting=None)

    def _begin(self, text: Text, *, seen: int, meeting: Meeting | None) -> Plan:
        """Make a plan with its context and its goal."""
        team = self.town.teams[self.community.name]
        plan = self.do("teacher", plans.make_plan, self.target, text=text, team=team)
        context = {"observations": self.seen[-seen:], "team_meeting": meeting}
        self._save(plan, drafts.save_context, text, **context)
        sign = Sign(
            text=text["sign"],
            measured_how=text.get("measured_how", ""),
            baseline=text.get("baseline"),
        )
        self._save(plan, drafts.save_goals, text, goals=[(Goal(text=text["goal"]), [sign])])
        return plan

    def _save(self, plan: Plan, save: Callable[..., object], text: Text, **more: object) -> None:
        """Save one part of a plan's draft."""
        self.do("teacher", save, plan, text=text, revision=_draft(plan).revision, **more)

    def _day(self, text: Text) -> date:
        return self.days.ago(school_days(text["days_ago"]))

    def _use(self, plan: Plan, text: Text, ahead: date) -> None:
        """Agree on the evaluation, on its day or one ahead, and put the draft into use."""
        day = self._day(text["evaluation"]) if "evaluation" in text else ahead
        self._save(plan, drafts.save_evaluation, text, evaluate_on=day)
        self.do("colleague", plans.put_into_use, plan, revision=_draft(plan).revision)

    def evaluate(self, text: Text) -> None:
        """Evaluate the version in use, shown by the newest observations."""
        version = self.newest.versions.filter(state=PlanVersion.State.APPROVED)[0]
        goal = evaluations.GoalAnswer(
            version.goals.get(), text["goal_result"], text["score"], text["remark"], self.seen[-2:]
        )
        actions = [
            InterventionEffect(action=action, weeks=action.weeks, effect=words)
            for action, words in zip(version.actions.all(), text["effects"], strict=True)
        ]
        continues = text["conclusion"] == Evaluation.Conclusion.CONTINUE
        self.do(
            "teacher",
            evaluations.evaluate,
            version,
            text=text,
            evaluated_on=clock.today(),
            goals=[goal],
            actions=actions,
            next_evaluation_on=self.days.ahead(7 + 2 * self.community.grade) if continues else None,
        )

    def ask(self, text: Text) -> None:
        """Ask an adviser; until level 2 it is the school's own."""
        role, level = Role(text["role"]), ports.cases().level_of(self.target)
        if level not in {Case.Level.ANTICIPATORY, Case.Level.INTERVENING}:
            role = Role.PLC_ADVISER
        today = clock.today()
        self.asked = guidance.ask(
            kind=Guidance.Kind.PUPIL if self.pupil else Guidance.Kind.COMMUNITY,
            role=role,
            question=text["question"],
            closes_on=clock.days_from_now(GUIDANCE_DAYS),
            plan=getattr(self, "newest", None),
            agreements=[
                GuidanceAgreement(custody_holder=holder, agreed_on=today) for holder in self.parents
            ],
            by=self.person("teacher"),
            **self.about,
        )

    def answered(self, text: Text) -> None:
        """Let the adviser answer."""
        role = self.asked.role
        self.asked = self.do(role, guidance.answer, self.asked, text=text)

    read_answer = _step("teacher", guidance.mark_read, "asked")

    # The case: opened, proposed higher, heard, decided by the leader, discussed in the council

    def open_case(self, text: Text) -> None:
        """Open the case; each parent has been told the same day."""
        who, informed = "leader" if "entry_ground" in text else "teacher", self._informed(text)
        self.case = self.do(who, cases.open_case, text=text, informed=informed, **self.about)

    def _informed(self, text: Text) -> list[cases.Informed]:
        """Return how each parent was told, or why not."""
        today = clock.today()
        return [
            cases.Informed(
                custody_holder=holder,
                **{"informed_on": today, "informed_how": how} if isinstance(how, str) else how,
            )
            for holder, how in zip(self.parents, text.get("informed_how", ()), strict=True)
        ]

    def propose(self, text: Text) -> None:
        """Let the team propose the next level."""
        newest = getattr(self, "asked", None)
        guided = newest is not None and newest.state == Guidance.State.ANSWERED
        self.proposal = self.do(
            "teacher",
            proposals.propose,
            self.fresh(),
            text={"parents_informed_how": "Forældremøde", **text},
            parents_informed_on=clock.today(),
            guidance=newest if guided else None,
        )

    send_back = _step("leader", proposals.send_back, "proposal")

    def approve(self, text: Text) -> None:
        """Let the leader approve; what is lacking of the own rules has its written reason."""
        self.set_aside("G2", text)
        self.do("leader", proposals.approve, self.proposal, note=text["decided_note"])

    def set_aside(self, gate: str, text: Text) -> None:
        """Set own requirements aside that the text has a reason for."""
        reasons = text.get("exceptions", {})
        try:
            gatekeeping.check(self.fresh(), gate)
        except GateError as error:
            for item in error.unmet:
                if isinstance(item, Requirement) and item.code in reasons:
                    reason, waive = reasons[item.code], gatekeeping.except_requirement
                    self.do("leader", waive, self.fresh(), item.code, reason=reason)

    def post(self, _text: Text) -> None:
        """Let the office, and PKU's secretary, send the letters that wait."""
        rows = Delivery.objects.filter(document__case=self.case, delivered_on=None)
        today = clock.today()
        for row in rows.select_related("document").order_by("pk"):
            sender = SECRETARY if row.document.kind == "pku_decision" else "office"
            sent: Text = {"channel": "digital_post", "sent_on": today, "delivered_on": today}
            self.do(sender, deliveries.record_delivery, row, **sent)

    def hear(self, text: Text) -> None:
        """Send the hearing to every party."""
        draft = self.do("leader", hearings.start_hearing, self.fresh(), text=text)
        answer_by = clock.days_from_now(HEARING_DAYS)
        self.hearing = self.do("leader", hearings.send_hearing, draft, answer_by=answer_by)

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

    close_hearing = _step("leader", hearings.close_hearing, "hearing")

    def decide(self, text: Text) -> None:
        """Sign the leader's decision."""
        outcome = _outcome(text, OutcomeType.Competence.LEADER)
        starts_on = self.days.after(clock.today(), 5)
        ends_on = self.days.up_to(starts_on + PERIOD)
        said = {"legal_basis": outcome.legal_basis, **text, "outcome": outcome}
        if outcome.needs_period:
            said |= {"starts_on": starts_on, "ends_on": ends_on}
        if outcome.needs_revisitation:
            said["revisit_on"] = self.days.up_to(ends_on - timedelta(days=30))
        self.do("leader", decisions.decide_support, self.fresh(), text=said)

    def put_on_council(self, text: Text) -> None:
        """Put the case without names on the agenda of its meeting, or of the next."""
        day = self._day(text) if "sparring" in text else self.days.ahead(COUNCIL_DAYS[0])
        meeting = self.town.council_meeting(self.staff["district"], day)
        said = {**text, "meeting": meeting, "no_particulars": True}
        self.item = self.do("leader", council.put_on_council, self.fresh(), text=said)

    def publish_agenda(self, _text: Text) -> None:
        """Let the coordinator publish the agenda, unless it is published."""
        self.item.meeting.refresh_from_db()
        if self.item.meeting.published_at is None:
            self.do("coordinator", council.publish_agenda, self.item.meeting)

    def sparring(self, text: Text) -> None:
        """Let the coordinator write down the sparring and the ideas."""
        present = [self.person(name).name for name in ("coordinator", "leader", "practice_adviser")]
        council.record_sparring(
            self.item,
            present=", ".join([*present, "Mads Elkjær Toldam"]),
            sparring=text["sparring"],
            ideas=[item["idea"] for item in text["ideas"]],
            by=self.person("coordinator"),
        )

    def answer_ideas(self, text: Text) -> None:
        """Let the leader answer the council's ideas, those that the text answers."""
        for idea, item in zip(self.item.ideas.all(), text["ideas"], strict=True):
            if "answer" not in item:
                continue
            tried: Text = {}
            if item["answer"] == "try":
                tried = {"plan": self.newest, "starts_on": self.days.after(clock.today(), 3)}
            self.do("leader", council.answer_idea, text={**item, "idea": idea, **tried})

    def try_ideas(self, text: Text) -> None:
        """Put the version with the council's ideas into use."""
        ahead = self.days.ahead(max(3, 20 - school_days(text["days_ago"]) // 4))
        draft, start = _draft(self.newest), self.days.after(clock.today(), 2)
        tried = [
            PlanAction(
                intervention=Intervention.objects.get(code=SPARRING),
                what=item["idea"],
                who=item["who"],
                starts_on=start,
                weeks=8,
            )
            for item in text["ideas"]
            if item["answer"] == "try"
        ]
        known = list(draft.actions.all())
        for row in known:
            row.pk = None
        self._save(self.newest, drafts.save_actions, text, actions=[*known, *tried])
        self._use(self.newest, {**text, "evaluate_how": draft.evaluate_how}, ahead)

    close = _step("leader", cases.close_case, "case")

    # The last stage: PPV, referral, PKU's decision, the special offer, and the way home

    def parent_asks(self, text: Text) -> None:
        """Record that a parent asks for a PPV; it opens a case when there is none."""
        ask = ppv.Ask(
            custody_holder=self.parents[0],
            asked_on=clock.today(),
            words=text["asked_words"],
            wants_special=text.get("wants_special", False),
        )
        self.request = ppv.record_parent_request(
            self.pupil,  # type: ignore[arg-type]  # only a child's course has a PPV
            ask,
            informed=self._informed(text),
            by=self.person("teacher"),
        )
        self.case = self.request.case

    def somebody_receives(self, text: Text) -> None:
        """Let a parent ask somebody outside the school for a PPV."""
        about = {"school": self.community.school, "asked_on": clock.today()}
        self.do(text["by"], received.receive, text={**text, **about})

    def write_ppv(self, text: Text) -> None:
        """Let the team write the request and the leader know."""
        dates = {"consulted_on": clock.today(), "school_statement_on": clock.today()}
        self.request = ppv.start_request(
            self.fresh(),
            requester=PPVRequest.Requester.LEADER,
            texts={**dates, **text},
            ready=True,
            by=self.person("teacher"),
        )
        self._paper("school_statement", "Skoleudtalelse")

    def _paper(self, kind: str, title: str) -> None:
        """Write down a paper that lies in the municipality's own archive."""
        documents.add_record(
            self.fresh(),
            kind=kind,
            title=f"{title}, {self.community.name}",
            dated=clock.today(),
            holder=f"Ligger i ESDH under {self.case.number}",
            by=self.person("teacher"),
        )

    sign_ppv = _step("leader", ppv.sign_request, "request", gate="G3")
    receive_ppv = _step("psychologist", ppv_reports.receive_request, "request")

    def send_ppv_report(self, text: Text) -> None:
        """Let the psychologist write the PPV and send it to the head and each parent."""
        by, today = self.person("psychologist"), clock.today()
        report = ppv_reports.save_report(self.request, revision=0, texts=text, by=by)
        dispatches = [
            ppv_reports.Dispatch(channel="digital_post", sent_on=today, custody_holder=holder)
            for holder in (None, *self.parents)
        ]
        ppv_reports.send_report(
            self.request, revision=report.revision, dispatches=dispatches, by=by
        )

    def write_referral(self, text: Text) -> None:
        """Let the team write its parts and the leader his."""
        self.referral = referrals.start_referral(self.fresh(), by=self.person("teacher"))
        answers = {f"answer:{code}": words for code, words in text.get("answers", {}).items()}
        views = {"pupil_view": text.get("pupil_view", "")}
        # Each parent's view, or why it is missing
        missing = text.get("parent_view_missing", [""] * len(self.parents))
        said = zip(self.parents, text["parent_views"], missing, strict=True)
        for holder, words, reason in said:
            views[f"{'view' if words else 'reason'}:{holder.public_id}"] = words or reason
        self._save_part("answers", answers)
        self._save_part("views", views)
        self._save_part("psychologist", text, "psychologist_recommendation")
        self._save_part("offer", text, "wished_offer")
        self._save_part("leader", text, "leader_recommendation", by="leader")
        self._paper("pupil_plan", "Meddelelsesbog")

    def _save_part(self, part: str, text: Text, *names: str, by: str = "teacher") -> None:
        """Save a part of the referral, if the text has something for it."""
        values = {name: text[name] for name in names or text if name in text}
        if values:
            said = {"part": part, "revision": self.referral.revision, "values": values}
            self.referral = self.do(by, referrals.save_part, self.referral, text=said)

    ask_to_submit = _step("teacher", referrals.ask_to_submit, "referral")
    submit = _step("leader", referrals.submit, "referral", gate="G5")

    def return_referral(self, text: Text) -> None:
        """Let the secretary return it with reasons tied to fields."""
        rows = legal.in_force(ReturnReason.objects.filter(code__in=text["return_codes"]))
        said = {"reasons": list(rows), "note_text": text["return_note"]}
        give_back = referrals.return_referral
        self.referral = self.do(SECRETARY, give_back, self.referral, text=said)

    def schedule(self, text: Text) -> None:
        """Let the secretary approve the quality and put it on its meeting, or on the next."""
        day = self._day(text) if "outcome" in text else self.days.ahead(PKU_DAYS[0])
        meeting = self.town.pku_meeting(day)
        self.referral = self.do(SECRETARY, referrals.accept, self.referral, meeting=meeting)

    def prepare(self, text: Text) -> None:
        """Let the secretary prepare the decision on the referral after the meeting."""
        words = self._decision_text(text, OutcomeType.Competence.PKU)
        prepare = pku_decisions.prepare_for_referral
        self.decision = prepare(self.referral, text=words, by=self.person(SECRETARY))

    sign = _step(CHAIR, pku_decisions.sign, "decision")

    def _placement(self) -> Placement:
        """Return the offer that runs."""
        return Placement.objects.get(case=self.case, ended_on=None)

    def give_status(self, text: Text) -> None:
        """Let the head of the offer or the leader of the home school give a status."""
        placement = self._placement()
        key = next(name for name, row in self.town.offers.items() if row == placement.offer)
        goals = zip(
            placement.decision.goals.all(), text["goal_results"], text["goal_remarks"], strict=True
        )
        pku_decisions.give_status(
            placement,
            goals=[
                GoalStatus(goal=goal, result=result, remark=remark)
                for goal, result, remark in goals
            ],
            by=self.person(OFFER_HEADS[key] if text["side"] == "offer" else "leader"),
            **only(pku_decisions.give_status, text),
        )

    def prepare_revisit(self, text: Text) -> None:
        """Let the secretary prepare the new decision of a revisitation."""
        words = self._decision_text(text, OutcomeType.Competence.REVISIT)
        prepare = pku_decisions.prepare_for_placement
        self.decision = prepare(self._placement(), text=words, by=self.person(SECRETARY))

    def _decision_text(self, text: Text, competence: str) -> pku_decisions.DecisionText:
        outcome = _outcome(text, competence)
        starts_on = self.days.after(clock.today(), 1)
        said: Text = {"legal_basis": outcome.legal_basis} | only(pku_decisions.DecisionText, text)
        said |= {
            "outcome": outcome,
            "meeting": self.town.pku_meeting(clock.today()),
            "present": ", ".join(self.person(name).name for name in (CHAIR, "pku", "else.nord")),
            "goals": tuple(text.get("goals", ())),
        }
        if outcome.needs_offer:
            said["offer"] = self.town.offers["special"]
        if outcome.needs_first_day:
            said["starts_on"] = starts_on
        if outcome.needs_period:
            said["ends_on"] = self.days.up_to(starts_on + PERIOD)
        return pku_decisions.DecisionText(**said)


def _draft(plan: Plan) -> PlanVersion:
    return plan.versions.get(state=PlanVersion.State.DRAFT)


def _outcome(text: Text, competence: str) -> OutcomeType:
    """Return the outcome in force."""
    rows = OutcomeType.objects.filter(code=text["outcome"], competence=competence)
    return legal.in_force(rows).get()
