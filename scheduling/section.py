"""Scheduling in the menu, and what it adds to the page of a work order."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import INACTIVE_STATUSES
from portal.accounts.enums import Section
from portal.web.registry import register_navigation, register_panel
from scheduling.cards import card
from scheduling.domain.rules import load_settings
from scheduling.policies import can_book, can_request
from scheduling.queries import visits_of_work_order


def visits_of(request, work_order) -> dict | None:
    """The visible visits of a work order; nothing where none will come."""
    settings = load_settings()
    rows = visits_of_work_order(request.viewer, work_order)
    if not rows and work_order.system_status in INACTIVE_STATUSES:
        return None
    return {"visits": [card(each, request.viewer, settings) for each in rows]}


def again(request, work_order) -> dict | None:
    """The way to book the same service for the same asset once more; for those who see the asset and appointments."""
    if not work_order.seen_asset or not request.viewer.may_read(Section.SCHEDULING):
        return None
    asked = urlencode({"asset": work_order.asset_id, "service": work_order.incident_type_id})
    verdict = can_book(request.viewer, work_order.account)
    return {"again_url": f"{reverse('scheduling:book')}?{asked}", "again_verdict": verdict}


def request_service(request, asset) -> dict | None:
    """The way from an asset into the booking, filled in (FS-6); nothing for those whose web roles have no visits at all."""
    if not request.viewer.may_read(Section.SCHEDULING):
        return None
    chosen = {"asset": str(asset.pk)}
    place = asset.account.place
    if asset.location is None and place is not None and place.point is not None:
        chosen["site"] = str(asset.account_id)
    return {"href": f"{reverse('scheduling:book')}?{urlencode(chosen)}", "verdict": can_request(request.viewer, asset)}


register_navigation(Section.SCHEDULING, _("Appointments"), "home", "calendar-days", 10)
register_navigation(
    Section.SCHEDULING, _("Book a new appointment"), "scheduling:book", "plus-circle", 20, decides=True, short=_("Book")
)
register_panel("fieldservice.workorder", "scheduling/_visits_panel.html", visits_of)
register_panel("fieldservice.asset.actions", "scheduling/_request_service.html", request_service)
register_panel("fieldservice.workorder.actions", "scheduling/_again.html", again)
