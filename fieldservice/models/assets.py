"""What is serviced, and where it stands (FS-3)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.models import ExposedModel
from portal.accounts.enums import Section
from portal.tenancy.models import TenantModel


class FunctionalLocation(TenantModel):
    """A site, a floor, a room: the place of an asset is where the visit goes."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=160)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    place = models.ForeignKey("geo.Place", on_delete=models.PROTECT, related_name="+", verbose_name=_("address"))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("functional location")
        verbose_name_plural = _("functional locations")
        constraints = [
            models.CheckConstraint(
                name="location_not_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                violation_error_message=_("A location cannot be part of itself."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "account", "name"], name="location_of_account")]

    def __str__(self):
        return self.name


class Asset(ExposedModel):
    """A customer asset: a boiler, a lift, a cooling unit."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=160)
    serial_number = models.CharField(_("serial number"), max_length=80, blank=True)
    category = models.CharField(_("category"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    location = models.ForeignKey(
        FunctionalLocation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assets",
        verbose_name=_("functional location"),
    )
    # The top of the tree, kept by the database; empty on the top itself.
    master = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("master asset"),
    )
    product = models.ForeignKey(
        "catalog.Product", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    manufacturer = models.CharField(_("manufacturer"), max_length=80, blank=True)
    model_name = models.CharField(_("model"), max_length=80, blank=True)
    warranty_starts_date = models.DateField(_("warranty from"), null=True, blank=True)
    warranty_ends_date = models.DateField(_("warranty until"), null=True, blank=True)
    warranty_terms = models.CharField(_("what the warranty covers"), max_length=300, blank=True)
    description = models.TextField(_("description for customers"), blank=True, max_length=2000)
    internal_notes = models.TextField(
        _("internal notes"), blank=True, max_length=4000, help_text=_("Never shown to customers.")
    )
    installed_date = models.DateField(_("installed"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Access:
        section = Section.FIELD_SERVICE
        account = "account"
        page = "fieldservice:asset_detail"

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        constraints = [
            models.CheckConstraint(
                name="asset_not_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                violation_error_message=_("An asset cannot be its own parent."),
            ),
            models.CheckConstraint(
                name="asset_not_own_master",
                condition=Q(master__isnull=True) | ~Q(master=F("id")),
            ),
            models.CheckConstraint(
                name="asset_warranty_dates",
                condition=Q(warranty_starts_date__isnull=True)
                | Q(warranty_ends_date__isnull=True)
                | Q(warranty_starts_date__lte=F("warranty_ends_date")),
                violation_error_message=_("The warranty ends after it begins."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "account", "serial_number"],
                condition=~Q(serial_number=""),
                name="asset_serial_once",
                violation_error_message=_("The account has an asset with this serial number."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "account", "name", "id"], name="asset_of_account"),
            models.Index(fields=["tenant", "parent", "name", "id"], name="asset_below"),
            models.Index(fields=["tenant", "master"], name="asset_of_master"),
        ]

    def __str__(self):
        return self.name
