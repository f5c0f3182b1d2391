"""Web roles: rows that staff edit and assign (TEN-4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Level, Section
from portal.accounts.models.contacts import Contact
from portal.tenancy.models import TenantModel


class WebRole(TenantModel):
    """A named bundle of section grants."""

    name = models.CharField(_("name"), max_length=80)
    key = models.SlugField(_("key"), max_length=60, blank=True, editable=False)
    description = models.CharField(_("description"), max_length=200, blank=True)
    includes_child_accounts = models.BooleanField(
        _("reaches child accounts"), default=False, help_text=_("The contact also reaches the accounts below its own.")
    )
    manages_team = models.BooleanField(
        _("manages the account's team"),
        default=False,
        help_text=_("Invites colleagues of its own account and gives them web roles for opportunities."),
    )

    class Meta:
        verbose_name = _("web role")
        verbose_name_plural = _("web roles")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="web_role_name_once",
                violation_error_message=_("Another web role has this name."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "key"],
                condition=~models.Q(key=""),
                name="web_role_key_once",
                violation_error_message=_("This shipped web role exists already."),
            ),
        ]

    def __str__(self):
        return self.name


class WebRoleGrant(TenantModel):
    """What a web role opens: a section, at a level, with or without its money."""

    role = models.ForeignKey(WebRole, on_delete=models.CASCADE, related_name="grants", verbose_name=_("web role"))
    section = models.CharField(_("section"), max_length=30, choices=Section.choices)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.READ)
    sees_money = models.BooleanField(
        _("sees money"), default=False, help_text=_("Prices, totals, taxes and balances, in pages and files alike.")
    )
    own_only = models.BooleanField(
        _("own records only"), default=False, help_text=_("Only what is assigned to the contact or shared with it.")
    )

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.UniqueConstraint(
                fields=["role", "section"],
                name="grant_section_once",
                violation_error_message=_("The section is listed already."),
            ),
        ]

    def __str__(self):
        return f"{self.get_section_display()}: {self.get_level_display()}"


class ContactRole(TenantModel):
    """A web role given to a contact."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="roles", verbose_name=_("contact"))
    role = models.ForeignKey(WebRole, on_delete=models.PROTECT, related_name="holders", verbose_name=_("web role"))
    given_at = models.DateTimeField(_("given"), auto_now_add=True)

    class Meta:
        verbose_name = _("web role of a contact")
        verbose_name_plural = _("web roles of contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "role"],
                name="contact_role_once",
                violation_error_message=_("The contact has this web role already."),
            ),
        ]

    def __str__(self):
        return f"{self.contact}: {self.role}"
