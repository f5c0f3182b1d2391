"""Tell the company itself what happens in its portal."""

from notifications.domain.outbox import publish
from portal.accounts.models import StaffMember
from portal.tenancy.scope import current_tenant

# So many people of the company are told at most, where it has no address for all of them.
STAFF_TOLD = 10


def tell_staff(message_name: str, *, key: str, objects: dict) -> None:
    """Publish a message to the company in its first language; the key is completed by each address."""
    for address in staff_addresses():
        publish(
            message_name,
            key=f"{key}:{address}",
            address=address,
            objects=objects,
            language=current_tenant().languages[0],
        )


def staff_addresses() -> list[str]:
    """Where the company reads what customers and partners do: its support address, else its people."""
    if address := current_tenant().support_email:
        return [address]
    members = StaffMember.objects.filter(is_active=True, user__is_active=True).select_related("user").order_by("pk")
    return [each.user.email for each in members[:STAFF_TOLD]]
