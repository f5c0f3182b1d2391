"""Tell customers of invoices that they can see from now on (NOT-1)."""

import hashlib
from collections.abc import Sequence

from fieldservice.models import Invoice
from notifications.domain.outbox import publish
from portal.access.viewer import Viewer, viewers_for
from portal.accounts.enums import Section
from portal.accounts.models import Contact
from portal.accounts.queries import accounts_above


def tell_of(invoices: Sequence[Invoice]) -> int:
    """Publish one message to each contact who sees some of these, in the caller's transaction; how many contacts.

    Called when an issued invoice was exposed, or an exposed one issued. The same invoices are told of once, however often they are hidden
    and exposed.
    """
    final = {each.pk: each for each in invoices if each.is_final and each.is_exposed}
    if not final:
        return 0
    told = 0
    seen_by: dict[tuple, list[str]] = {}
    for viewer in readers(final.values()):
        # Whoever has the same reach sees the same, but for what is shared with one contact alone.
        alike = (viewer.reach(Section.FIELD_SERVICE), viewer.contact_id if Invoice in viewer.shared else None)
        if alike not in seen_by:
            seen_by[alike] = seen(viewer, list(final))
        if ids := seen_by[alike]:
            publish(
                "invoice_exposed", key=key_of(ids, viewer), contact=viewer.contact, objects={"invoices": " ".join(ids)}
            )
            told += 1
    return told


def readers(invoices) -> list[Viewer]:
    """Those who may have one of these within their reach: with a login, a web role, in the account or above it."""
    accounts = accounts_above({each.account_id for each in invoices})
    contacts = (
        Contact.objects.filter(account__in=accounts, account__is_active=True, is_active=True, user__isnull=False)
        .exclude(email="")
        .select_related("account")
        .order_by("pk")
    )
    return [each for each in viewers_for(list(contacts)) if each.may_read(Section.FIELD_SERVICE)]


def seen(viewer: Viewer, ids: list) -> list[str]:
    """Which of these the viewer sees; the rule of visibility has the last word."""
    visible = Invoice.objects.filter(pk__in=ids).visible_to(viewer).order_by("pk")
    return [str(pk) for pk in visible.values_list("pk", flat=True)]


def key_of(ids: list[str], viewer: Viewer) -> str:
    """What makes two messages the same: the recipient and the invoices."""
    about = ids[0] if len(ids) == 1 else hashlib.sha256(" ".join(ids).encode()).hexdigest()
    return f"invoice-exposed:{about}:{viewer.contact_id}"
