"""What makes a search interesting: days off, a site with hours, a preferred technician, an excluded account."""

import datetime as dt

from fieldservice.models import FunctionalLocation
from portal.accounts.models import Account
from portal.kit import clock
from portal.tenancy.scope import current_tenant
from scheduling.enums import PreferenceKind
from scheduling.models import BookableResource, ExcludedAccount, OpeningHours, ResourcePreference, TimeOff

# By company: resource, first and last day from today, reason.
DAYS_OFF = {
    "harbor": (
        ("T-05", 1, 5, "Holiday"),
        ("T-11", -3, 2, "Sick"),
        ("T-16", 7, 18, "Holiday"),
        ("T-20", 3, 3, "Training"),
    ),
    "meridian": (("E-03", 2, 6, "Holiday"), ("E-06", 1, 1, "Training")),
    "waha": (("W-04", 1, 3, "إجازة"),),
}
PREFERENCES = {
    "harbor": (("H-1001", "T-09", PreferenceKind.PREFERRED), ("H-1001", "T-14", PreferenceKind.RESTRICTED)),
    "meridian": (("M-2001", "E-01", PreferenceKind.PREFERRED),),
    "waha": (),
}
EXCLUDED = {"harbor": ("H-1005", "H-2005"), "meridian": ("M-2004",), "waha": ("W-3003",)}
OPEN_ON_WEEKDAYS = {"harbor": "H-1002", "meridian": "M-2003", "waha": "W-3002"}


def set_calendars() -> None:
    """For the tenant in scope; what is there stays."""
    slug = current_tenant().slug
    resources = {each.external_number: each for each in BookableResource.objects.exclude(external_number="")}
    accounts = {each.number: each for each in Account.objects.filter(number__regex=r"^[HMW]-[123]00")}
    if not TimeOff.objects.exists():
        for number, first, last, reason in DAYS_OFF[slug]:
            take_off(resources[number], first, last, reason)
    for account, number, kind in PREFERENCES[slug]:
        ResourcePreference.objects.get_or_create(
            account=accounts[account], resource=resources[number], defaults={"kind": kind}
        )
    for number in EXCLUDED[slug]:
        if number in accounts:
            ExcludedAccount.objects.get_or_create(account=accounts[number])
    open_site(accounts.get(OPEN_ON_WEEKDAYS[slug]))


def take_off(resource: BookableResource, first: int, last: int, reason: str) -> None:
    """Whole days of the resource, counted from today."""
    midnight = clock.now().astimezone(current_tenant().zone).replace(hour=0, minute=0, second=0, microsecond=0)
    TimeOff.objects.create(
        resource=resource,
        starts_at=midnight + dt.timedelta(days=first),
        ends_at=midnight + dt.timedelta(days=last + 1),
        reason=reason,
    )


def open_site(account: Account | None) -> None:
    """The account's first site lets technicians in on weekdays from 9 to 16."""
    sites = FunctionalLocation.objects.filter(account=account).select_related("place")
    site = sites.order_by("name", "pk").first() if account else None
    if site and not OpeningHours.objects.filter(place=site.place).exists():
        OpeningHours.objects.bulk_create(
            OpeningHours(place=site.place, weekday=weekday, opens=dt.time(9), closes=dt.time(16))
            for weekday in range(5)
        )
