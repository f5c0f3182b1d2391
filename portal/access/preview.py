"""“View the portal as this contact”: what a session keeps of it, checked anew on each request (TEN-6).

The signed-in person stays the member of staff; only `request.viewer` is the contact. So nothing of the contact's login is
within reach: no password, no session, no second factor.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.access.domain.previews import PreviewEnd, start_preview, stop_preview
from portal.access.policies import can_preview
from portal.accounts.models import Contact
from portal.accounts.queries import staff_member_of
from portal.kit import clock
from portal.tenancy.scope import tenant_scope

SESSION_KEY = "preview"


@dataclass(frozen=True, slots=True)
class Preview:
    """As whom, until when, and the page where it began. Falsy once it is `over`, which says why."""

    contact: Contact
    until: datetime
    back: str
    over: PreviewEnd | None = None

    def __bool__(self) -> bool:
        return self.over is None


def begin(request, contact: Contact, *, back: str) -> None:
    """Start the preview in this session, whose key changes with the rights.

    Raises NotAllowed with the reason.
    """
    until = start_preview(contact, by=request.user)
    request.session[SESSION_KEY] = {
        "tenant": str(request.tenant.pk),
        "contact": str(contact.pk),
        "until": until.isoformat(),
        "back": back,
    }
    request.session.cycle_key()


def end(request, preview: Preview, why: PreviewEnd) -> None:
    """End the preview of this session."""
    stop_preview(preview.contact, by=request.user, why=why)
    request.session.pop(SESSION_KEY, None)
    request.session.cycle_key()


def preview_of(request) -> Preview | None:
    """What this session keeps of a preview on this host; over when its time or the right to it is."""
    kept = request.session.get(SESSION_KEY)
    if not kept or request.tenant is None or not request.user.is_authenticated:
        return None
    if kept["tenant"] != str(request.tenant.pk):
        return None
    # A view with transactions of its own has none open yet.
    with tenant_scope(request.tenant):
        contact = Contact.objects.select_related("account").get(pk=UUID(kept["contact"]))
        until = datetime.fromisoformat(kept["until"])
        over = None
        if until <= clock.now():
            over = PreviewEnd.TIME
        elif not can_preview(staff_member_of(request.user), contact):
            over = PreviewEnd.WITHDRAWN
        return Preview(contact, until, kept["back"], over)
