"""`/mailbox/`: the mails that the worker really sent to the embedded mail catcher. 404 outside the embedded mode (OPS-1)."""

import re
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from portal.web.declarations import Rule, declare
from portal.web.mailbox import find_mail, kept_mails
from portal.web.times import format_instant

# A mail is a stranger's page: it runs nothing, loads nothing, and its links open outside of it.
SANDBOX = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
DEFAULT_ZONE = "UTC"
HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
NEW_WINDOW = '<base target="_blank">'


def embedded_only(view):
    """The page exists where the mail catcher does; nobody signs in to read development mail."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.CALLOUT_EMBEDDED:
            raise Http404
        return view(request, *args, **kwargs)

    return declare(Rule.EMBEDDED)(login_not_required(require_safe(guarded)))


@embedded_only
def mailbox(request):
    """The company's mails, the newest first, or those to one recipient (`?q=`); on the platform's host those of all."""
    recipient = request.GET.get("q", "")[:200]
    mails = kept_mails(_folder(), recipient=recipient, hosts=_hosts(request))
    rows = [{"mail": mail, "when": format_instant(mail.arrived_at, _zone(request))} for mail in mails]
    return render(request, "web/mailbox/list.html", {"rows": rows, "recipient": recipient})


@embedded_only
def mailbox_mail(request, mail_id: str):
    """One mail: its heads, its text, its HTML in a frame of its own, its attachments."""
    mail = _mail_or_404(request, mail_id)
    facts = [
        {"label": _("From"), "value": mail.sender},
        {"label": _("To"), "value": ", ".join(mail.recipients)},
        {"label": _("Arrived"), "value": format_instant(mail.arrived_at, _zone(request))},
        {"label": _("Message-ID"), "value": mail.header("Message-ID")},
    ]
    return render(request, "web/mailbox/detail.html", {"mail": mail, "facts": facts})


@xframe_options_sameorigin
@embedded_only
def mailbox_html(request, mail_id: str):
    """The HTML of a mail, sandboxed."""
    html = _mail_or_404(request, mail_id).html
    if not html:
        raise Http404
    head = HEAD.search(html)
    place = head.end() if head else 0
    response = HttpResponse(html[:place] + NEW_WINDOW + html[place:])
    response["Content-Security-Policy"] = SANDBOX
    return response


@embedded_only
def mailbox_part(request, mail_id: str, number: int):
    """An attachment, always as a download."""
    part = next((part for part in _mail_or_404(request, mail_id).parts if part.number == number), None)
    if part is None:
        raise Http404
    response = HttpResponse(part.content, content_type="application/octet-stream")
    name = re.sub(r"[^\w.-]", "_", part.name)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = SANDBOX
    return response


def _mail_or_404(request, mail_id: str):
    mail = find_mail(_folder(), mail_id, hosts=_hosts(request))
    if mail is None:
        raise Http404
    return mail


def _folder() -> Path:
    return Path(settings.MAILBOX_DIR)


def _hosts(request) -> set[str] | None:
    """Whose mails are shown here: a company's host never shows another company's (TEN-2)."""
    tenant = getattr(request, "tenant", None)
    return set(tenant.hosts.values_list("host", flat=True)) if tenant else None


def _zone(request) -> str:
    tenant = getattr(request, "tenant", None)
    return tenant.time_zone if tenant else DEFAULT_ZONE
