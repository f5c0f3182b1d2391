"""Contacts and web roles as access completes them: the apps below know nothing of who sees what."""

from uuid import UUID

from django.contrib import admin

from portal.access.admin.asking import AsksFirst
from portal.access.admin.previews import PreviewMixin
from portal.access.difference import PEOPLE_LIMIT
from portal.accounts.admin.contacts import ContactAdmin
from portal.accounts.admin.web_roles import WebRoleAdmin
from portal.accounts.models import Contact, ContactRole, WebRole
from portal.tenancy.admin import portal_admin

portal_admin.unregister([Contact, WebRole])


@admin.register(Contact, site=portal_admin)
class PortalContactAdmin(AsksFirst, PreviewMixin, ContactAdmin):
    """The contact with the way into its portal; its account and web roles change what it sees."""

    def concerned(self, contact: Contact) -> list[UUID]:
        return [contact.pk]


@admin.register(WebRole, site=portal_admin)
class PortalWebRoleAdmin(AsksFirst, WebRoleAdmin):
    """The web role, whose grants change what everybody sees who holds it."""

    def concerned(self, role: WebRole) -> list[UUID]:
        """Who holds it, one more than are counted."""
        holders = ContactRole.objects.filter(role=role).order_by("contact").values_list("contact", flat=True)
        return list(holders[: PEOPLE_LIMIT + 1])
