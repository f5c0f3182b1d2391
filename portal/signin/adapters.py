"""allauth in our terms: the host decides who may enter, mails go through the outbox, nobody signs up (TEN-7, TEN-8)."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from portal.accounts.queries import contact_of
from portal.signin.domain.mails import ask_to_confirm, tell_of_change
from portal.signin.doors import landing_of, may_enter
from portal.web.language import remember_language

LONGEST_BROWSER = 200
# allauth's code of the refusal to try any further.
TOO_MANY = "too_many_login_attempts"


class AccountAdapter(DefaultAccountAdapter):
    """Answers that do not tell whether somebody has a login here or elsewhere."""

    error_messages = DefaultAccountAdapter.error_messages | {
        TOO_MANY: _(
            "Too many wrong tries. Wait five minutes, then try again, or choose a new password by “Forgot your password?”."
        )
    }

    def is_open_for_signup(self, request):
        return False

    def pre_authenticate(self, request, **credentials):
        """Count the attempt; without the server that counts, nobody signs in (SECURITY 24: limits fail closed)."""
        if not cache.is_up():
            raise ValidationError(_("Signing in is not possible at the moment. Try again in a minute."))
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request, **credentials):
        """The user, if the host is theirs. A right password on another company's host counts as a wrong one."""
        user = super().authenticate(request, **credentials)
        if user is None or not user.is_active or may_enter(user):
            return user
        self.pre_authenticate(request, **credentials)
        self.authentication_failed(request, **credentials)
        return None

    def pre_login(self, request, user, **kwargs):
        """The last door, whatever proved the person."""
        if user.is_active and not may_enter(user):
            clear_login(request)
            self.add_message(request, messages.ERROR, message=str(self.error_messages["email_password_mismatch"]))
            return redirect("account_login")
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request, user, **kwargs):
        """From here on pages speak the contact's language, unless this browser chose one."""
        response = super().post_login(request, user, **kwargs)
        contact = contact_of(user) if request.tenant else None
        if contact and contact.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            remember_language(response, contact.language)
        return response

    def get_login_redirect_url(self, request):
        return landing_of(request.user) or super().get_login_redirect_url(request)

    def send_confirmation_mail(self, request, emailconfirmation, signup):
        ask_to_confirm(emailconfirmation.email_address)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        address = email or EmailAddress.objects.get_primary_email(user) or user.email
        tell_of_change(
            user,
            template_prefix.rsplit("/", 1)[-1],
            address=address,
            ip=self.get_client_ip(self.request),
            browser=self.get_http_user_agent(self.request)[:LONGEST_BROWSER],
        )

    def send_mail(self, template_prefix, email, context):
        """Every mail has its message class; a new one of allauth must get its own rather than go round the outbox."""
        raise ImproperlyConfigured(f"No message stands for {template_prefix}.")
