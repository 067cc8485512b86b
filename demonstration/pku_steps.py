"""The last stage: PPV, referral, PKU's decision, the special offer, and the way home."""

from datetime import date, timedelta
from typing import Any

from cases.models import OutcomeType
from cases.services import records
from demonstration.case_steps import PERIOD, CaseSteps, outcome_of
from demonstration.municipality import pku_meeting
from demonstration.plan_steps import Text
from haderslev.core import clock, legal
from pku.models import PkuDecision, Placement, PPVRequest, Referral, ReturnReason
from pku.services import (
    decisions,
    placements,
    ppv,
    ppv_reports,
    received,
    referral_checks,
    referrals,
)
from pku.services.ppv_reports import Dispatch

SECRETARY, CHAIR = "pkusek", "formand"
OFFER_HEADS = {"special": "poul.eng", "special_classes": "vibe.rod"}


class PkuSteps(CaseSteps):
    """A course that goes all the way."""

    request: PPVRequest
    referral: Referral
    decision: PkuDecision

    def parent_asks(self, text: Text, case: Text) -> None:
        """Record that a parent asks for a PPV; it opens a case when there is none."""
        holder = self.parents[text.get("asked_by", 0)]
        ask = ppv.Ask(
            custody_holder=holder,
            asked_on=clock.today(),
            words=text["asked_words"],
            wants_special=text.get("wants_special", False),
        )
        self.request = ppv.record_parent_request(
            self.pupil,  # type: ignore[arg-type]  # only a child's course has a PPV
            ask,
            informed=self.informed(case),
            by=self.person("teacher"),
        )
        self.case = self.request.case

    def somebody_receives(self, text: Text) -> None:
        """Let a parent ask somebody outside the school for a PPV."""
        said = received.Said(
            school=self.community.school,
            child_name=text["child_name"],
            parent_name=text["parent_name"],
            parent_contact=text["parent_contact"],
            asked_on=clock.today(),
            words=text["words"],
        )
        received.receive(said, by=self.person(text["by"]))

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
        records.add_record(
            self.fresh(),
            kind=kind,
            title=f"{title}, {self.community.name}",
            dated=clock.today(),
            holder=f"Ligger i ESDH under {self.case.number}",
            by=self.person("teacher"),
        )

    def sign_ppv(self, text: Text) -> None:
        """Let the leader sign and send it."""
        self._set_aside("G3", text)
        self.request = ppv.sign_request(
            self.request,
            revision=self.request.revision,
            against_parents_reason=text.get("against_parents_reason", ""),
            by=self.person("leader"),
        )

    def receive_ppv(self) -> None:
        """Let the psychologist take it."""
        self.request = ppv_reports.receive_request(self.request, by=self.person("psychologist"))

    def draft_ppv_report(self, text: Text) -> None:
        """Let the psychologist save the report as far as it is."""
        self._report = ppv_reports.save_report(
            self.request, revision=0, texts=text, by=self.person("psychologist")
        )

    def send_ppv_report(self, text: Text) -> None:
        """Let the psychologist send the PPV to the head and each parent."""
        self.draft_ppv_report(text)
        today = clock.today()
        copies = [
            Dispatch(channel="digital_post", sent_on=today, custody_holder=holder)
            for holder in self.parents
        ]
        ppv_reports.send_report(
            self.request,
            revision=self._report.revision,
            dispatches=[Dispatch(channel="digital_post", sent_on=today), *copies],
            by=self.person("psychologist"),
        )

    def write_referral(self, text: Text) -> None:
        """Let the team write its parts and the leader his."""
        self.referral = referrals.start_referral(self.fresh(), by=self.person("teacher"))
        views = self._views(text)
        answers = {f"answer:{code}": words for code, words in text.get("answers", {}).items()}
        parts: list[tuple[str, str, dict[str, Any]]] = [
            ("answers", "teacher", answers),
            ("views", "teacher", {"pupil_view": text.get("pupil_view", ""), **views}),
            ("psychologist", "teacher", _only(text, "psychologist_recommendation")),
            ("offer", "teacher", _only(text, "wished_offer", "provisional", "provisional_reason")),
            ("leader", "leader", _only(text, "leader_recommendation")),
        ]
        for part, who, values in parts:
            if values:
                self._save_part(part, values, who)
        self._paper("pupil_plan", "Meddelelsesbog")

    def _views(self, text: Text) -> dict[str, str]:
        """Return each parent's view, or why it is missing."""
        missing = text.get("parent_view_missing", [""] * len(self.parents))
        return {
            f"view:{holder.public_id}" if words else f"reason:{holder.public_id}": words or reason
            for holder, words, reason in zip(
                self.parents, text["parent_views"], missing, strict=True
            )
        }

    def _save_part(self, part: str, values: dict[str, Any], who: str) -> None:
        self.referral = referrals.save_part(
            self.referral,
            part=part,
            revision=self.referral.revision,
            values=values,
            by=self.person(who),
        )

    def ask_to_submit(self) -> None:
        """Let the referral wait for the leader."""
        self.referral = referrals.ask_to_submit(self.referral, by=self.person("teacher"))

    def submit(self, text: Text) -> None:
        """Let the leader approve and submit."""
        self._set_aside("G5", text)
        self.referral = referrals.submit(
            self.referral, revision=self.referral.revision, by=self.person("leader")
        )

    def return_referral(self, text: Text) -> None:
        """Let the secretary return it with reasons tied to fields."""
        rows = legal.in_force(ReturnReason.objects.filter(code__in=text["return_codes"]))
        self.referral = referral_checks.return_referral(
            self.referral,
            reasons=list(rows),
            note_text=text["return_note"],
            by=self.person(SECRETARY),
        )

    def schedule(self, day: date) -> None:
        """Let the secretary approve the quality and put it on the meeting of a day."""
        meeting = pku_meeting(self.directory, day)
        self.referral = referral_checks.accept(
            self.referral, meeting=meeting, by=self.person(SECRETARY)
        )

    def prepare(self, text: Text) -> None:
        """Let the secretary prepare the decision on the referral after the meeting."""
        words = self._decision_text(text, OutcomeType.Competence.PKU)
        self.decision = decisions.prepare_for_referral(
            self.referral, text=words, by=self.person(SECRETARY)
        )

    def sign(self) -> None:
        """Let the chair sign."""
        self.decision = decisions.sign(
            self.decision, revision=self.decision.revision, by=self.person(CHAIR)
        )

    @property
    def placement(self) -> Placement:
        """Return the offer that runs."""
        return Placement.objects.get(case=self.case, ended_on=None)

    def give_status(self, text: Text, side: str) -> None:
        """Let the head of the offer or the leader of the home school give a status."""
        placement = self.placement
        key = next(name for name, row in self.directory.offers.items() if row == placement.offer)
        names = ("development", "child_perspective", "parents_perspective", "way_home")
        goals = zip(
            placement.decision.goals.all(), text["goal_results"], text["goal_remarks"], strict=True
        )
        placements.give_status(
            placement,
            goals={goal.pk: (result, remark) for goal, result, remark in goals},
            by=self.person(OFFER_HEADS[key] if side == "offer" else "leader"),
            **{name: text[name] for name in names},
        )

    def prepare_revisit(self, text: Text) -> None:
        """Let the secretary prepare the new decision of a revisitation."""
        words = self._decision_text(text, OutcomeType.Competence.REVISIT)
        self.decision = decisions.prepare_for_placement(
            self.placement, text=words, by=self.person(SECRETARY)
        )

    def _decision_text(self, text: Text, competence: str) -> decisions.DecisionText:
        outcome, offers = outcome_of(text["outcome"], competence), self.directory.offers
        starts_on = self.days.after(clock.today(), text.get("starts_after", 1))
        period = timedelta(days=text["period_days"]) if "period_days" in text else PERIOD
        names = (
            "dialogue_council", "dialogue_psychologist", "dialogue_school", "considerations",
            "facts", "parents_views", "child_views",
        )  # fmt: skip
        present = [self.directory.people[name].name for name in ("formand", "pku", "else.nord")]
        return decisions.DecisionText(
            outcome=outcome,
            meeting=pku_meeting(self.directory, clock.today()),
            present=text.get("present", ", ".join(present)),
            legal_basis=text.get("legal_basis", outcome.legal_basis),
            offer=offers[text.get("offer", "special")] if outcome.needs_offer else None,
            starts_on=starts_on if outcome.needs_first_day else None,
            ends_on=self.days.up_to(starts_on + period) if outcome.needs_period else None,
            home_contact=text.get("home_contact", ""),
            goals=tuple(text.get("goals", ())),
            **{name: text[name] for name in names},
        )


def _only(text: Text, *names: str) -> dict[str, Any]:
    return {name: text[name] for name in names if name in text}
