"""Parts of an opportunity's page: what it says, who works on it, what happened, what can be done (PRT-4)."""

from uuid import uuid4

from django.urls import reverse
from django.utils.translation import gettext as _

from partners import policies
from partners.enums import CLOSED_STATUSES, PHASES, OpportunityStatus, Phase, Registration, Source
from partners.forms.actions import NoteForm
from partners.models import DealRegistration, Opportunity
from partners.queries import lists, people
from partners.queries.opportunities import is_its_partner
from partners.queries.registrations import latest_registration
from partners.views.delivered import revenue_text
from partners.views.history import history_entries
from partners.views.words import ago_text, day_text
from portal.access.viewer import Viewer
from portal.geo.addresses import address_lines
from portal.tenancy.scope import current_tenant
from portal.web.times import short_date

PEOPLE_SHOWN = 50
REGISTRATION_TONES = {Registration.REQUESTED: "info", Registration.APPROVED: "ok", Registration.REJECTED: "danger"}


def whole_context(request, opportunity: Opportunity, *, shows_all: bool) -> dict:
    """What the page of an accepted opportunity shows."""
    viewer = request.viewer
    is_ours = is_its_partner(viewer, opportunity)
    return {
        "crumbs": crumbs_of(opportunity),
        "status_label": opportunity.get_status_display(),
        "steps": steps_of(opportunity),
        "facts": facts_of(opportunity),
        "customer": customer_facts(opportunity),
        "texts": texts_of(opportunity),
        "people": [person_row(each) for each in lists.people_of(opportunity, PEOPLE_SHOWN)],
        "people_columns": [{"label": _("Name")}, {"label": _("Position")}, {"label": _("Reach")}],
        "sharing": people.sharing(opportunity) if is_ours else [],
        "is_ours": is_ours,
        "registration": registration_of(opportunity) if is_ours else None,
        "register_verdict": policies.can_register(viewer, opportunity),
        "share_verdict": policies.can_share(viewer, opportunity),
        "contact_verdict": policies.can_work(viewer, opportunity),
        "note_verdict": policies.can_note(viewer, opportunity),
        "note_form": NoteForm(initial={"request_key": uuid4()}),
        "history": history_entries(opportunity, shows_all=shows_all),
        **actions_of(viewer, opportunity, is_ours=is_ours),
    }


def crumbs_of(opportunity: Opportunity) -> list[dict]:
    return [
        {"label": _("Opportunities"), "url": reverse("partners:dashboard")},
        {"label": _("Accepted"), "url": reverse("partners:opportunity_list")},
        {"label": opportunity.number},
    ]


def steps_of(opportunity: Opportunity) -> list[dict]:
    """The pipeline as steps; behind a closed opportunity lies all that was reached."""
    reached = PHASES.index(Phase(opportunity.phase))
    is_closed = opportunity.status in CLOSED_STATUSES
    return [
        {
            "label": each.label,
            "state": "done"
            if place < reached or (is_closed and place == reached)
            else "current"
            if place == reached
            else "ahead",
        }
        for place, each in enumerate(PHASES)
    ]


def facts_of(opportunity: Opportunity) -> list[dict]:
    """About the opportunity; the revenue for those who see it."""
    zone = current_tenant().zone
    return [
        {"label": _("Reference"), "value": opportunity.number},
        {"label": _("Source"), "value": opportunity.get_source_display()},
        {"label": _("Kind"), "value": opportunity.lead_type.name if opportunity.lead_type else ""},
        {"label": _("Products"), "value": "\n".join(opportunity.product_names)},
        {"label": _("Estimated revenue"), "value": revenue_text(opportunity)},
        {"label": _("Estimated close"), "value": day_text(opportunity.estimated_close_date)},
        {"label": _("Partner"), "value": opportunity.partner.name},
        {"label": _("Assigned to"), "value": opportunity.owner.full_name if opportunity.owner else _("Nobody")},
        {"label": _("Accepted"), "value": short_date(opportunity.since, zone)},
        {"label": _("Last activity"), "value": ago_text(opportunity.active_at)},
        {"label": _("Closed"), "value": short_date(opportunity.closed_at, zone) if opportunity.closed_at else ""},
    ]


