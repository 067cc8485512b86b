"""Requirements of each step, as pure functions over frozen facts.

No field stores that a requirement is met: it is worked out from the evidence each time.
Kinds: LEGAL has no exception but a listed lawful alternative; OWN is the municipality's own and
can be set aside with a reason by the one who decides the step; ASKED is met by having asked.

Sources: handleguiden (H-PLAN-6, H-DIS-3, G1–G7 of docs/legal.md); folkeskoleloven § 12;
bekendtgørelse 693/2014; forvaltningsloven §§ 19, 22–25.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cases import rules
from cases.facts import CaseFacts
from plans.facts import Evidence


class Kind(StrEnum):
    """Whose rule it is."""

    LEGAL = "legal"
    OWN = "own"
    ASKED = "asked"


class Status(StrEnum):
    """How far it is."""

    MET = "met"
    STARTED = "started"
    NOT_ASSESSED = "not_assessed"
    WAITS = "waits"
    EXCEPTED = "excepted"
    NOT_RELEVANT = "not_relevant"


@dataclass(frozen=True)
class Requirement:
    """One requirement of a step and how it stands. Words are reference data, by ``code``."""

    code: str
    kind: Kind
    status: Status
    evidence: tuple[Evidence, ...] = ()
    # What a record lacks, an earlier step waited for, or why it is not relevant: codes.
    because: str = ""
    # Asked for and shown, but the step does not wait for it.
    binding: bool = True
    # Field of the step's form where it is written, if it is written there.
    field: str = ""

    @property
    def lacks(self) -> bool:
        """Tell whether something is still to be done."""
        return self.status in {Status.STARTED, Status.NOT_ASSESSED, Status.WAITS}

    @property
    def blocks(self) -> bool:
        """Tell whether the step has to wait for it."""
        return self.binding and self.lacks

    @property
    def may_be_excepted(self) -> bool:
        """Tell whether the one who decides the step may set it aside."""
        return self.kind is not Kind.LEGAL and self.blocks


type Gate = Callable[[CaseFacts], tuple[Requirement, ...]]

TOPIC_PPV, TOPIC_COUNCIL, TOPIC_PKU = "ppv", "council", "pku"
PARENTS_REQUEST = "parents_request"
PARTY_NOT_HEARD = "party_not_heard"
CONSULT_IN_MEETING = "consult_in_meeting"
_ENDING = frozenset({"ask_guidance", "next_level"})


def unmet(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Return those that still block."""
    return tuple(item for item in requirements if item.blocks)


def g1_open(facts: CaseFacts) -> tuple[Requirement, ...]:
    """Open a case. A higher start needs ground, document and leader instead."""
    if facts.entry_ground:
        return (
            _legal_free(
                facts, "entry_document", (facts.entry_document,) if facts.entry_document else ()
            ),
            _told(facts, "parents_told"),
        )
    plans = facts.plans
    return (
        _own(facts, "observation", plans.observations),
        _own(facts, "team_meeting", _meetings(facts, "team")),
        _own(facts, "plan_in_use", plans.plans_in_use),
        _told(facts, "parents_told"),
    )


def g2_anticipatory(facts: CaseFacts) -> tuple[Requirement, ...]:
    """Next level: foregribende."""
    evaluated = tuple(
        item.evidence
        for item in facts.plans.evaluations
        if item.level == "preventive" and item.conclusion in _ENDING
    )
    almost = any(item.level == "preventive" for item in facts.plans.evaluations)
    sentence = tuple(item.evidence for item in facts.plans.guidance if item.next_level == "yes")
    told = (
        _own(facts, "parents_and_child_said", _if(facts.proposal, condition=facts.proposal_told))
        if facts.of_pupil
        else _own(facts, "community_voice_and_parents", facts.plans.community_voice)
    )
    return (
        _own(facts, "preventive_plan_evaluated", evaluated, started=almost),
        _own(facts, "interventions_shown", _tried(facts)),
        _own(facts, "adviser_sentence", sentence, started=bool(facts.plans.guidance)),
        told,
    )


