"""A child's whole course, step by step, in words of the domain, through the services.

Each step happens on its own school day; the clock is moved, nothing is back-dated by hand.
Tests take the story as far as they need: ``Story(cast).until("ppv_sent")``.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from cases.models import Case, Delivery, OutcomeType
from cases.services import cases, council, decisions, hearings, letters, proposals
from cases.services.cases import Informed
from districts.models import CouncilMeeting, CustodyHolder, Institution, LearningCommunity, Pupil
from districts.permissions import Role
from haderslev.core import clock
from pku.models import PkuMeeting
from pku.services import decisions as pku_decisions
from pku.services import placements, ppv, ppv_reports, referral_checks, referral_fields, referrals
from plans.models import Intervention, Observation, Plan
from plans.services import drafts, evaluations, guidance, meetings, observations, plans
from plans.services.meetings import Minutes, Participant, TopicAnswer
from tests.people import Cast

BEGIN = date(2026, 1, 12)
STEPS = (
    "class_observed",
    "class_plan_in_use",
    "child_observed",
    "child_plan_in_use",
    "case_opened",
    "plans_evaluated",
    "plc_asked",
    "plc_answered",
    "level_proposed",
    "level_approved",
    "anticipatory_plan_evaluated",
    "network_met",
    "ppv_requested",
    "ppv_received",
    "ppv_sent",
    "hearing_sent",
    "hearing_closed",
    "leader_referred",
    "council_asked",
    "council_advised",
    "referral_submitted",
    "referral_accepted",
    "decision_signed",
    "decision_delivered",
    "status_given",
    "home_again",
)


class Story:
    """One child's course with the people of the cast."""

    def __init__(self, cast: Cast, pupil: Pupil | None = None) -> None:
        """Begin on a Monday in January, with nothing written."""
        self.cast = cast
        self.pupil: Pupil = pupil or cast.child
        self.day = BEGIN
        self.done: list[str] = []
        self.case: Case
        self.plan: Plan
        self.class_plan: Plan

    @property
    def community(self) -> LearningCommunity:
        """Return the child's class."""
        community = self.pupil.community
        assert community is not None
        return community

    @property
    def holders(self) -> list[CustodyHolder]:
        """Return the parents."""
        return list(self.pupil.custody_holders.all())

    def until(self, step: str) -> "Story":
        """Go on to the end of a step."""
        last = STEPS.index(step)
        for name in STEPS[len(self.done) : last + 1]:
            self.take(name)
        return self

    def take(self, name: str) -> None:
        """Take one step, then let three days pass (never a weekend)."""
        step: Callable[[], None] = getattr(self, f"_{name}")
        with ExitStack() as stack:
            stack.enter_context(self.clock())
            step()
        self.done.append(name)
        self.advance(3)

    def clock(self) -> Any:
        """Return the story's time as a context."""
        noon = datetime.combine(self.day, time(12))
        return clock.at(timezone.make_aware(noon))

    def advance(self, days: int) -> None:
        """Let days pass."""
        self.day += timedelta(days=days)
        while self.day.weekday() >= 5:
            self.day += timedelta(days=1)

    # Observations and plans

    def _class_observed(self) -> None:
        for words in ("Klassen venter længe på at komme i gang.", "Gruppearbejdet glider i dag."):
            observations.add_observation(
                about="community",
                kind="watching",
                seen=words,
                place="lesson",
                observed_at=clock.now(),
                community=self.community,
                by=self.cast.teacher,
            )

    def _class_plan_in_use(self) -> None:
        meeting = self._team_meeting(community=self.community)
        plan = plans.make_plan(
            title="Ro til at begynde",
            level="preventive",
            team=self.cast.team,
            community=self.community,
            by=self.cast.teacher,
        )
        self._write_draft(plan, meeting, "Klassen vil gerne vide, hvad der skal ske.")
        plans.put_into_use(plan, revision=self._draft(plan).revision, by=self.cast.teacher_b)
        self.class_plan = plan

    def _child_observed(self) -> None:
        for words in ("Hun bliver i garderoben.", "Hun begynder, når en voksen sætter sig."):
            observations.add_observation(
                about="pupil",
                kind="watching",
                seen=words,
                child_words="Der er for mange lyde.",
                place="transition",
                observed_at=clock.now(),
                pupils=[self.pupil],
                by=self.cast.teacher,
            )

    def _child_plan_in_use(self) -> None:
        self.plan = self._plan_of_child("En god begyndelse på timen", "preventive")

    def _plan_of_child(self, title: str, level: str) -> Plan:
        meeting = self._team_meeting(pupil=self.pupil)
        plan = plans.make_plan(
            title=title,
            level=level,
            team=self.cast.team,
            pupil=self.pupil,
            community_plan=self.class_plan,
            by=self.cast.teacher,
        )
        self._write_draft(plan, meeting, "Overgangene er svære.")
        plans.put_into_use(plan, revision=self._draft(plan).revision, by=self.cast.teacher_b)
        return plan

    def _draft(self, plan: Plan) -> Any:
        return plan.versions.get(state="draft")

    def _write_draft(self, plan: Plan, meeting: Any, context: str) -> None:
        by = self.cast.teacher
        seen = Observation.objects.filter(pupils=self.pupil) if plan.pupil else None
        if seen is None:
            seen = Observation.objects.filter(community=self.community)
        common: dict[str, Any] = {"by": by}

        def now() -> int:
            return int(self._draft(plan).revision)

        drafts.save_context(
            plan,
            revision=now(),
            context=context,
            observations=list(seen),
            team_meeting=meeting,
            **common,
        )
        sign = drafts.SignText("Hun finder sin plads inden for fem minutter", "Vi tæller", 1)
        goal = drafts.GoalText("Begynder sammen med de andre", None, [sign])
        drafts.save_goals(plan, revision=now(), goals=[goal], mine={}, **common)
        action = drafts.ActionText(
            Intervention.objects.filter(level=plan.level).order_by("code")[0],
            "En voksen tager imod ved døren",
            "Kontaktlæreren",
            clock.today(),
            6,
        )
        drafts.save_actions(plan, revision=now(), actions=[action], mine={}, **common)
        evaluate_on = clock.today() + timedelta(days=42)
        drafts.save_evaluation(
            plan, revision=now(), evaluate_on=evaluate_on, evaluate_how="Teammøde", **common
        )
        if plan.pupil is None:
            drafts.save_common_voice(plan, revision=now(), common_voice="Vi vil have ro.", **common)
            drafts.save_parents_told(
                plan,
                revision=now(),
                parents_told_on=clock.today(),
                parents_told_how="Aula",
                **common,
            )
            return
        voices = [
            drafts.VoiceText("seen", "Jeg kan godt lide døren.", "Samtale", clock.today(), "yes"),
            drafts.VoiceText("belong", "Far bliver vred hjemme.", "Samtale", clock.today(), "no"),
        ]
        drafts.save_voices(
            plan, revision=now(), voices=voices, no_voice_reason="", mine={}, **common
        )
        said = [drafts.PerspectiveText(holder, "Det hjælper derhjemme.") for holder in self.holders]
        drafts.save_perspectives(plan, revision=now(), perspectives=said, mine={}, **common)

    def _team_meeting(self, **about: Any) -> Any:
        return meetings.record(
            kind="team",
            minutes=Minutes(held_on=clock.today(), agreements="Vi skriver en plan sammen."),
            participants=[Participant(self.cast.teacher.name, "Lærer")],
            by=self.cast.teacher,
            **about,
        )

    def _evaluate(self, plan: Plan, conclusion: str) -> None:
        version = plan.versions.filter(state="approved").latest("number")
        evidence = list(version.observations.all())
        evaluations.evaluate(
            version,
            evaluated_on=clock.today(),
            participants="Teamet",
            goals=[
                evaluations.GoalAnswer(goal, "partly", 2, "Det går bedre om morgenen.", evidence)
                for goal in version.goals.all()
            ],
            actions=[
                evaluations.ActionAnswer(action, True, 6, "Gav en roligere start.")
                for action in version.actions.all()
            ],
            changed_by_child="Vi flyttede bordet hen til vinduet.",
            conclusion=conclusion,
            reason="Indsatsen rækker ikke alene.",
            next_evaluation_on=None,
            by=self.cast.teacher,
        )

    # Case and level

    def _case_opened(self) -> None:
        self.case = cases.open_case(
            pupil=self.pupil,
            reason="Overgangene er svære trods indsatser.",
            informed=[
                Informed(custody_holder=holder, told_on=clock.today(), told_how="Samtale")
                for holder in self.holders
            ],
            by=self.cast.teacher,
        )

    def _plans_evaluated(self) -> None:
        self.advance(42)
        with self.clock():
            self._evaluate(self.class_plan, "ask_guidance")
            self._evaluate(self.plan, "ask_guidance")

    def _plc_asked(self) -> None:
        self.guidance = guidance.ask(
            kind="pupil",
            role=Role.PLC_ADVISER,
            question="Hvordan gør vi overgangene lettere?",
            closes_on=clock.today() + timedelta(days=90),
            pupil=self.pupil,
            plan=self.plan,
            agreements=[
                guidance.Agreement(holder, agreed_on=clock.today()) for holder in self.holders
            ],
            by=self.cast.teacher,
        )

    def _plc_answered(self) -> None:
        guidance.answer(
            self.guidance,
            observed="Jeg så to overgange.",
            verb="develops",
            contribution="Vis dagens skema som billeder.",
            children_involved="Klassen valgte billederne.",
            parents_involved="Talte med begge.",
            next_level="yes",
            next_level_sentence="Der er brug for flere øjne på overgangene.",
            by=self.cast.plc,
        )

    def _level_proposed(self) -> None:
        self.proposal = proposals.propose(
            self.case,
            reason="Vi har brug for vejledning udefra.",
            parents_told_on=clock.today(),
            parents_told_how="Møde på skolen",
            parents_words="Vi er trygge ved det.",
            child_words="Det er fint, hvis det er dig.",
            guidance=self.guidance,
            by=self.cast.teacher,
        )

    def _level_approved(self) -> None:
        proposals.approve(self.proposal, note="To timer om ugen i seks uger.", by=self.cast.leader)
        self.case = Case.objects.get(pk=self.case.pk)

    def _anticipatory_plan_evaluated(self) -> None:
        self.plan = self._plan_of_child("Trygge overgange", "anticipatory")
        cases.link_plans(self.case)
        self.advance(42)
        with self.clock():
            self._evaluate(self.plan, "next_level")

    def _network_met(self) -> None:
        meetings.record(
            kind="network",
            minutes=Minutes(
                held_on=clock.today(),
                agreements="Vi beder om PPV.",
                parents_words="Vi vil gerne have hjælp.",
                child_words="Jeg vil gerne blive hos mine venner.",
            ),
            participants=[Participant(self.cast.teacher.name, "Lærer")],
            answers=[
                TopicAnswer(holder, topic, "agrees")
                for holder in self.holders
                for topic in ("ppv", "council", "pku")
            ],
            pupil=self.pupil,
            by=self.cast.teacher,
        )

    # PPV

    def _ppv_requested(self) -> None:
        names = (
            "consulted_how problem questions resources difficulties academic social absence"
            " done_so_far school_statement pupil_view parents_view"
        ).split()
        texts: dict[str, Any] = {name: f"Om {name}: det går fremad." for name in names}
        texts |= {"consulted_on": clock.today(), "school_statement_on": clock.today()}
        row = ppv.start_request(
            self.case, requester="leader", texts=texts, ready=True, by=self.cast.teacher
        )
        self.ppv = ppv.sign_request(row, revision=row.revision, by=self.cast.leader)

    def _ppv_received(self) -> None:
        self.ppv = ppv_reports.receive_request(self.ppv, by=self.cast.psychologist)

    def _ppv_sent(self) -> None:
        names = (
            "basis competences difficulties environment child_perspective parents_perspective"
            " conclusion arrangement recommendations author_profession"
        ).split()
        texts: dict[str, Any] = {name: f"Om {name}: hun lærer bedst i ro." for name in names}
        texts |= {"need": "over", "weekly_hours": 12}
        report = ppv_reports.save_report(
            self.ppv, revision=0, texts=texts, by=self.cast.psychologist
        )
        sent = [
            ppv_reports.Dispatch(channel="digital_post", sent_on=clock.today(), custody_holder=who)
            for who in (None, *self.holders)
        ]
        self.ppv = ppv_reports.send_report(
            self.ppv, revision=report.revision, dispatches=sent, by=self.cast.psychologist
        )

    # Hearing, decision, council

    def _hearing_sent(self) -> None:
        row = hearings.start_hearing(
            self.case,
            facts="PPV viser et stort behov.",
            weighty="PPV og de evaluerede planer.",
            intended="At henvise til PKU.",
            rules="Folkeskoleloven § 12.",
            by=self.cast.leader,
        )
        until = clock.today() + timedelta(days=14)
        self.hearing = hearings.send_hearing(row, answer_by=until, by=self.cast.leader)

    def _hearing_closed(self) -> None:
        for party in self.hearing.parties.all():
            hearings.record_answer(
                party,
                answer="Vi er enige.",
                no_remarks=False,
                answered_on=clock.today(),
                reply="Tak for svaret.",
                by=self.cast.leader,
            )
        hearings.close_hearing(
            self.hearing, assessment="Begge er enige i det påtænkte.", by=self.cast.leader
        )

    def decide(self, outcome: str, **values: Any) -> Any:
        """Let the leader decide."""
        texts = {
            name: f"Om {name}: se PPV."
            for name in ("what legal_basis considerations facts parents_views child_views".split())
        }
        return decisions.decide_support(
            self.case,
            outcome=OutcomeType.objects.get(code=outcome, competence="leader"),
            by=self.cast.leader,
            **texts,
            **values,
        )

    def _leader_referred(self) -> None:
        self.decide("refer_to_pku")

    def _council_asked(self) -> None:
        self.council_meeting = CouncilMeeting.objects.create(
            district=self.cast.north, held_on=self.day + timedelta(days=3), place="Nordskolen"
        )
        self.council_item = council.put_on_council(
            self.case,
            meeting=self.council_meeting,
            situation="Barnet mister overblikket i overgange.",
            tried="En voksen ved døren og billeder af dagen.",
            question="Hvad kan skolerne gøre sammen?",
            by=self.cast.leader,
        )
        council.publish_agenda(self.council_meeting, by=self.cast.coordinator)

    def _council_advised(self) -> None:
        item = council.record_sparring(
            self.council_item,
            present="Skolelederne i distriktet",
            sparring="Prøv en mindre gruppe om morgenen.",
            ideas=["Morgengruppe sammen med naboskolen"],
            by=self.cast.coordinator,
        )
        council.answer_idea(
            item.ideas.get(),
            answer="not_possible",
            because="Der er for langt at gå.",
            by=self.cast.leader,
        )

    # PKU

    def _referral_submitted(self) -> None:
        row = referrals.start_referral(self.case, by=self.cast.teacher)
        holders = {f"view:{holder.public_id}": "Vi er enige." for holder in self.holders}
        values: dict[str, dict[str, Any]] = {
            "answers": {
                f"answer:{question.code}": f"Svar på {question.code}."
                for question in referral_fields.questions()
            },
            "views": {"pupil_view": "Jeg vil gerne prøve.", **holders},
            "psychologist": {"psychologist_recommendation": "Et lille fællesskab."},
            "offer": {
                "wished_offer": "Specialskole",
                "wished_provider": "municipal",
                "private_consent_on": None,
                "provisional": False,
                "provisional_reason": "",
            },
        }
        for part, fields in values.items():
            row = referrals.save_part(
                row, part=part, revision=row.revision, values=fields, by=self.cast.teacher
            )
        row = referrals.ask_to_submit(row, by=self.cast.teacher)
        row = referrals.save_part(
            row,
            part="leader",
            revision=row.revision,
            values={"leader_recommendation": "Skolen anbefaler et mindre fællesskab."},
            by=self.cast.leader,
        )
        self.referral = referrals.submit(row, revision=row.revision, by=self.cast.leader)

    def _referral_accepted(self) -> None:
        self.pku_meeting = PkuMeeting.objects.create(
            unit=self.cast.committee,
            held_on=self.day + timedelta(days=3),
            place="Rådhuset",
            papers_by=self.day,
        )
        self.referral = referral_checks.accept(
            self.referral, meeting=self.pku_meeting, by=self.cast.pku_secretary
        )

    def decision_text(self, outcome: str, competence: str) -> pku_decisions.DecisionText:
        """Return a whole decision with some outcome."""
        names = (
            "present dialogue_council dialogue_psychologist dialogue_school legal_basis"
            " considerations facts parents_views child_views"
        ).split()
        texts: dict[str, Any] = {name: f"Om {name}: som oplyst." for name in names}
        kind = OutcomeType.objects.get(code=outcome, competence=competence)
        return pku_decisions.DecisionText(
            outcome=kind,
            meeting=self.pku_meeting,
            offer=Institution.objects.get() if kind.needs_offer else None,
            starts_on=self.day + timedelta(days=14),
            ends_on=self.day + timedelta(days=14 + 360),
            home_contact="Kontaktlæreren",
            goals=("Har en ven i gruppen", "Begynder timen selv"),
            **texts,
        )

    def _decision_signed(self) -> None:
        row = pku_decisions.prepare_for_referral(
            self.referral,
            text=self.decision_text("special_school", "pku"),
            by=self.cast.pku_secretary,
        )
        self.decision = pku_decisions.sign(row, revision=row.revision, by=self.cast.chair)

    def deliver(self, decision_key: str, by: Any) -> None:
        """Deliver the letters of a decision to every parent."""
        for row in Delivery.objects.filter(document__decision_key=decision_key):
            letters.record_delivery(
                row,
                channel="digital_post",
                sent_on=clock.today(),
                delivered_on=clock.today(),
                by=by,
            )

    def _decision_delivered(self) -> None:
        self.deliver(self.decision.public_id, self.cast.pku_secretary)
        self.case = Case.objects.get(pk=self.case.pk)
        self.placement = self.case.placements.get()

    def _status_given(self) -> None:
        self.advance(200)
        with self.clock():
            for by in (self.cast.offer_head, self.cast.leader):
                placements.give_status(
                    self.placement,
                    development="Hun læser mere.",
                    child_perspective="Jeg savner 4.A.",
                    parents_perspective="Det går godt.",
                    way_home="Besøg hver torsdag.",
                    goals={
                        goal.pk: ("reached", "Ses hver dag.")
                        for goal in self.placement.decision.goals.all()
                    },
                    by=by,
                )

    def _home_again(self) -> None:
        row = pku_decisions.prepare_for_placement(
            self.placement,
            text=self.decision_text("home", "revisit"),
            by=self.cast.pku_secretary,
        )
        row = pku_decisions.sign(row, revision=row.revision, by=self.cast.chair)
        self.deliver(row.public_id, self.cast.pku_secretary)
        self.case = Case.objects.get(pk=self.case.pk)
