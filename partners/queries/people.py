"""Who works on an opportunity, and who could (PRT-7, DYNAMICS 5.8)."""

from dataclasses import dataclass

from django.db.models import Q

from partners.enums import Membership
from partners.models import Collaborator, Opportunity, OpportunitySeller, PartnerProgramme
from portal.access.viewer import Viewer
from portal.accounts.enums import Section
from portal.accounts.models import Account, Contact, ContactRole

# Nobody chooses from a longer list, and no opportunity is shared with more.
OFFERED, SHARED = 200, 50


@dataclass(frozen=True, slots=True)
class Sharing:
    """Somebody who sees an opportunity because it was shared: a colleague, or another partner as a whole."""

    key: str
    name: str
    contact: Contact | None = None
    account: Account | None = None


def colleagues_on(opportunity: Opportunity) -> list[Contact]:
    """The people of its partner who sign in and whose web roles open the section, by name."""
    roles = ContactRole.objects.filter(role__grants__section=Section.OPPORTUNITIES)
    rows = Contact.objects.filter(
        account=opportunity.partner_id, is_active=True, user__isnull=False, pk__in=roles.values("contact")
    )
    return list(rows.order_by("full_name", "pk")[:OFFERED])


def sharing(opportunity: Opportunity) -> list[Sharing]:
    """Everybody with whom it is shared: colleagues, then partners."""
    sellers = OpportunitySeller.objects.filter(opportunity=opportunity).select_related("contact")
    partners = Collaborator.objects.filter(opportunity=opportunity).select_related("account")
    return [
        *(
            Sharing(f"contact-{each.contact_id}", each.contact.full_name, contact=each.contact)
            for each in sellers.order_by("created_at", "pk")[:SHARED]
        ),
        *(
            Sharing(f"account-{each.account_id}", each.account.name, account=each.account)
            for each in partners.order_by("created_at", "pk")[:SHARED]
        ),
    ]


def member_named(text: str) -> Account | None:
    """The partner of the programme with exactly this name or number; nobody browses the others. None for none, or for several."""
    members = PartnerProgramme.objects.filter(membership=Membership.MEMBER, account__is_active=True)
    named = members.filter(Q(account__name__iexact=text) | Q(account__number__iexact=text))
    found = list(named.select_related("account").order_by("pk")[:2])
    return found[0].account if len(found) == 1 else None


def is_mine(viewer: Viewer) -> Q:
    """The condition of what is assigned to the viewer, or shared with it."""
    shared = OpportunitySeller.objects.filter(contact=viewer.contact_id)
    return Q(owner=viewer.contact_id) | Q(pk__in=shared.values("opportunity"))