def g3_ppv(facts: CaseFacts) -> tuple[Requirement, ...]:
    """Ask for a PPV. A parent's own request passes everything."""
    codes = (
        ("consultation", Kind.LEGAL),
        ("pupil_view", Kind.LEGAL),
        ("against_parents", Kind.LEGAL),
        ("done_so_far", Kind.LEGAL),
        ("anticipatory_plan_evaluated", Kind.OWN),
        ("network_answers_ppv", Kind.ASKED),
    )
    if not facts.of_pupil:
        return _not_relevant(codes, "community_case")
    ppv = facts.pku.ppv
    if ppv.requester == "parents":
        return _not_relevant(codes, PARENTS_REQUEST)
    disagrees = "disagrees" in _answers(facts, TOPIC_PPV).values()
    return (
        _legal("consultation", (ppv.consulted,) if ppv.consulted else ()),
        _legal_text("pupil_view", ppv.state, written=ppv.pupil_view),
        _legal_text(
            "against_parents",
            ppv.state,
            written=ppv.against_reason,
            field="against_parents_reason",
        )
        if disagrees
        else _irrelevant("against_parents", Kind.LEGAL, "nobody_disagrees"),
        _legal_text("done_so_far", ppv.state, written=ppv.done_so_far),
        _evaluated(facts, "anticipatory_plan_evaluated", "anticipatory"),
        _asked(facts, "network_answers_ppv", TOPIC_PPV),
    )


def g4_council(facts: CaseFacts) -> tuple[Requirement, ...]:
    """Put on the district council's agenda. A no means a sheet without particulars."""
    if not facts.of_pupil:
        return _not_relevant((("network_answers_council", Kind.ASKED),), "community_case")
    return (_asked(facts, "network_answers_council", TOPIC_COUNCIL),)


def g5_referral(facts: CaseFacts) -> tuple[Requirement, ...]:
    """Refer to PKU."""
    if not facts.of_pupil:
        return _not_relevant((("ppv_made", Kind.LEGAL),), "community_case")
    referral, decision = facts.pku.referral, facts.decision
    referred = decision is not None and decision.outcome == "refer_to_pku"
    return (
        _ppv_made(facts),
        _consulted(facts),
        _heard(facts),
        _leaders_decision(facts, decision.evidence if referred and decision else None),
        _home_municipality(facts),
        _private_consent(facts),
        _legal_text("pupil_view_referral", referral.state, written=referral.pupil_view),
        _plans_evaluated_both(facts),
        _own(facts, "council_sparring", (facts.council,) if facts.council else ()),
        _own_text(
            facts,
            "psychologist_recommendation",
            referral.state,
            written=referral.psychologist_recommendation,
        ),
        _own_text(
            facts,
            "seven_answers",
            referral.state,
            written=bool(referral.state) and not referral.answers_missing,
        ),
        _own_text(
            facts,
            "parents_view_referral",
            referral.state,
            written=bool(facts.holders) and facts.holders <= referral.parent_views,
        ),
        _asked(facts, "network_answers_pku", TOPIC_PKU),
    )


_OF_DECISION = (
    ("reasons_three_parts", Kind.LEGAL),
    ("complaint_guidance", Kind.LEGAL),
    ("competence", Kind.LEGAL),
    ("quality_assurance", Kind.OWN),
    ("dialogue", Kind.OWN),
    ("period", Kind.OWN),
    ("goals", Kind.OWN),
    ("home_contact", Kind.OWN),
    ("views_answered", Kind.OWN),
    ("four_eyes", Kind.OWN),
)


def g6_decision(facts: CaseFacts) -> tuple[Requirement, ...]:
    """PKU signs. Four eyes are kept by the signature itself: the author can not sign."""
    if not facts.of_pupil:
        return _not_relevant(_OF_DECISION, "community_case")
    made, referral = facts.pku.decision, facts.pku.referral
    broken = rules.by_requirement(rules.pku_decision(made))
    checked = (referral.checked,) if referral.checked else ()
    apart = {
        "quality_assurance": _irrelevant("quality_assurance", Kind.OWN, "revisitation")
        if made.revisits
        else _own(
            facts,
            "quality_assurance",
            checked,
            started=bool(referral.state),
        ),
        "four_eyes": _asked_for("four_eyes", made.signed),
    }
    if not made.needs_period:
        apart |= {code: _irrelevant(code, Kind.OWN, "no_period") for code in ("period", "goals")}
    if not made.needs_offer:
        apart["home_contact"] = _irrelevant("home_contact", Kind.OWN, "no_offer")
    return tuple(
        apart.get(code) or _in_decision(facts, code, kind, broken.get(code))
        for code, kind in _OF_DECISION
    )


def g7_home(facts: CaseFacts) -> tuple[Requirement, ...]:
    """Home again. Everything is asked for, and nothing holds the child back."""
    offer = facts.pku.offer
    found = {
        "plan_and_talk": offer.plan_and_talk,
        "status_offer": offer.status_offer,
        "status_home": offer.status_home,
    }
    if not offer.there:
        return _not_relevant(((code, Kind.OWN) for code in found), "no_offer")
    return tuple(_asked_for(code, evidence) for code, evidence in found.items())


