"""Requirements of each step, as pure functions over frozen facts.

No field stores that a requirement is met: it is worked out from the evidence each time.
Kinds: LEGAL has no exception but a listed lawful alternative; OWN is the municipality's own and
can be set aside with a reason by the one who decides the step; ASKED is met by having asked.

Sources: handleguiden (H-PLAN-6, H-DIS-3, G1–G7 of docs/legal.md); folkeskoleloven § 12;
bekendtgørelse 693/2014; forvaltningsloven §§ 19, 22–25.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
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
    """Open a case. A higher start needs ground, document and leader instead.

    A higher start has no exception; a parent's own request needs no document.
    """
    if facts.entry_ground == PARENTS_REQUEST:
        return _irrelevant("entry_document", Kind.LEGAL, PARENTS_REQUEST), _informed(facts)
    if facts.entry_ground:
        code = "entry_document"
        return _legal(code, facts.entry_document, field=code), _informed(facts)
    plans = facts.plans
    return (
        _own(facts, "observation", plans.observations),
        _own(facts, "team_meeting", [row.evidence for row in plans.meetings if row.kind == "team"]),
        _own(facts, "plan_in_use", plans.plans_in_use),
        _informed(facts),
    )


def g2_anticipatory(facts: CaseFacts) -> tuple[Requirement, ...]:
    """Next level (foregribende): a plan evaluated, an effect, an adviser's yes, the voices. Own."""
    plans = facts.plans
    preventive = [row for row in plans.evaluations if row.level == "preventive"]
    evaluated = [row.evidence for row in preventive if row.conclusion in _ENDING]
    tried = [Evidence(row.words or row.name, None) for row in plans.tried if row.effect]
    sentence = [row.evidence for row in plans.guidance if row.next_level == "yes"]
    return (
        _own(facts, "preventive_plan_evaluated", evaluated, preventive),
        _own(facts, "interventions_shown", tried),
        _own(facts, "adviser_sentence", sentence, plans.guidance),
        _own(facts, "parents_and_child_said", facts.proposal_has_words and facts.proposal)
        if facts.of_pupil
        else _own(facts, "community_voice_and_parents", plans.community_voice),
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
    ppv, evaluations = facts.pku.ppv, facts.plans.evaluations
    if ppv.requester == "parents":
        return _not_relevant(codes, PARENTS_REQUEST)
    evaluated = [row.evidence for row in evaluations if row.level == "anticipatory"]
    field = "against_parents_reason"
    return (
        _legal("consultation", ppv.consulted),
        _legal("pupil_view", ppv.pupil_view, ppv.state),
        _legal("against_parents", ppv.against_reason, ppv.state, field=field)
        if "disagrees" in _answers(facts, TOPIC_PPV).values()
        else _irrelevant("against_parents", Kind.LEGAL, "nobody_disagrees"),
        _legal("done_so_far", ppv.done_so_far, ppv.state),
        _own(facts, "anticipatory_plan_evaluated", evaluated, evaluations),
        _asked(facts, "network_answers_ppv", TOPIC_PPV),
    )


def g4_council(facts: CaseFacts) -> tuple[Requirement, ...]:
    """Put on the council's agenda: parents were asked. A no means a sheet without particulars."""
    if not facts.of_pupil:
        return _not_relevant((("network_answers_council", Kind.ASKED),), "community_case")
    return (_asked(facts, "network_answers_council", TOPIC_COUNCIL),)


def g5_referral(facts: CaseFacts) -> tuple[Requirement, ...]:
    """Refer to PKU."""
    if not facts.of_pupil:
        return _not_relevant((("ppv_made", Kind.LEGAL),), "community_case")
    referral, state = facts.pku.referral, facts.pku.referral.state
    home, elsewhere = "home_municipality", "other_home_municipality"
    own, around = facts.plans.evaluations, facts.community_plans.evaluations
    both = (*own, *around)
    complete = own and around and {"preventive", "anticipatory"} <= {row.level for row in both}
    recommended = referral.psychologist_recommendation
    answered = state and not referral.answers_missing
    parents_say = facts.holders and facts.holders <= referral.parent_views
    return (
        _ppv_made(facts),
        _consulted(facts),
        _heard(facts),
        _leaders_decision(facts),
        Requirement(home, Kind.LEGAL, Status.MET)
        if facts.home_is_own
        else Requirement(home, Kind.LEGAL, Status.STARTED, because=elsewhere),
        _legal("private_consent", referral.private_consent, state)
        if referral.private_provider
        else _irrelevant("private_consent", Kind.LEGAL, "not_private"),
        _legal("pupil_view_referral", referral.pupil_view, state),
        _own(facts, "plans_evaluated_both", complete and [row.evidence for row in both], both),
        _own(facts, "council_sparring", facts.council),
        _own(facts, "psychologist_recommendation", recommended, state),
        _own(facts, "seven_answers", answered, state),
        _own(facts, "parents_view_referral", parents_say, state),
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
    apart = {
        "quality_assurance": _irrelevant("quality_assurance", Kind.OWN, "revisitation")
        if made.revisits
        else _own(facts, "quality_assurance", referral.checked, referral.state),
        "four_eyes": _shown("four_eyes", made.signed),
    }
    if not made.needs_period:
        apart |= {code: _irrelevant(code, Kind.OWN, "no_period") for code in ("period", "goals")}
    if not made.needs_offer:
        apart["home_contact"] = _irrelevant("home_contact", Kind.OWN, "no_offer")
    broken = rules.by_requirement(rules.pku_decision(made))
    found = []
    for code, kind in _OF_DECISION:
        if code in apart:
            found.append(apart[code])
        elif code not in broken:
            found.append(Requirement(code, kind, Status.MET, _evidence(made.evidence)))
        else:
            excepted = _excepted(facts, code) if kind is Kind.OWN else None
            status, field = _begun(made.state), broken[code].field
            found.append(excepted or Requirement(code, kind, status, field=field))
    return tuple(found)


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
    return tuple(_shown(code, evidence) for code, evidence in found.items())


GATES: dict[str, Gate] = {
    "G1": g1_open,
    "G2": g2_anticipatory,
    "G3": g3_ppv,
    "G4": g4_council,
    "G5": g5_referral,
    "G6": g6_decision,
    "G7": g7_home,
}


def _evidence(shown: object) -> tuple[Evidence, ...]:
    """Return the evidence in what shows that a requirement is met: one, several, or a plain yes."""
    found = shown if isinstance(shown, list | tuple) else (shown,)
    return tuple(each for each in found if isinstance(each, Evidence))


def _begun(started: object) -> Status:
    return Status.STARTED if started else Status.NOT_ASSESSED


def _shown(code: str, evidence: Evidence | None) -> Requirement:
    """Own, and the step does not wait for it."""
    status = Status.MET if evidence else Status.NOT_ASSESSED
    return Requirement(code, Kind.OWN, status, _evidence(evidence), binding=False)


def _informed(facts: CaseFacts) -> Requirement:
    if not facts.of_pupil:
        return _irrelevant("parents_informed", Kind.OWN, "community_case")
    everybody = facts.holders and facts.holders <= facts.informed
    # Written where the case is opened.
    return replace(_own(facts, "parents_informed", everybody, facts.informed), field="informed")


def _own(facts: CaseFacts, code: str, shown: object, started: object = None) -> Requirement:
    """Met by what is shown, else set aside with a reason, begun, or open."""
    if shown:
        return Requirement(code, Kind.OWN, Status.MET, _evidence(shown))
    return _excepted(facts, code) or Requirement(code, Kind.OWN, _begun(started))


def _legal(code: str, shown: object, started: object = None, *, field: str = "") -> Requirement:
    if shown:
        return Requirement(code, Kind.LEGAL, Status.MET, _evidence(shown))
    return Requirement(code, Kind.LEGAL, _begun(started), field=field)


def _irrelevant(code: str, kind: Kind, because: str) -> Requirement:
    return Requirement(code, kind, Status.NOT_RELEVANT, because=because)


def _not_relevant(codes: Iterable[tuple[str, Kind]], because: str) -> tuple[Requirement, ...]:
    return tuple(_irrelevant(code, kind, because) for code, kind in codes)


def _excepted(facts: CaseFacts, code: str, kind: Kind = Kind.OWN) -> Requirement | None:
    exception = facts.exceptions.get(code)
    if exception is None:
        return None
    return Requirement(code, kind, Status.EXCEPTED, because=exception.reason)


def _answers(facts: CaseFacts, topic: str) -> dict[int, str]:
    """Return each parent's newest answer; meetings come newest first."""
    newest: dict[int, str] = {}
    for meeting in facts.plans.meetings:
        for holder, answer in meeting.answers.get(topic, {}).items():
            newest.setdefault(holder, answer)
    return newest


def _asked(facts: CaseFacts, code: str, topic: str) -> Requirement:
    """Asked is met: agrees, disagrees and silent after two attempts all count."""
    evidence = tuple(item.evidence for item in facts.plans.meetings if topic in item.answers)
    if facts.holders and facts.holders <= _answers(facts, topic).keys():
        return Requirement(code, Kind.ASKED, Status.MET, evidence)
    excepted = _excepted(facts, code, Kind.ASKED)
    return excepted or Requirement(code, Kind.ASKED, _begun(evidence), evidence)


def _ppv_made(facts: CaseFacts) -> Requirement:
    ppv, referral = facts.pku.ppv, facts.pku.referral
    if ppv.sent is None and not facts.ppv_required:
        return _irrelevant("ppv_made", Kind.LEGAL, "rule_not_in_force")
    if ppv.sent is None and referral.provisional and referral.provisional_reason:
        return _irrelevant("ppv_made", Kind.LEGAL, "provisional")
    return _legal("ppv_made", ppv.sent, ppv.state)


def _consulted(facts: CaseFacts) -> Requirement:
    """Where no PPV request recorded the consultation (samråd), a network meeting is one.

    So after a parent's own request, and where a provisional referral has no PPV yet.
    """
    meetings = [
        item.evidence
        for item in facts.plans.meetings
        if item.kind == "network" and item.has_parents_words and item.has_child_words
    ]
    shown, because = facts.pku.ppv.consulted or meetings, CONSULT_IN_MEETING
    if not shown:
        return Requirement("consultation", Kind.LEGAL, Status.NOT_ASSESSED, because=because)
    return _legal("consultation", shown)


def _heard(facts: CaseFacts) -> Requirement:
    """Each of those who have custody today was a party (forvaltningsloven § 19)."""
    hearing, decision = facts.hearing, facts.decision
    everybody = facts.holders <= hearing.parties
    if hearing.state == "closed" and hearing.evidence is not None and everybody:
        return _legal("hearing_held", hearing.evidence)
    if decision is not None and decision.no_hearing_reason:
        return _irrelevant("hearing_held", Kind.LEGAL, "nothing_new_against_party")
    if hearing.state:
        because = PARTY_NOT_HEARD if hearing.state == "closed" else ""
        return Requirement("hearing_held", Kind.LEGAL, Status.STARTED, because=because)
    if _ppv_made(facts).blocks:
        return Requirement("hearing_held", Kind.LEGAL, Status.WAITS, because="ppv_made")
    return Requirement("hearing_held", Kind.LEGAL, Status.NOT_ASSESSED)


def _leaders_decision(facts: CaseFacts) -> Requirement:
    decision = facts.decision
    referred = decision is not None and decision.outcome == "refer_to_pku"
    if not referred and _heard(facts).blocks:
        return Requirement("leaders_decision", Kind.LEGAL, Status.WAITS, because="hearing_held")
    return _legal("leaders_decision", decision.evidence if decision and referred else None)


# code → the step that first asks for it
STEP_OF: Mapping[str, str] = {
    item.code: step
    for step, gate in reversed(GATES.items())
    for of_pupil in (True, False)
    for item in gate(CaseFacts(of_pupil=of_pupil, level=""))
}
