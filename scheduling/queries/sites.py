"""The sites at which a viewer may book, as choices of a form."""

from dataclasses import dataclass
from uuid import UUID

from fieldservice.models import Asset, FunctionalLocation, IncidentType
from portal.access.viewer import Viewer
from portal.accounts.enums import Section
from portal.accounts.models import Account
from portal.geo.models import Place
from portal.tenancy.compiled import Compiled

# A longer list is searched, not scrolled.
CHOICES = 200


@dataclass(frozen=True, slots=True)
class Site:
    """A functional location, or the address of an account."""

    key: UUID
    label: str
    account: Account
    place: Place
    is_location: bool


def location_site(location: FunctionalLocation) -> Site:
    return Site(location.pk, location.name, location.account, location.place, is_location=True)


def account_site(account: Account) -> Site:
    return Site(account.pk, account.name, account, account.place, is_location=False)


def sites_for(viewer: Viewer, *, text: str = "") -> list[Site]:
    """The viewer's sites with a position, locations first, at most `CHOICES`; two queries."""
    reach = sorted(viewer.reach(Section.SCHEDULING))
    locations = FunctionalLocation.objects.filter(
        account_id__in=reach, is_active=True, place__latitude__isnull=False
    ).select_related("account", "place")
    accounts = Account.objects.filter(pk__in=reach, is_active=True, place__latitude__isnull=False).select_related(
        "place"
    )
    if text:
        locations = locations.filter(name__icontains=text)
        accounts = accounts.filter(name__icontains=text)
    found = [location_site(each) for each in locations.order_by("name", "pk")[:CHOICES]]
    if len(found) < CHOICES:
        found += [account_site(each) for each in accounts.order_by("name", "pk")[: CHOICES - len(found)]]
    return found


account_by_id = Compiled(
    lambda key: (
        Account.objects.filter(pk=key, is_active=True, place__latitude__isnull=False)
        .select_related("place")
        .order_by("pk")[:1]
    )
)
location_by_id = Compiled(
    lambda key, reach: (
        FunctionalLocation.objects.filter(pk=key, account__among=reach, is_active=True, place__latitude__isnull=False)
        .select_related("account", "place")
        .order_by("pk")[:1]
    )
)


def site_of(viewer: Viewer, key: UUID) -> Site | None:
    """One of the viewer's sites; one query."""
    reach = viewer.reach(Section.SCHEDULING)
    if key in reach:
        account = account_by_id.first(key)
        return account_site(account) if account else None
    location = location_by_id.first(key, reach)
    return location_site(location) if location else None


def assets_for(viewer: Viewer, *, only: UUID | None = None, site: Site | None = None) -> list[Asset]:
    """The viewer's assets that may be serviced, at one site when it is named; one query."""
    assets = Asset.objects.visible_to(viewer).filter(
        is_active=True, account_id__in=sorted(viewer.reach(Section.SCHEDULING))
    )
    if only is not None:
        assets = assets.filter(pk=only)
    if site is not None:
        assets = assets.filter(account=site.account)
        if site.is_location:
            assets = assets.filter(location_id=site.key)
    return list(assets.select_related("location__place", "location__account").order_by("name", "pk")[:CHOICES])


def open_services():
    """The incident types that the tenant opened for customers."""
    return IncidentType.objects.filter(is_active=True, is_self_schedulable=True).select_related("work_order_type")


service_by_id = Compiled(lambda key: open_services().filter(pk=key).order_by("pk")[:1])


def services(*, only: UUID | None = None) -> list[IncidentType]:
    """The incident types that the tenant opened for customers, or one of them."""
    if only is not None:
        return service_by_id(only)
    return list(open_services().order_by("display_name", "pk")[:CHOICES])