GATES: dict[str, Gate] = {
    "G1": g1_open,
    "G2": g2_anticipatory,
    "G3": g3_ppv,
    "G4": g4_council,
    "G5": g5_referral,
    "G6": g6_decision,
    "G7": g7_home,
}


def _in_decision(
    facts: CaseFacts, code: str, kind: Kind, broken: rules.Broken | None
) -> Requirement:
    """Met by what stands in PKU's decision."""
    made = facts.pku.decision
    if broken is None:
        return Requirement(code, kind, Status.MET, (made.evidence,) if made.evidence else ())
    excepted = _excepted(facts, code) if kind is Kind.OWN else None
    status = Status.STARTED if made.state else Status.NOT_ASSESSED
    return excepted or Requirement(code, kind, status, field=broken.field)


def _asked_for(code: str, evidence: Evidence | None) -> Requirement:
    """Own, and the step does not wait for it."""
    status = Status.MET if evidence else Status.NOT_ASSESSED
    return Requirement(code, Kind.OWN, status, (evidence,) if evidence else (), binding=False)


def _home_municipality(facts: CaseFacts) -> Requirement:
    code = "home_municipality"
    if facts.home_is_own:
        return Requirement(code, Kind.LEGAL, Status.MET)
    return Requirement(code, Kind.LEGAL, Status.STARTED, because="other_home_municipality")


def _plans_evaluated_both(facts: CaseFacts) -> Requirement:
    community, own = facts.community_plans.evaluations, facts.plans.evaluations
    both = {item.level for item in (*own, *community)}
    return _own(
        facts,
        "plans_evaluated_both",
        tuple(item.evidence for item in (*own, *community))
        if own and community and {"preventive", "anticipatory"} <= both
        else (),
        started=bool(own or community),
    )


def _told(facts: CaseFacts, code: str) -> Requirement:
    if not facts.of_pupil:
        return _irrelevant(code, Kind.OWN, "community_case")
    if facts.holders and facts.holders <= facts.informed:
        return Requirement(code, Kind.OWN, Status.MET)
    return _excepted(facts, code) or Requirement(
        code, Kind.OWN, Status.STARTED if facts.informed else Status.NOT_ASSESSED
    )


def _own(
    facts: CaseFacts, code: str, evidence: tuple[Evidence, ...], *, started: bool = False
) -> Requirement:
    if evidence:
        return Requirement(code, Kind.OWN, Status.MET, evidence)
    return _excepted(facts, code) or Requirement(
        code, Kind.OWN, Status.STARTED if started else Status.NOT_ASSESSED
    )


def _own_text(facts: CaseFacts, code: str, state: str, *, written: bool) -> Requirement:
    if written:
        return Requirement(code, Kind.OWN, Status.MET)
    return _excepted(facts, code) or Requirement(
        code, Kind.OWN, Status.STARTED if state else Status.NOT_ASSESSED
    )


def _legal(code: str, evidence: tuple[Evidence, ...], *, field: str = "") -> Requirement:
    status = Status.MET if evidence else Status.NOT_ASSESSED
    return Requirement(code, Kind.LEGAL, status, evidence, field=field)


def _legal_free(facts: CaseFacts, code: str, evidence: tuple[Evidence, ...]) -> Requirement:
    """A higher start has no exception; a parent's own request needs no document."""
    if facts.entry_ground == PARENTS_REQUEST:
        return _irrelevant(code, Kind.LEGAL, PARENTS_REQUEST)
    return _legal(code, evidence, field=code)


def _legal_text(code: str, state: str, *, written: bool, field: str = "") -> Requirement:
    if written:
        return Requirement(code, Kind.LEGAL, Status.MET)
    status = Status.STARTED if state else Status.NOT_ASSESSED
    return Requirement(code, Kind.LEGAL, status, field=field)


def _irrelevant(code: str, kind: Kind, because: str) -> Requirement:
    return Requirement(code, kind, Status.NOT_RELEVANT, because=because)


def _not_relevant(codes: Iterable[tuple[str, Kind]], because: str) -> tuple[Requirement, ...]:
    return tuple(_irrelevant(code, kind, because) for code, kind in codes)


def _excepted(facts: CaseFacts, code: str, kind: Kind = Kind.OWN) -> Requirement | None:
    exception = facts.exceptions.get(code)
    if exception is None:
        return None
    return Requirement(code, kind, Status.EXCEPTED, because=exception.reason)


def _meetings(facts: CaseFacts, kind: str) -> tuple[Evidence, ...]:
    return tuple(item.evidence for item in facts.plans.meetings if item.kind == kind)


