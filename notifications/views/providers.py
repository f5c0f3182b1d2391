"""`/hooks/mail/`: the mail provider tells what became of our mails (SECURITY 22). The provider's signature is the key."""

from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.web.declarations import Rule, declare

METHODS = ("HEAD", "POST")
# Of providers that name a mail by the Message-ID that it was sent with.
VIEWS = {"mailgun": MailgunTrackingWebhookView, "sendgrid": SendGridTrackingWebhookView}


@csrf_exempt
@login_not_required
@require_http_methods(METHODS)
@declare(Rule.SECRET, methods=METHODS)
def provider_reports(request):
    """One address for all companies, on the platform's host; 404 where no provider is set."""
    view = VIEWS.get(settings.MAIL_PROVIDER)
    if view is None or request.tenant is not None:
        raise Http404
    try:
        return view.as_view()(request)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        # Signed, and yet not what this provider sends.
        raise BadRequest from error
