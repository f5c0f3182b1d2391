"""The other side, and how it is reached."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integrations.enums import AuthKind
from portal.tenancy.models import TenantModel


class Connection(TenantModel):
    """A service that speaks OData 4. `company` is the legal entity over there whose records are exchanged."""

    name = models.CharField(_("name"), max_length=80)
    base_url = models.URLField(_("address"), max_length=500, help_text=_("Of the service, up to /data/ or the like."))
    company = models.CharField(_("legal entity"), max_length=20, blank=True)
    auth = models.CharField(_("sign-in"), max_length=20, choices=AuthKind.choices, default=AuthKind.NONE)
    token_url = models.URLField(_("address of the sign-in"), max_length=500, blank=True)
    client_id = models.CharField(_("client id"), max_length=120, blank=True)
    client_secret = models.CharField(_("client secret"), max_length=500, blank=True, editable=False)
    scope = models.CharField(_("scope"), max_length=300, blank=True)
    resource = models.CharField(_("resource"), max_length=300, blank=True)
    is_cross_company = models.BooleanField(
        _("asks across legal entities"),
        default=False,
        help_text=_("Finance and Operations show only the login's own legal entity otherwise."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="connection_name_once",
                violation_error_message=_("There is a connection of this name."),
            ),
            models.CheckConstraint(
                name="connection_signs_in",
                condition=~Q(auth=AuthKind.CLIENT_CREDENTIALS) | (~Q(token_url="") & ~Q(client_id="")),
                violation_error_message=_("A sign-in needs its address and the client id."),
            ),
        ]

    def __str__(self):
        return self.name