def _tried(facts: CaseFacts) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(item.words or item.name, None) for item in facts.plans.tried if item.effect
    )


def _if(evidence: Evidence | None, *, condition: bool) -> tuple[Evidence, ...]:
    return (evidence,) if condition and evidence else ()


def _answers(facts: CaseFacts, topic: str) -> dict[int, str]:
    """Return each parent's newest answer; meetings come newest first."""
    newest: dict[int, str] = {}
    for meeting in facts.plans.meetings:
        for holder, answer in meeting.answers.get(topic, {}).items():
            newest.setdefault(holder, answer)
    return newest


def _asked(facts: CaseFacts, code: str, topic: str) -> Requirement:
    """Asked is met: agrees, disagrees and silent after two attempts all count."""
    answered = _answers(facts, topic)
    evidence = tuple(item.evidence for item in facts.plans.meetings if topic in item.answers)
    if facts.holders and facts.holders <= answered.keys():
        return Requirement(code, Kind.ASKED, Status.MET, evidence)
    return _excepted(facts, code, Kind.ASKED) or Requirement(
        code, Kind.ASKED, Status.STARTED if evidence else Status.NOT_ASSESSED, evidence
    )


def _evaluated(facts: CaseFacts, code: str, level: str) -> Requirement:
    found = tuple(item.evidence for item in facts.plans.evaluations if item.level == level)
    return _own(facts, code, found, started=bool(facts.plans.evaluations))


def _ppv_made(facts: CaseFacts) -> Requirement:
    ppv, referral = facts.pku.ppv, facts.pku.referral
    if ppv.sent is not None:
        return _legal("ppv_made", (ppv.sent,))
    if not facts.ppv_required:
        return _irrelevant("ppv_made", Kind.LEGAL, "rule_not_in_force")
    if referral.provisional and referral.provisional_reason:
        return _irrelevant("ppv_made", Kind.LEGAL, "provisional")
    return Requirement("ppv_made", Kind.LEGAL, Status.STARTED if ppv.state else Status.NOT_ASSESSED)


def _consulted(facts: CaseFacts) -> Requirement:
    """Where no PPV request recorded the consultation (samråd), a network meeting is one.

    So after a parent's own request, and where a provisional referral has no PPV yet.
    """
    if facts.pku.ppv.consulted:
        return _legal("consultation", (facts.pku.ppv.consulted,))
    found = tuple(
        item.evidence
        for item in facts.plans.meetings
        if item.kind == "network" and item.has_parents_words and item.has_child_words
    )
    if not found:
        because = CONSULT_IN_MEETING
        return Requirement("consultation", Kind.LEGAL, Status.NOT_ASSESSED, because=because)
    return _legal("consultation", found)


def _heard(facts: CaseFacts) -> Requirement:
    """Each of those who have custody today was a party (forvaltningsloven § 19)."""
    hearing, decision = facts.hearing, facts.decision
    everybody = facts.holders <= hearing.parties
    if hearing.state == "closed" and hearing.evidence is not None and everybody:
        return _legal("hearing_held", (hearing.evidence,))
    if decision is not None and decision.no_hearing_reason:
        return _irrelevant("hearing_held", Kind.LEGAL, "nothing_new_against_party")
    if hearing.state:
        because = PARTY_NOT_HEARD if hearing.state == "closed" else ""
        return Requirement("hearing_held", Kind.LEGAL, Status.STARTED, because=because)
    if _ppv_made(facts).blocks:
        return Requirement("hearing_held", Kind.LEGAL, Status.WAITS, because="ppv_made")
    return Requirement("hearing_held", Kind.LEGAL, Status.NOT_ASSESSED)


def _leaders_decision(facts: CaseFacts, evidence: Evidence | None) -> Requirement:
    if evidence is None and _heard(facts).blocks:
        return Requirement("leaders_decision", Kind.LEGAL, Status.WAITS, because="hearing_held")
    return _legal("leaders_decision", (evidence,) if evidence else ())


def _private_consent(facts: CaseFacts) -> Requirement:
    referral = facts.pku.referral
    if not referral.private_provider:
        return _irrelevant("private_consent", Kind.LEGAL, "not_private")
    return _legal_text("private_consent", referral.state, written=referral.private_consent)


# code → the step that first asks for it
STEP_OF: Mapping[str, str] = {
    item.code: step
    for step, gate in reversed(GATES.items())
    for of_pupil in (True, False)
    for item in gate(CaseFacts(of_pupil=of_pupil, level=""))
}
