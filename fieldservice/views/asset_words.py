"""Assets in words: lines of the list, facts of the page, trees (FS-3)."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fieldservice.engine.warranty import Warranty, WarrantyState, warranty_on
from fieldservice.models import Asset, FunctionalLocation
from portal.geo.addresses import address_lines

WARRANTY_TONES = {
    WarrantyState.HOLDS: "ok",
    WarrantyState.ENDING: "warn",
    WarrantyState.AHEAD: "info",
    WarrantyState.OVER: "neutral",
}
STEP = " › "


def warranty_of(asset: Asset, today: dt.date) -> Warranty:
    return warranty_on(today, asset.warranty_starts_date, asset.warranty_ends_date)


def warranty_words(warranty: Warranty) -> str:
    """The warranty as people say it; empty where there is none."""
    if warranty.date is None:
        return ""
    told = {"date": day(warranty.date), "count": warranty.days_left}
    if warranty.state == WarrantyState.OVER:
        return _("Ended on %(date)s") % told
    if warranty.state == WarrantyState.AHEAD:
        return _("Begins on %(date)s") % told
    if warranty.state == WarrantyState.HOLDS:
        return _("Until %(date)s") % told
    if warranty.days_left == 0:
        return _("Ends today")
    return (
        ngettext("Ends in %(count)d day, on %(date)s", "Ends in %(count)d days, on %(date)s", warranty.days_left) % told
    )


def day(date: dt.date | None) -> str:
    return date_format(date, "DATE_FORMAT") if date else ""


def model_of(asset: Asset) -> str:
    """Manufacturer and model."""
    return " ".join(each for each in (asset.manufacturer, asset.model_name) if each)


def location_words(path: list[FunctionalLocation]) -> str:
    """The way to a location, from the site to the room."""
    by_id = {each.pk: each for each in path}
    names, at = [], path[0]
    while at is not None and len(names) < len(path):
        names.append(at.name)
        at = by_id.get(at.parent_id)
    return STEP.join(reversed(names))


def facts_of(asset: Asset, path: list[FunctionalLocation], today: dt.date) -> list[dict]:
    """What a customer reads of an asset, line by line."""
    warranty = warranty_of(asset, today)
    place = asset.location.place if asset.location else None
    period = STEP.join(each for each in (day(asset.warranty_starts_date), day(asset.warranty_ends_date)) if each)
    return [
        {"label": _("Serial number"), "value": asset.serial_number},
        {"label": _("Category"), "value": asset.category},
        {"label": _("Product"), "value": asset.product.name if asset.product else ""},
        {"label": _("Manufacturer"), "value": asset.manufacturer},
        {"label": _("Model"), "value": asset.model_name},
        {"label": _("Installed"), "value": day(asset.installed_date)},
        {
            "label": _("Warranty"),
            "value": warranty_words(warranty) or _("None recorded"),
            "tone": WARRANTY_TONES.get(warranty.state, ""),
            "note": asset.warranty_terms,
        },
        {"label": _("Warranty period"), "value": period if asset.warranty_starts_date else ""},
        {"label": _("Account"), "value": asset.account.name},
        {"label": _("Location"), "value": location_words(path) if path else ""},
        {"label": _("Address"), "value": "\n".join(address_lines(place)) if place else ""},
    ]
