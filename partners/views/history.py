"""The history of an opportunity in words, the newest first (PRT-4)."""

from django.utils.translation import gettext as _

from partners.enums import EventKind, OpportunityStatus, Phase, Registration
from partners.models import Opportunity, OpportunityEvent
from partners.queries.opportunities import history_of
from portal.tenancy.scope import current_tenant
from portal.web.listing import label_of
from portal.web.times import format_instant

# So many entries at first, and so many when all are asked for.
SHOWN, MOST = 20, 200
ICONS = {
    EventKind.NOTE: "chat-bubble-left-ellipsis",
    EventKind.PHASE: "arrow-path",
    EventKind.ACCEPTED: "check",
    EventKind.DELIVERED: "inbox",
    EventKind.HOLD: "pause",
    EventKind.CONTACT: "user-plus",
    EventKind.ASSIGNED: "user",
    EventKind.SHARED: "share",
    EventKind.UNSHARED: "share",
    EventKind.WON: "check",
    EventKind.LOST: "x-mark",
    EventKind.CANCELED: "x-mark",
    EventKind.REOPENED: "arrow-path",
    EventKind.REGISTRATION: "document-check",
}
TONES = {EventKind.WON: "ok", EventKind.LOST: "danger", EventKind.CANCELED: "danger", EventKind.HOLD: "warn"}


def history_entries(opportunity: Opportunity, *, shows_all: bool) -> dict:
    """The entries as the component "timeline" takes them, and whether there are more."""
    most = MOST if shows_all else SHOWN
    found = list(history_of(opportunity)[: most + 1])
    zone = current_tenant().zone
    entries = [
        {
            "title": title_of(each),
            "when": format_instant(each.at, zone),
            "text": each.text,
            "who": who_of(each),
            "icon": ICONS.get(EventKind(each.kind), ""),
            "tone": TONES.get(EventKind(each.kind), ""),
        }
        for each in found[:most]
    ]
    return {"entries": entries, "has_more": len(found) > most and not shows_all}


def who_of(event: OpportunityEvent) -> str:
    """Who did it: a person of a partner by name, staff as the company."""
    if event.contact is not None:
        return event.name
    return current_tenant().name if event.user_id is not None else ""


def title_of(event: OpportunityEvent) -> str:
    """What happened, with what changed."""
    kind = EventKind(event.kind)
    if kind == EventKind.PHASE:
        return phase_title(event)
    if kind in {EventKind.SHARED, EventKind.ASSIGNED, EventKind.CONTACT}:
        return f"{kind.label}: {event.after}"
    if kind == EventKind.UNSHARED:
        return f"{kind.label}: {event.before}"
    if kind == EventKind.REGISTRATION:
        return f"{kind.label}: {label_of(Registration, event.after)}"
    if kind == EventKind.REOPENED:
        return f"{kind.label}: {label_of(OpportunityStatus, event.after)}"
    return str(kind.label)


def phase_title(event: OpportunityEvent) -> str:
    """A step forward, or a report within a phase."""
    after = label_of(Phase, event.after)
    if event.before == event.after:
        return _("Progress reported: %(phase)s") % {"phase": after}
    words = {"before": label_of(Phase, event.before), "after": after}
    return _("Phase: %(before)s to %(after)s") % words
