"""Models of cases, by noun."""

from cases.models.case import Case, CaseInformed, CaseNumberSeries, CaseOpening, CasePlan
from cases.models.council import CouncilIdea, CouncilItem
from cases.models.decisions import (
    Hearing,
    HearingAnswerVersion,
    HearingParty,
    OutcomeType,
    SupportDecision,
)
from cases.models.documents import (
    Channel,
    Delivery,
    DeliveryVersion,
    Document,
    DocumentFile,
    DocumentRecord,
)
from cases.models.grants import CaseGroupPermission, CaseUserPermission
from cases.models.proposals import Proposal, RequirementException, RequirementText
