"""A tenant is one company; the request's host picks it (TEN-1)."""

import zoneinfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.kit.ids import uuid7
from portal.kit.zones import zone_names


def validate_time_zone(value):
    """Refuse a name that the zone database does not know."""
    if value not in zone_names():
        raise ValidationError(_("“%(name)s” is no time zone. Use a name like Europe/London."), params={"name": value})


def default_languages():
    return ["en"]


def default_sections():
    return ["scheduling", "field_service", "projects", "opportunities"]


class Tenant(models.Model):
    """A service company. Not tenant data itself: read by the door before any scope is open."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(
        _("short name"), max_length=40, unique=True, help_text=_("Lower-case letters, digits and hyphens.")
    )
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    currency = models.CharField(
        _("currency"), max_length=3, default="USD", validators=[RegexValidator(r"^[A-Z]{3}$", _("Use three capitals."))]
    )
    languages = ArrayField(models.CharField(max_length=10), verbose_name=_("languages"), default=default_languages)
    sections = ArrayField(models.CharField(max_length=30), verbose_name=_("sections"), default=default_sections)
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#0f5fa8",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Use a colour like #0f5fa8."))],
    )
    logo = models.ImageField(_("logo"), upload_to="logos", blank=True)
    support_email = models.EmailField(_("support e-mail"), blank=True)
    support_phone = models.CharField(_("support phone"), max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            models.CheckConstraint(
                name="tenant_slug_lower",
                condition=models.Q(slug__regex=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"),
                violation_error_message=_("The short name may hold lower-case letters, digits and hyphens only."),
            ),
            models.CheckConstraint(
                name="tenant_has_language",
                condition=models.Q(languages__len__gte=1),
                violation_error_message=_("Name at least one language."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def default_language(self) -> str:
        return self.languages[0]

    def language_for(self, code: str) -> str:
        """Of the company's languages the asked one, or its variety here (en-gb for en), or the first."""
        if code in self.languages:
            return code
        base = code.partition("-")[0]
        return next((each for each in self.languages if each.partition("-")[0] == base), self.default_language)


class TenantHost(models.Model):
    """A host name that leads to a tenant, without the port."""

    host = models.CharField(_("host"), max_length=253, primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="hosts", verbose_name=_("company"))
    is_primary = models.BooleanField(_("used in links"), default=False)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        constraints = [
            models.CheckConstraint(
                name="tenant_host_lower",
                condition=models.Q(host__regex=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"),
                violation_error_message=_("Write the host in lower case, without port."),
            ),
            models.UniqueConstraint(
                name="tenant_host_one_primary",
                fields=["tenant"],
                condition=models.Q(is_primary=True),
                violation_error_message=_("Another host is already used in links."),
            ),
        ]

    def __str__(self):
        return self.host
