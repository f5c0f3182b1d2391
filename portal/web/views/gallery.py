"""`/design/`: every component in every state, in the chosen scheme and beside it in the other (D7)."""

from datetime import UTC, date, datetime, timedelta

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.kit.verdicts import denied
from portal.web import month, times
from portal.web.context import theme_of
from portal.web.declarations import Rule, declare

TODAY = date(2026, 11, 18)
VISIT = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
SITE_ZONE, OTHER_ZONE = "America/New_York", "Europe/Berlin"
OPPOSITE = {"light": "dark", "dark": "light", "auto": "dark"}
PARTS = (
    "tokens",
    "buttons",
    "headers",
    "lists",
    "notices",
    "forms",
    "records",
    "files",
    "booking",
    "appointments",
    "dialogs",
)


class SampleForm(forms.Form):
    """One field of each kind."""

    site = forms.ChoiceField(
        label=gettext_lazy("Site"),
        choices=[("", gettext_lazy("Choose a site")), ("1", "Pier 40, 353 West Street")],
        help_text=gettext_lazy("Where the technician comes to."),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    comments = forms.CharField(
        label=gettext_lazy("Comments"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )
    contact_by = forms.ChoiceField(
        label=gettext_lazy("How may we reach you?"),
        choices=[("mail", gettext_lazy("By e-mail")), ("phone", gettext_lazy("By phone"))],
        widget=forms.RadioSelect,
        required=False,
    )
    reminders = forms.BooleanField(
        label=gettext_lazy("Remind me the day before"), required=False, help_text=gettext_lazy("By e-mail.")
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo"), required=False, help_text=gettext_lazy("A JPEG or PNG of up to 10 MB.")
    )
    number = forms.CharField(label=gettext_lazy("Serial number"), disabled=True, initial="HX-2209-A", required=False)


@declare(Rule.EMBEDDED)
@login_not_required
@require_safe
def gallery(request):
    """The gallery; 404 in production."""
    if not (settings.DEBUG or settings.CALLOUT_EMBEDDED):
        raise Http404
    chosen = theme_of(request)
    schemes = [
        {"name": chosen, "sample": samples("one"), "is_shadow": False},
        {"name": OPPOSITE[chosen], "sample": samples("two"), "is_shadow": True},
    ]
    parts = [f"web/gallery/{part}.html" for part in PARTS]
    return render(request, "web/gallery.html", {"schemes": schemes, "parts": parts})


def samples(prefix: str) -> dict:
    """What the components show. `prefix` keeps ids of the two columns apart."""
    return {
        "prefix": prefix,
        "tones": ["neutral", "info", "ok", "warn", "danger", "live", "accent"],
        "refused": denied(_("The visit is in progress and can no longer be changed.")),
        "form": SampleForm(prefix=prefix, auto_id=f"{prefix}_%s"),
        "bad_form": SampleForm({f"{prefix}bad-email": "ada@"}, prefix=f"{prefix}bad", auto_id=f"{prefix}_bad_%s"),
        "month": sample_month(),
        "slots": slot_groups(),
        "windows": window_groups(),
        "zone": _("Times in New York (EST)"),
        "visit": times.describe(VISIT, SITE_ZONE, viewer_zone=OTHER_ZONE, ends=VISIT + timedelta(hours=2)),
        "instant": VISIT,
        "site_zone": SITE_ZONE,
        **list_samples(),
        **record_samples(),
        **file_samples(prefix),
        **appointment_samples(),
    }


def sample_month() -> month.Month:
    """A month with every state of a day."""
    free = {TODAY + timedelta(days=offset) for offset in range(2, 12) if offset % 4}
    return month.build_month(
        TODAY.replace(day=1),
        free,
        links=month.MonthLinks(day=lambda day: f"?day={day.isoformat()}", following="?month=2026-12"),
        today=TODAY,
        selected=date(2026, 11, 23),
        reasons={TODAY: _("Too soon")},
        first_weekday=month.first_weekday_of(get_language() or "en"),
    )


def slot_groups() -> list[dict]:
    """Exact times."""
    taken = _("Just taken")
    return [
        {
            "label": _("Morning"),
            "slots": [
                {"value": "0800", "label": "08:00"},
                {"value": "0930", "label": "09:30", "is_selected": True},
                {"value": "1000", "label": "10:00", "reason": taken},
            ],
        },
        {"label": _("Afternoon"), "slots": [{"value": "1330", "label": "13:30"}, {"value": "1500", "label": "15:00"}]},
    ]


def window_groups() -> list[dict]:
    """Arrival windows."""
    detail = _("Arrival in between, about 2 hours of work")
    return [
        {
            "label": _("Arrival windows"),
            "slots": [
                {"value": "am", "label": "08:00 – 12:00", "detail": detail, "is_selected": True},
                {"value": "pm", "label": "12:00 – 16:00", "detail": detail},
            ],
        }
    ]


def list_samples() -> dict:
    """A table below its filter bar."""
    rows = [
        ("WO-00418", _("Burner does not start"), "Pier 40", "2", _("Scheduled"), "info"),
        ("WO-00402", _("Yearly maintenance"), "Hudson Yards 12", "1", _("In progress"), "live"),
        ("WO-00391", _("Leak at the heat exchanger"), "Chelsea Market", "4", _("Completed"), "ok"),
    ]
    return {
        "columns": [
            {"label": _("Number"), "sort_url": "?sort=number", "direction": "asc"},
            {"label": _("Summary"), "sort_url": "?sort=summary"},
            {"label": _("Site")},
            {"label": _("Visits"), "is_number": True},
            {"label": _("Status")},
        ],
        "rows": [
            {
                "url": "#",
                "cells": [
                    {"value": number},
                    {"value": summary},
                    {"value": site},
                    {"value": visits, "kind": "number"},
                    {"value": status, "kind": "badge", "tone": tone},
                ],
            }
            for number, summary, site, visits, status, tone in rows
        ],
        **bar_samples(),
    }


def bar_samples() -> dict:
    """What stands above a list."""
    return {
        "views": [
            {"label": _("Active"), "url": "?view=active", "is_current": True, "count": 12},
            {"label": _("Inactive"), "url": "?view=inactive"},
            {"label": _("All"), "url": "?view=all"},
        ],
        "sorts": [
            {"label": _("Newest first"), "url": "?sort=new", "is_current": True},
            {"label": _("Oldest first"), "url": "?sort=old"},
        ],
        "filters": [{"label": _("Site: Pier 40"), "remove_url": "?"}],
        "crumbs": [
            {"label": _("Work orders"), "url": "#"},
            {"label": "WO-00418"},
        ],
        "tabs": [
            {"label": _("Overview"), "url": "#", "is_current": True},
            {"label": _("Visits"), "url": "#visits", "count": 2},
            {"label": _("Timeline"), "url": "#timeline"},
        ],
    }


def record_samples() -> dict:
    """Facts, timeline, steps."""
    return {
        "facts": [
            {"label": _("Number"), "value": "WO-00418"},
            {"label": _("Status"), "value": _("Scheduled"), "tone": "info"},
            {"label": _("Asset"), "value": "Viessmann Vitocrossal 200", "url": "#", "note": "HX-2209-A"},
            {"label": _("Your comments"), "value": _("The basement is locked.\nAsk for the key at the desk.")},
        ],
        "entries": [
            {
                "title": _("Technician on the way"),
                "when": times.format_instant(VISIT, SITE_ZONE),
                "who": "Ines Duarte",
                "icon": "truck",
                "tone": "live",
            },
            {"title": _("Visit confirmed"), "when": times.format_instant(VISIT, SITE_ZONE), "tone": "ok"},
            {"title": _("Request received"), "when": times.format_instant(VISIT, SITE_ZONE), "icon": "inbox"},
        ],
        "steps": [
            {"label": _("What"), "state": "done", "url": "#"},
            {"label": _("When"), "state": "current"},
            {"label": _("Confirm"), "state": "ahead"},
        ],
    }


def file_samples(prefix: str) -> dict:
    """A tree, a bill, files."""
    return {
        "preview_label": _("Preview") if prefix == "one" else _("Preview in the other scheme"),
        "nodes": tree_nodes(),
        "figures": [
            {"label": _("Hours booked"), "value": "128"},
            {"label": _("Balance"), "value": "$1,240.00", "note": _("Overdue"), "tone": "danger"},
            {"label": _("Warranty"), "value": _("3 years"), "note": _("until 14 May 2029")},
        ],
        **bill_samples(),
        "files": [
            {
                "name": "boiler-room.jpg",
                "url": "#",
                "kind": "image",
                "size": "1.4 MB",
                "who": "Ada Brandt",
                "when": "24.11.",
            },
            {"name": "protocol.pdf", "url": "#", "size": "212 KB", "remove_url": "#"},
            {"name": "invoice.zip", "size": "4 KB", "note": _("Being checked"), "tone": "warn"},
            {
                "name": "plan.pdf",
                "url": "#",
                "size": "80 KB",
                "verdict": denied(_("Only who sent a file can remove it.")),
            },
        ],
    }


def tree_nodes() -> list[dict]:
    """Three levels: closed, open, current, one that is named only."""
    burner = {
        "label": _("Burner"),
        "url": "#",
        "note": "BR-118",
        "badge_label": _("Open work order"),
        "badge_tone": "info",
    }
    pump = {"label": _("Pump"), "note": "PU-7", "is_current": True}
    boiler = {"label": _("Boiler"), "url": "#", "note": "HX-2209-A", "is_open": True, "children": [burner, pump]}
    chiller = {"label": _("Chiller"), "url": "#", "children": [{"label": _("Compressor"), "url": "#"}]}
    plant = {"label": _("Plant room"), "icon": "building-office-2", "is_open": True, "children": [boiler, chiller]}
    return [
        plant | {"more_label": _("Show all 24"), "more_url": "#"},
        {"label": _("Roof unit"), "url": "#", "note": "RU-2"},
    ]


def bill_samples() -> dict:
    """Lines with money and what they come to."""
    lines = ((_("Labor"), "2", "$180.00"), (_("Ignition electrode"), "1", "$1,064.50"), (_("Discount"), "1", "-$44.50"))
    return {
        "bill_columns": [
            {"label": _("Line")},
            {"label": _("Quantity"), "is_number": True},
            {"label": _("Amount"), "is_number": True},
        ],
        "bill_rows": [
            {"cells": [{"value": name}, {"value": count, "kind": "number"}, {"value": amount, "kind": "money"}]}
            for name, count, amount in lines
        ],
        "totals": [
            {"label": _("Subtotal"), "value": "$1,200.00"},
            {"label": _("Sales tax"), "note": "8.875 %", "value": "$106.50"},
            {"label": _("Total"), "value": "$1,306.50", "is_total": True},
            {"label": _("Balance"), "value": "$66.50", "tone": "danger"},
        ],
    }


def appointment_samples() -> dict:
    """An appointment in each phase, with and without what may be done."""
    when = times.describe(VISIT, SITE_ZONE, viewer_zone=OTHER_ZONE, ends=VISIT + timedelta(hours=2))
    base = {
        "title": _("Yearly maintenance"),
        "url": "#",
        "weekday": _("Tue"),
        "day": "24",
        "month": _("Nov"),
        "when": when.site,
        "viewer_when": when.viewer,
        "address": "353 West Street, New York, NY 10014",
        "technician": "Ines Duarte",
        "number": "WO-00418",
    }
    change = {"label": _("Change"), "url": "#", "icon": "calendar-days"}
    cancel = {"label": _("Cancel"), "url": "#", "kind": "quiet"}
    refused = denied(_("The technician is on the way. Call us to change the visit."))
    live = {"label": _("View live map"), "url": "#", "kind": "primary", "icon": "map"}
    states = {
        "active": (_("On the way"), "live", [live, change | {"verdict": refused}]),
        "upcoming": (_("Scheduled"), "info", [change, cancel]),
        "past": (_("Completed"), "ok", [{"label": _("Give feedback"), "url": "#", "icon": "star"}]),
    }
    return {
        "appointments": [
            {
                "card": base | {"phase": phase, "status_label": label, "status_tone": tone},
                "actions": actions,
            }
            for phase, (label, tone, actions) in states.items()
        ]
    }
