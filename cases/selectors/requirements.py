"""Requirements in words: what a step asks for, how it stands, who can do it, and where."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.facts import CaseFacts, ExceptionFact
from cases.gates import CONSULT_IN_MEETING, GATES, PARTY_NOT_HEARD, Kind, Requirement, Status, unmet
from cases.kinds import CASE, COMMUNITY, TARGET, Cure
from cases.models import Case, RequirementText
from cases.selectors.facts import case_facts
from cases.selectors.people import community_of
from districts.models import CustodyHolder, LearningCommunity, Pupil
from haderslev.accounts.models import User
from haderslev.core import legal
from haderslev.core.access import openable
from haderslev.core.features import contributed
from haderslev.core.identity import Referable, Reference
from haderslev.core.policy import held_on
from haderslev.core.references import page_url, url_of

STATUS_WORDS: Mapping[Status, Promise] = {
    Status.MET: _("Met"),
    Status.STARTED: _("Begun – something is missing"),
    Status.NOT_ASSESSED: _("Not assessed yet"),
    Status.WAITS: _("Waits for an earlier step"),
    Status.EXCEPTED: _("Set aside with a reason"),
    Status.NOT_RELEVANT: _("Not relevant"),
}
STATUS_COLOURS: Mapping[Status, str] = {
    Status.MET: "ok",
    Status.STARTED: "info",
    Status.EXCEPTED: "warn",
}
KIND_WORDS: Mapping[Kind, Promise] = {
    Kind.LEGAL: _("Required by law"),
    Kind.OWN: _("The municipality's own requirement"),
    Kind.ASKED: _("Must have been asked"),
}
BECAUSE: Mapping[str, Promise] = {
    "community_case": _("The case is about a learning community."),
    "parents_request": _("The parents or the pupil have asked for it themselves."),
    "nobody_disagrees": _("No parent has said no."),
    "rule_not_in_force": _("The rule is not in force."),
    "provisional": _("The referral is provisional, with a reason."),
    "nothing_new_against_party": _(
        "Nothing new weighs against the party; the leader has said why."
    ),
    "not_private": _("The offer is not private."),
    "other_home_municipality": _("Another municipality is the child's home municipality."),
    "ppv_made": _("Waits for the PPV."),
    CONSULT_IN_MEETING: _("A network meeting with the parents' and the child's words counts."),
    "hearing_held": _("Waits for the hearing of the parties."),
    "revisitation": _("It is a new decision on an offer, without a referral."),
    "no_period": _("The outcome has no period."),
    "no_offer": _("There is no special offer."),
}
NOT_HEARD = _("Not heard, but has custody now: %(names)s.")
ENDED: Mapping[str, Promise] = {
    "step_decided": _("It was set aside for a step that is decided now, and counts anew."),
    "not_completed": _(
        "It was set aside as urgent. The reason was not written in time, so it counts again."
    ),
}
GATE_WORDS: Mapping[str, Promise] = {
    "G1": _("Open the case"),
    "G2": _("Level 2, anticipatory effort"),
    "G3": _("Ask for a PPV"),
    "G4": _("Sparring in the district council"),
    "G5": _("Refer to PKU"),
    "G6": _("PKU decides"),
    "G7": _("Home again"),
}
_NEVER: Mapping[str, tuple[int, Promise]] = {
    Case.Level.ANTICIPATORY: (2, _("The requirements of level 2 were never gone through.")),
    Case.Level.INTERVENING: (
        3,
        _("The requirements of level 2, of the PPV and of the referral were never gone through."),
    ),
}


@dataclass(frozen=True)
class EvidenceLink:
    """A record that shows something, with its page if it has one."""

    label: str
    on: date | None
    url: str


@dataclass(frozen=True)
class RequirementRow:
    """One requirement as a page shows it."""

    requirement: Requirement
    text: str
    source: str
    who: str
    url: str
    status_word: str
    kind_word: str
    because: str
    colour: str
    evidence: tuple[EvidenceLink, ...]
    exception: ExceptionFact | None


def requirements(case: Case, gate: str, *, user: User | None = None) -> list[RequirementRow]:
    """Return a step's requirements in words; with ``user``, links only to what that person may."""
    return rows(case, case_facts(case), gate, user=user)


def rows(
    case: Case, facts: CaseFacts, gate: str, *, user: User | None = None
) -> list[RequirementRow]:
    """Return a step's requirements in words, from facts that are there already.

    Of a case that began higher a line says so before them.
    """
    found = in_words(case, facts, GATES[gate](facts), user=user)
    if words := began_higher(case):
        passed_over = RequirementRow(
            requirement=Requirement("began_higher", Kind.OWN, Status.EXCEPTED),
            text=str(_("The steps before")),
            source="",
            who="",
            url="",
            status_word=str(_("Never gone through")),
            kind_word=str(KIND_WORDS[Kind.OWN]),
            because=words,
            colour="warn",
            evidence=(EvidenceLink(case.entry_document, case.opened_on, ""),),
            exception=None,
        )
        found.insert(0, passed_over)
    return found


