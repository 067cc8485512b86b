"""What the gates may know of a case. Frozen, no Django, no models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any  # words, perhaps lazy

from haderslev.core.identity import Reference
from plans.facts import Evidence, PlanFacts


@dataclass(frozen=True)
class ExceptionFact:
    """An own requirement that was set aside."""

    reason: str
    by: str
    urgent_until: str = ""


@dataclass(frozen=True)
class PpvFacts:
    """The PPV, as far as it has come."""

    state: str = ""
    asked: bool = False  # signed and sent, or further
    requester: str = ""
    consulted: Evidence | None = None
    pupil_view: bool = False
    done_so_far: bool = False
    against_reason: bool = False
    sent: Evidence | None = None


@dataclass(frozen=True)
class ReferralFacts:
    """The referral, as far as it has come."""

    state: str = ""
    with_pku: bool = False
    decided: bool = False
    provisional: bool = False
    provisional_reason: bool = False
    private_provider: bool = False
    private_consent: bool = False
    psychologist_recommendation: bool = False
    pupil_view: bool = False
    parent_views: frozenset[int] = frozenset()
    answers_missing: int = 0
    # PKU's secretary has checked and accepted it.
    checked: Evidence | None = None


@dataclass(frozen=True)
class SupportDecisionFacts:
    """What the school leader's decision says, as far as a rule asks for it."""

    today: date
    least_hours: Decimal
    competent: bool = True
    needs_period: bool = False
    needs_revisitation: bool = False
    needs_hearing: bool = False
    threshold: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    revisit_on: date | None = None
    # How long it may last by the rule in force on the first day; None if none counts on it.
    longest_days: int | None = None
    weekly_hours: Decimal | None = None
    heard: bool = False
    no_hearing_reason: bool = False


@dataclass(frozen=True)
class PkuDecisionFacts:
    """PKU's newest decision, as far as it has come, or what is to become one."""

    state: str = ""
    evidence: Evidence | None = None
    # A new decision on an offer: no referral comes before it.
    revisits: bool = False
    complaint_guidance: bool = False
    competent: bool = False
    # Names of the texts that say something.
    written: frozenset[str] = frozenset()
    # What the outcome asks for: a first day, a period with goals, an offer with somebody at home.
    needs_first_day: bool = True
    needs_period: bool = True
    needs_offer: bool = True
    starts_on: date | None = None
    ends_on: date | None = None
    # How long it may last by the rule in force on the first day; None if none counts on it.
    longest_days: int | None = None
    goals: bool = False
    has_offer: bool = False
    signed: Evidence | None = None
    # Who wrote in it or asked for it: neither signs it nor sets its requirements aside.
    authors: frozenset[int] = frozenset()


@dataclass(frozen=True)
class OfferFacts:
    """The newest special offer, and what was said before the way home."""

    there: bool = False
    plan_and_talk: Evidence | None = None
    status_offer: Evidence | None = None
    status_home: Evidence | None = None


@dataclass(frozen=True)
class PkuFacts:
    """What the last stage says of a case; answered by cases.ports.PkuAnswers."""

    ppv: PpvFacts = PpvFacts()
    referral: ReferralFacts = ReferralFacts()
    decision: PkuDecisionFacts = PkuDecisionFacts()
    offer: OfferFacts = OfferFacts()
    # What of it is under way, as a list says it beside the level: perhaps a lazy text of Django's.
    stands: Any = ""
    # Where work is going on now: referral, decision, offer → the record.
    places: Mapping[str, Reference] = field(default_factory=dict)


@dataclass(frozen=True)
class HearingFacts:
    """The hearing, as far as it has come."""

    state: str = ""
    evidence: Evidence | None = None
    parties: frozenset[int] = frozenset()


@dataclass(frozen=True)
class DecisionFacts:
    """The leader's newest decision."""

    outcome: str
    evidence: Evidence
    no_hearing_reason: bool = False


@dataclass(frozen=True)
class CaseFacts:
    """Everything that gates ask about one case."""

    of_pupil: bool
    level: str
    entry_ground: str = ""
    entry_document: Evidence | None = None
    holders: frozenset[int] = frozenset()
    informed: frozenset[int] = frozenset()
    plans: PlanFacts = PlanFacts()
    # The pupil's community: its own plans and evaluations.
    community_plans: PlanFacts = PlanFacts()
    proposal: Evidence | None = None
    proposal_has_words: bool = False
    home_is_own: bool = True
    hearing: HearingFacts = HearingFacts()
    decision: DecisionFacts | None = None
    council: Evidence | None = None
    pku: PkuFacts = PkuFacts()
    exceptions: Mapping[str, ExceptionFact] = field(default_factory=dict)
    # Why an exception counts no more: its step is decided, or its reason was not written in time.
    ended_exceptions: Mapping[str, str] = field(default_factory=dict)
    # The dated rule: a PPV before a referral.
    ppv_required: bool = True