def customer_facts(opportunity: Opportunity) -> list[dict]:
    """Who the customer is, where, and whom to call."""
    customer, contact = opportunity.customer, opportunity.contact
    place = opportunity.place or (customer.place if customer else None)
    name = contact.full_name if contact else opportunity.prospect_person
    email = contact.email if contact else opportunity.prospect_email
    phone = contact.phone if contact else opportunity.prospect_phone
    return [
        {"label": _("Customer"), "value": opportunity.customer_name},
        {"label": _("Address"), "value": "\n".join(address_lines(place)) if place else ""},
        {"label": _("Contact person"), "value": name},
        {"label": _("E-mail"), "value": email, "url": f"mailto:{email}"},
        {"label": _("Phone"), "value": phone, "url": f"tel:{phone}"},
    ]


def texts_of(opportunity: Opportunity) -> list[dict]:
    """What staff or the partner wrote, each with its title."""
    texts = (
        (_("Current situation"), opportunity.situation),
        (_("Customer need"), opportunity.need),
        (_("Proposed solution"), opportunity.solution),
    )
    return [{"title": title, "text": text} for title, text in texts if text]


def person_row(person) -> dict:
    """Somebody at the customer as a row of the component "table"."""
    reach = " · ".join(part for part in (person.email, person.phone) if part)
    return {"cells": [{"value": person.full_name}, {"value": person.position}, {"value": reach}]}


def registration_of(opportunity: Opportunity) -> dict | None:
    """How the registration of the deal stands; None where nobody asked."""
    found: DealRegistration | None = latest_registration(opportunity)
    if found is None:
        return None
    return {
        "label": found.get_status_display(),
        "tone": REGISTRATION_TONES[Registration(found.status)],
        "reason": found.reason,
        "when": short_date(found.decided_at or found.requested_at, current_tenant().zone),
        "is_open": found.status != Registration.REJECTED,
    }


def actions_of(viewer: Viewer, opportunity: Opportunity, *, is_ours: bool) -> dict:
    """The buttons: the two that matter at the head, the others in a card. Who may not work on it reads why, once."""
    if opportunity.closed_at is not None:
        verdict = policies.can_reopen(viewer, opportunity)
        return {"head_actions": [action("reopen", _("Reopen"), opportunity, verdict)], "actions": []}
    work = policies.can_work(viewer, opportunity)
    head = [
        action("advance", _("Report progress"), opportunity, work, kind="primary"),
        action("win", _("Declare as won"), opportunity, work),
    ]
    return {"head_actions": head, "actions": further(viewer, opportunity) if work.allowed and is_ours else []}


def further(viewer: Viewer, opportunity: Opportunity) -> list[dict]:
    """What else can be done with an opportunity that the viewer works on."""
    is_own = opportunity.source == Source.PARTNER
    share = policies.can_share(viewer, opportunity)
    work = policies.can_work(viewer, opportunity)
    ends = (
        action("cancel", _("Cancel opportunity"), opportunity, policies.can_cancel(viewer, opportunity))
        if is_own
        else action("return", _("Return to the network"), opportunity, policies.can_give_back(viewer, opportunity))
    )
    is_held = opportunity.status == OpportunityStatus.ON_HOLD
    return [
        *([] if is_held else [action("hold", _("Put on hold"), opportunity, work)]),
        action("assign", _("Assign to a colleague"), opportunity, share),
        action("share", _("Share with a colleague"), opportunity, share),
        action("collaborate", _("Work with another partner"), opportunity, share),
        action("lose", _("Declare as lost"), opportunity, work),
        ends,
    ]


def action(verb: str, label: str, opportunity: Opportunity, verdict, *, kind: str = "secondary") -> dict:
    url = reverse(f"partners:opportunity_{verb}", args=[opportunity.pk])
    return {"label": label, "url": url, "verdict": verdict, "kind": kind}
