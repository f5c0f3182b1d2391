"""Numbers for people, each given once."""

from collections.abc import Iterable

from django.db import connection

from portal.catalog.models import NumberSeries
from portal.catalog.numbering import series_of
from portal.tenancy.scope import current_tenant

LONGEST_NUMBER = 15


def take_number(kind: str) -> str:
    """The tenant's next number of this kind; holds the series' row until the transaction ends."""
    return take_numbers(kind, 1)[0]


def take_numbers(kind: str, count: int) -> list[str]:
    """The tenant's next `count` numbers of this kind, by one statement."""
    fresh = NumberSeries(kind=kind, prefix=series_of(kind).prefix)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_numberseries AS series (id, tenant_id, kind, prefix, next_number)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (tenant_id, kind)"
            " DO UPDATE SET next_number = series.next_number + %s"
            " RETURNING prefix, next_number",
            [fresh.pk, current_tenant().pk, kind, fresh.prefix, fresh.next_number + count, count],
        )
        prefix, following = cursor.fetchone()
    return [f"{prefix}{number}" for number in range(following - count, following)]


def keep_numbers_ahead(kind: str, numbers: Iterable[str]) -> None:
    """Move the series beyond numbers that came from elsewhere, so that it never gives one of them out."""
    series = NumberSeries.objects.filter(kind=kind).order_by("pk").first() or NumberSeries(
        kind=kind, prefix=series_of(kind).prefix
    )
    digits = [number.removeprefix(series.prefix) for number in numbers if number.startswith(series.prefix)]
    highest = max((int(each) for each in digits if each.isdecimal() and len(each) <= LONGEST_NUMBER), default=0)
    if highest >= series.next_number:
        take_numbers(kind, highest - series.next_number + 1)
