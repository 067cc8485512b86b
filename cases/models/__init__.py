"""Models of cases, by noun."""

from cases.models.case import Case, CaseInformed, CaseNumberSeries, CasePlan
from cases.models.council import CouncilIdea, CouncilItem
from cases.models.decisions import Delivery, DeliveryVersion, OutcomeType, SupportDecision
from cases.models.documents import Document, DocumentFile, DocumentRecord
from cases.models.exceptions import RequirementException, RequirementText
from cases.models.grants import CaseGroupPermission, CaseUserPermission
from cases.models.hearings import Hearing, HearingAnswerVersion, HearingParty
from cases.models.openings import CaseOpening
from cases.models.proposals import Proposal

__all__ = [
    "Case",
    "CaseGroupPermission",
    "CaseInformed",
    "CaseNumberSeries",
    "CaseOpening",
    "CasePlan",
    "CaseUserPermission",
    "CouncilIdea",
    "CouncilItem",
    "Delivery",
    "DeliveryVersion",
    "Document",
    "DocumentFile",
    "DocumentRecord",
    "Hearing",
    "HearingAnswerVersion",
    "HearingParty",
    "OutcomeType",
    "Proposal",
    "RequirementException",
    "RequirementText",
    "SupportDecision",
]
