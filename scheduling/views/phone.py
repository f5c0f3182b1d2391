"""What the technician's phone needs beside pages: sharing and sending the position, the app's manifest and worker (SCH-8)."""

import json
from pathlib import Path

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from scheduling.domain.technicians import visit_for
from scheduling.domain.tracking import record_position, set_sharing
from scheduling.phone_forms import PositionForm
from scheduling.views.technician import READ, for_technician

NO_CONTENT, BAD_INPUT, CONFLICT = 204, 400, 409
LARGEST_JSON = 2_000
PAPER, ACCENT = "#ffffff", "#1f2937"


@for_technician("POST", object_type="")
def share(request, resource):
    """Switch sharing of the position on or off; off forgets what was kept of the way now."""
    is_on = request.POST.get("on") == "1"
    set_sharing(resource, is_on=is_on, by=request.user)
    told = (
        _("Your position is shared while you are on the way, with that customer only.")
        if is_on
        else _("Your position is not shared.")
    )
    messages.success(request, told)
    return HttpResponseRedirect(reverse("technician:day"))


@for_technician("POST", object_type="")
def position(request, resource):
    """Keep a fix of the phone: 204. 409 where the visit is not tracked now; nothing is kept then."""
    form = PositionForm(fields_of(request))
    if not form.is_valid():
        return JsonResponse({"message": _("That is no position.")}, status=BAD_INPUT)
    booking = visit_for(resource, form.cleaned_data["booking"])
    if booking is None or not record_position(booking, resource, form.fix):
        return JsonResponse({"message": _("The position was not kept.")}, status=CONFLICT)
    return HttpResponse(status=NO_CONTENT)


def fields_of(request) -> dict:
    """The fields of a form, or of a JSON object, whose numbers become text as a form sends them."""
    if request.content_type != "application/json":
        return request.POST
    try:
        found = json.loads(request.body) if len(request.body) <= LARGEST_JSON else None
    except (ValueError, RecursionError):
        found = None
    values = found.items() if isinstance(found, dict) else ()
    return {name: str(value) for name, value in values if isinstance(value, str | int | float)}


@for_technician(*READ, object_type="")
def manifest(request, resource):
    """How the phone installs the pages as an app."""
    icon = {"src": static("img/callout-mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    described = {
        "id": "/tech/",
        "name": _("%(company)s: visits") % {"company": request.tenant.name},
        "short_name": _("Visits"),
        "lang": get_language(),
        "start_url": "/tech/",
        "scope": "/tech/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": ACCENT,
        "icons": [icon],
    }
    return HttpResponse(json.dumps(described), content_type="application/manifest+json")


@for_technician(*READ, object_type="")
def worker(request, resource):
    """The service worker: it keeps the pages last seen, so that they open without a connection."""
    script = Path(finders.find("js/technician-worker.js")).read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")