def began_higher(case: Case) -> str:
    """Say that earlier steps were never gone through, by which ground, document and leader."""
    if case.entry_level not in _NEVER:
        return ""
    level, never = _NEVER[case.entry_level]
    words = gettext(
        "The case began at level %(level)s on the ground “%(ground)s”, by %(leader)s. "
        "Document: %(document)s."
    ) % {
        "level": level,
        "ground": case.get_entry_ground_display(),
        "leader": case.entered_by_name,
        "document": case.entry_document,
    }
    return f"{never} {words}"


def in_words(
    case: Case, facts: CaseFacts, found: tuple[Requirement, ...], *, user: User | None = None
) -> list[RequirementRow]:
    """Put words on requirements. One query for the words, three for the person's rights."""
    texts = requirement_texts([item.code for item in found])
    shown = [each.of for item in found for each in item.evidence if each.of is not None]
    rights = held_on(user, case) if user is not None else None
    opens = openable(user, shown) if user is not None else frozenset(shown)
    lines = []
    for item in found:
        text = texts.get(item.code)
        evidence = tuple(
            EvidenceLink(each.label, each.on, url_of(each.of) if each.of in opens else "")
            for each in item.evidence
        )
        line = RequirementRow(
            requirement=item,
            text=text.name_in_words if text is not None else item.code,
            source=text.source if text is not None else "",
            who=text.who_in_words if text is not None else "",
            url=_place(case, facts, item, rights) if item.lacks else "",
            status_word=str(STATUS_WORDS[item.status]),
            kind_word=str(KIND_WORDS[item.kind]),
            because=_because(item, facts),
            colour=STATUS_COLOURS.get(item.status, ""),
            evidence=evidence,
            exception=facts.exceptions.get(item.code) if item.status is Status.EXCEPTED else None,
        )
        lines.append(line)
    return lines


def requirement_texts(codes: list[str]) -> dict[str, RequirementText]:
    """Return the words in force, by code. One query."""
    texts = legal.in_force(RequirementText.objects.filter(code__in=codes)).order_by("valid_from")
    return {text.code: text for text in texts}


def _because(item: Requirement, facts: CaseFacts) -> str:
    """Return what a status rests on; and where an exception counts no more, why."""
    if item.blocks and item.code in facts.ended_exceptions:
        return str(ENDED[facts.ended_exceptions[item.code]])
    if item.because == PARTY_NOT_HEARD:
        found = CustodyHolder.objects.filter(pk__in=facts.holders - facts.hearing.parties)
        return str(NOT_HEARD) % {"names": ", ".join(holder.name for holder in found)}
    return str(BECAUSE.get(item.because, item.because))


def _place(case: Case, facts: CaseFacts, item: Requirement, rights: Container[str] | None) -> str:
    """Return where it is cured, if that is possible now and for the one who reads."""
    code = CONSULT_IN_MEETING if item.because == CONSULT_IN_MEETING else item.code
    cure = contributed(Cure).get(code)
    if cure is None or (rights is not None and cure.needs not in rights):
        return ""
    row: Referable | Reference | None
    if cure.opens == COMMUNITY:
        row = community_of(case)
    elif cure.opens == TARGET:
        row = case.target
    else:
        row = case if cure.opens == CASE else facts.pku.places.get(cure.opens)
    if row is None:
        return ""
    url = page_url(cure.page, row)
    return f"{url}?barn={case.pupil.public_id}" if cure.opens == COMMUNITY and case.pupil else url


def gates_for(case: Case, facts: CaseFacts) -> list[str]:
    """Return the steps that exist for the case: PPV, council and PKU are for pupils only."""
    if not case.pupil_id:
        return ["G1", "G2"]
    pku = facts.pku
    decides = pku.referral.with_pku or pku.referral.decided or pku.decision.state
    later = {"G6": decides, "G7": pku.offer.there}
    return ["G1", "G2", "G3", "G4", "G5", *(step for step, exists in later.items() if exists)]


def next_gate(case: Case, facts: CaseFacts) -> str:
    """Return the step that comes next, or nothing."""
    if case.level == Case.Level.PREVENTIVE:
        return "G2"
    if case.level != Case.Level.ANTICIPATORY or not case.pupil_id:
        return ""
    if facts.pku.referral.decided:
        return ""
    if not facts.pku.ppv.asked:
        return "G3"
    return "G5" if facts.pku.ppv.sent is not None else ""


def lacking_to_open(target: Pupil | LearningCommunity) -> list[RequirementRow]:
    """Return what lacks before a case about somebody can be opened, but for what its form asks."""
    case = Case(pupil=target) if isinstance(target, Pupil) else Case(community=target)
    facts = case_facts(case)
    lacks = tuple(item for item in unmet(GATES["G1"](facts)) if not item.field)
    return in_words(case, facts, lacks)


def missing(
    case: Case, facts: CaseFacts, gate: str, *, user: User | None = None
) -> list[RequirementRow]:
    """Return what a step still lacks, in words."""
    return in_words(case, facts, unmet(GATES[gate](facts)), user=user)
