"""The three companies of the demo (DESIGN.md, names that are fixed)."""

import datetime as dt
from dataclasses import dataclass

from portal.tenancy.models import Tenant, TenantHost
from scheduling.enums import SlotMode

EVERYTHING = ("scheduling", "field_service", "projects", "opportunities")


@dataclass(frozen=True)
class Contract:
    """What an account has agreed with the company: visits every so many months to its equipment of a category, and a monthly price."""

    account: str
    name: str
    category: str
    visit: str
    product: str = "COVER"
    description: str = ""
    months: int = 3


@dataclass(frozen=True)
class DemoTenant:
    """What a company is, and how it lets customers book."""

    slug: str
    name: str
    time_zone: str
    currency: str
    languages: tuple[str, ...]
    accent: str
    phone: str
    tax: tuple[str, str]
    price_lists: tuple[str, str]
    large_customers: tuple[str, ...]
    contracts: tuple[Contract, ...]
    offered: str
    withdrawn: str
    sections: tuple[str, ...] = ("scheduling", "field_service")
    slot_mode: SlotMode = SlotMode.EXACT
    grid_minutes: int = 30
    windows: tuple[tuple[str, dt.time, dt.time], ...] = ()
    speed_kmh: int = 30
    closures: tuple[tuple[int, int, str], ...] = ()


HARBOR = DemoTenant(
    slug="harbor",
    name="Harbor Heating",
    time_zone="America/New_York",
    currency="USD",
    languages=("en",),
    accent="#b4441c",
    phone="+1 212 555 0100",
    tax=("New York sales tax", "8.875"),
    price_lists=("Standard prices", "Property managers"),
    large_customers=("H-1001", "H-1003"),
    contracts=tuple(
        Contract(
            number,
            "Boiler maintenance",
            "Boiler",
            "Quarterly boiler check",
            description="Four checks a year for each boiler, spare parts for the burner included.",
        )
        for number in ("H-1001", "H-1002")
    ),
    offered="Plumbing cover",
    withdrawn="Night call-outs",
    speed_kmh=25,
    closures=((1, 1, "New Year's Day"), (7, 4, "Independence Day"), (12, 25, "Christmas Day")),
)
MERIDIAN = DemoTenant(
    slug="meridian",
    name="Meridian Lifts",
    time_zone="Europe/London",
    currency="GBP",
    languages=("en-gb", "de"),
    accent="#14506b",
    phone="+44 20 7946 0100",
    tax=("VAT", "20"),
    price_lists=("Standard prices", "Estates"),
    large_customers=("M-2001",),
    contracts=tuple(
        Contract(
            number,
            "Lift maintenance",
            "Traction lift",
            "Six-monthly inspection",
            description="Regular inspection of each lift, with report.",
            months=6,
        )
        for number in ("M-2001", "M-2003")
    ),
    offered="Door operator cover",
    withdrawn="Weekend stand-by",
    sections=EVERYTHING,
    slot_mode=SlotMode.WINDOWS,
    windows=(
        ("Arrival in the morning", dt.time(8), dt.time(12)),
        ("Arrival in the afternoon", dt.time(12), dt.time(17)),
    ),
    closures=((1, 1, "New Year's Day"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day")),
)
WAHA = DemoTenant(
    slug="waha",
    name="Al Waha Cooling",
    time_zone="Asia/Dubai",
    currency="AED",
    languages=("ar", "en"),
    accent="#0e6e6d",
    phone="+971 4 555 0100",
    tax=("ضريبة القيمة المضافة", "5"),
    price_lists=("الأسعار العامة", "أسعار العقود"),
    large_customers=("W-3001",),
    contracts=(Contract("W-3001", "عقد صيانة المكيفات", "مكيف سبليت", "صيانة دورية"),),
    offered="عقد صيانة المبرد",
    withdrawn="خدمة ليلية",
    speed_kmh=40,
    closures=((12, 2, "اليوم الوطني"),),
)
TENANTS = (HARBOR, MERIDIAN, WAHA)


def open_tenant(demo: DemoTenant) -> Tenant:
    """The company with its host; what staff changed since stays."""
    tenant, _is_new = Tenant.objects.get_or_create(
        slug=demo.slug,
        defaults={
            "name": demo.name,
            "time_zone": demo.time_zone,
            "currency": demo.currency,
            "languages": list(demo.languages),
            "sections": list(demo.sections),
            "accent": demo.accent,
            "support_email": f"service@{demo.slug}.example",
            "support_phone": demo.phone,
        },
    )
    TenantHost.objects.get_or_create(host=f"{demo.slug}.localhost", defaults={"tenant": tenant, "is_primary": True})
    return tenant
