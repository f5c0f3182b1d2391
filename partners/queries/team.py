"""A partner's people and the web roles that it gives them (PRT-7)."""

from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from portal.access.viewer import Viewer
from portal.accounts.enums import Section
from portal.accounts.models import Contact, ContactRole, WebRole

SHOWN = 200


def partner_roles() -> list[WebRole]:
    """The web roles that open opportunities and no other section, by name."""
    counted = WebRole.objects.annotate(
        sections=Count("grants"), own=Count("grants", filter=Q(grants__section=Section.OPPORTUNITIES))
    )
    return list(counted.filter(sections=1, own=1).prefetch_related("grants").order_by("name", "pk"))


def colleagues(viewer: Viewer) -> QuerySet:
    """The people of the viewer's own account, each with the web roles that it holds."""
    roles = ContactRole.objects.select_related("role").order_by("role__name", "pk")
    rows = Contact.objects.filter(account=viewer.account_id, is_active=True)
    return rows.prefetch_related(Prefetch("roles", queryset=roles)).order_by("full_name", "pk")


def colleague(viewer: Viewer, pk: UUID) -> Contact | None:
    """One of them; None for anybody else."""
    return colleagues(viewer).filter(pk=pk).first()


def administrators_of(account_id: UUID) -> list[Contact]:
    """Who signs in at the account and manages its team for opportunities."""
    managing = WebRole.objects.filter(manages_team=True, grants__section=Section.OPPORTUNITIES)
    given = ContactRole.objects.filter(role__in=managing)
    rows = Contact.objects.filter(account=account_id, is_active=True, user__isnull=False, user__is_active=True)
    return list(rows.filter(pk__in=given.values("contact")).order_by("pk")[:2])
