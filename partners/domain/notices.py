"""Messages around opportunities, in the transaction of what happened (PRT-4, NOT-1)."""

import datetime as dt

from notifications.domain.exposures import readers_at
from notifications.domain.outbox import publish
from notifications.domain.staff import tell_staff
from partners.models import Collaborator, DealRegistration, Delivery, Opportunity, OpportunitySeller
from portal.accounts.enums import Section
from portal.accounts.models import Contact


def tell_of_delivery(delivery: Delivery, opportunity: Opportunity) -> None:
    """An opportunity waits for the answer of whoever may give it at the partner."""
    for contact in answering(opportunity):
        _tell("opportunity_delivered", delivery, contact)


def tell_of_expiry(delivery: Delivery, opportunity: Opportunity) -> None:
    """The answer is due soon."""
    for contact in answering(opportunity):
        _tell("opportunity_reminder", delivery, contact)


def tell_staff_of_acceptance(delivery: Delivery) -> None:
    """A partner took it."""
    tell_staff("opportunity_accepted", key=f"opportunity-accepted:{delivery.pk}", objects={"delivery": delivery.pk})


def tell_staff_of_need(opportunity: Opportunity, occasion: str) -> None:
    """Nobody is left, or nobody but staff may go on; `occasion` tells apart what may happen twice."""
    tell_staff(
        "opportunity_for_staff",
        key=f"opportunity-for-staff:{opportunity.pk}:{occasion}",
        objects={"opportunity": opportunity.pk},
    )


def tell_staff_of_registration(registration: DealRegistration) -> None:
    """A partner asks for the exclusive right to a deal."""
    tell_staff(
        "deal_registration", key=f"deal-registration:{registration.pk}", objects={"registration": registration.pk}
    )


def tell_of_decision(registration: DealRegistration) -> None:
    """Staff decided about the registration of a deal."""
    if registration.contact is not None:
        publish(
            "deal_decided",
            key=f"deal-decided:{registration.pk}",
            contact=registration.contact,
            objects={"registration": registration.pk},
        )


def tell_of_assignment(opportunity: Opportunity, contact: Contact, moment: dt.datetime) -> None:
    """An opportunity was assigned to, or shared with, a colleague."""
    publish(
        "opportunity_assigned",
        key=f"opportunity-assigned:{opportunity.pk}:{contact.pk}:{moment.timestamp():.0f}",
        contact=contact,
        objects={"opportunity": opportunity.pk},
    )


def tell_of_share(share: OpportunitySeller, opportunity: Opportunity) -> None:
    """The same for a colleague who sells along."""
    tell_of_assignment(opportunity, share.contact, share.created_at)


def tell_of_collaboration(collaborator: Collaborator, opportunity: Opportunity) -> None:
    """Another partner was invited to work on it."""
    for viewer in readers_at([collaborator.account_id], Section.OPPORTUNITIES):
        if viewer.may_decide(Section.OPPORTUNITIES, collaborator.account_id):
            tell_of_assignment(opportunity, viewer.contact, collaborator.created_at)


def ask_for_feedback(delivery: Delivery, opportunity: Opportunity, *, days: int) -> None:
    """Ask the customer, some days after the acceptance, how the partner does; nobody without an address."""
    due_at = delivery.accepted_at + dt.timedelta(days=days) if delivery.accepted_at else None
    address = opportunity.contact.email if opportunity.contact else opportunity.prospect_email
    if address:
        publish(
            "partner_feedback",
            key=f"partner-feedback:{delivery.pk}",
            contact=opportunity.contact,
            address=opportunity.prospect_email,
            objects={"delivery": delivery.pk},
            due_at=due_at,
        )


def answering(opportunity: Opportunity) -> list[Contact]:
    """Who may answer for the partner that has it."""
    return [
        each.contact
        for each in readers_at([opportunity.partner_id], Section.OPPORTUNITIES)
        if opportunity.partner_id in each.reach(Section.OPPORTUNITIES)
        and each.may_decide(Section.OPPORTUNITIES, opportunity.partner_id)
    ]


def _tell(message_name: str, delivery: Delivery, contact: Contact) -> None:
    publish(
        message_name,
        key=f"{message_name.replace('_', '-')}:{delivery.pk}:{contact.pk}",
        contact=contact,
        objects={"delivery": delivery.pk},
    )
