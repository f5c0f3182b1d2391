"""Partners in the programme, opportunities, their deliveries and history, settings."""

from partners.models.distributions import Delivery, DistributionRun, DistributionTable
from partners.models.history import OpportunityEvent
from partners.models.opportunities import DealRegistration, Opportunity, OpportunityContact, OpportunityProduct
from partners.models.programme import (
    LeadType,
    PartnerLeadType,
    PartnerProduct,
    PartnerProgramme,
    PartnerRecord,
    PartnerTerritory,
)
from partners.models.settings import PartnerSettings
from partners.models.shares import OpportunityShare
from partners.models.sharing import Collaborator, CustomerFeedback, OpportunitySeller

__all__ = [
    "Collaborator",
    "CustomerFeedback",
    "DealRegistration",
    "Delivery",
    "DistributionRun",
    "DistributionTable",
    "LeadType",
    "Opportunity",
    "OpportunityContact",
    "OpportunityEvent",
    "OpportunityProduct",
    "OpportunitySeller",
    "OpportunityShare",
    "PartnerLeadType",
    "PartnerProduct",
    "PartnerProgramme",
    "PartnerRecord",
    "PartnerSettings",
    "PartnerTerritory",
]
