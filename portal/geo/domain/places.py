"""Write a place; find its position, time zone and territory (SCH-10)."""

from copy import copy

from django.db import transaction

from portal.audit.domain import record
from portal.geo.addresses import Address, one_line
from portal.geo.enums import GeocodedBy, GeocodeNote, Quality
from portal.geo.geocoding import Answer, current_geocoding
from portal.geo.models import Place, Territory
from portal.geo.queries import territory_of, waiting_places
from portal.kit import clock
from portal.kit.jobs import after_commit
from portal.tenancy.scope import current_tenant, tenant_scope

TYPED = ("name", "line1", "line2", "city", "region", "postal_code", "country", "time_zone")


@transaction.atomic
def save_place(place: Place, *, by=None) -> Place:
    """Write a new or changed place, audited; raises ValidationError.

    A position that was typed stays as it is. Otherwise the offline gazetteer places a new address at once, and a geocoding
    service, where one is set, is asked after the commit. An empty time zone becomes that of the address, else the
    tenant's. The territory follows position and postal code unless somebody chose it by hand.
    """
    tidy(place)
    former = Place.objects.filter(pk=place.pk).order_by("pk").first()
    is_new_address = former is None or former.address != place.address
    if place.point is not None and (former is None or former.point != place.point):
        take_typed_position(place)
    elif (is_new_address or place.point is None) and not _half_typed(place):
        geocoding = current_geocoding()
        take_answer(place, geocoding.ask_offline(place.address))
        place.geocode_due = geocoding.has_service and bool(place.address)
    place.territory = _territory(place, former)
    place.full_clean()
    place.save()
    _record(place, former, by)
    if place.geocode_due:
        after_commit("geo.locate_place", place.tenant_id, place.pk)
    return place


def locate(place_id) -> Place | None:
    """Ask for the position of a place that waits for one; None when it is gone or does not wait.

    Opens two short transactions of its own and asks between them, for no network call may happen inside one.
    """
    tenant = current_tenant()
    with tenant_scope(tenant):
        place = waiting_places().filter(pk=place_id).first()
    if place is None:
        return None
    answer = current_geocoding().ask(place.address)
    with tenant_scope(tenant):
        return apply_answer(place_id, place.address, answer)


@transaction.atomic
def apply_answer(place_id, asked: Address, answer: Answer) -> Place | None:
    """Write what came of asking for the address `asked`; a place that was changed or typed meanwhile stays as it is."""
    place = Place.objects.select_for_update(of=("self",), no_key=True).filter(pk=place_id).order_by("pk").first()
    if place is None or place.address != asked or place.geocoded_by == GeocodedBy.MANUAL:
        return None
    former = copy(place)
    take_answer(place, answer)
    place.geocode_due = answer.ask_again
    place.territory = _territory(place, former)
    place.save()
    if former.point != place.point:
        record(
            None,
            "place.locate",
            place,
            before={"position": _text(former.point)},
            after={"position": _text(place.point), "by": place.geocoded_by},
        )
    return place


def find_again(place: Place, *, by=None) -> Place:
    """Forget the position, typed ones too, and look the address up anew."""
    place.latitude = place.longitude = None
    return save_place(place, by=by)


@transaction.atomic
def ask_for_waiting(*, limit: int) -> int:
    """Send a task for each place that waits, `limit` at most; the number of them."""
    tenant = current_tenant()
    ids = list(waiting_places().values_list("pk", flat=True)[:limit])
    for place_id in ids:
        after_commit("geo.locate_place", tenant.pk, place_id)
    return len(ids)


def tidy(place: Place) -> None:
    """Blanks, country and postal code of what was typed, in one form."""
    for name in TYPED:
        setattr(place, name, " ".join(getattr(place, name).split()))
    place.country = place.country.upper()
    place.postal_code = place.postal_code.upper()


def _half_typed(place: Place) -> bool:
    """A latitude without longitude or the reverse: no position, and a mistake that must not be papered over."""
    return (place.latitude is None) != (place.longitude is None)


def take_typed_position(place: Place) -> None:
    """Mark the position of an unsaved place as typed; asks the gazetteer for the time zone only."""
    place.geocoded_by = GeocodedBy.MANUAL
    place.geocode_quality = Quality.ADDRESS
    place.geocode_note = GeocodeNote.NONE
    place.geocoded_at = clock.now()
    place.geocode_due = False
    if not place.time_zone:
        found = current_geocoding().ask_offline(place.address).found
        place.time_zone = found.time_zone if found else ""


def take_answer(place: Place, answer: Answer) -> None:
    """Put what came of asking into an unsaved place; a time zone that is there stays."""
    found = answer.found
    place.latitude, place.longitude = found.point if found else (None, None)
    place.geocoded_by = found.source if found else GeocodedBy.NONE
    place.geocode_quality = found.quality if found else Quality.UNKNOWN
    place.geocode_note = answer.note
    place.geocoded_at = clock.now() if found else None
    if found and not place.time_zone:
        place.time_zone = found.time_zone


def _territory(place: Place, former: Place | None) -> Territory | None:
    """The territory in which the place lies, unless one was chosen by hand."""
    if former is None:
        return place.territory or found_for(place)
    same_code = (former.country, former.postal_code) == (place.country, place.postal_code)
    if place.territory_id != former.territory_id or (same_code and former.point == place.point):
        return place.territory
    found, found_before = found_for(place), found_for(former)
    if same_code and found == found_before:
        return place.territory
    was_by_hand = former.territory != found_before
    return place.territory if found is None and was_by_hand else found


def found_for(place: Place) -> Territory | None:
    """The territory of where the place is now."""
    return territory_of(place.country, place.postal_code, place.point)


def _record(place: Place, former: Place | None, by) -> None:
    before, after = _facts(former) if former else {}, _facts(place)
    if former is None:
        record(by, "place.add", place, after=after)
    elif changed := [name for name in after if before[name] != after[name]]:
        record(
            by,
            "place.change",
            place,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )


def _facts(place: Place) -> dict[str, str]:
    return {
        "name": place.name,
        "address": one_line(place),
        "position": _text(place.point),
        "time_zone": place.time_zone,
        "territory": str(place.territory or ""),
    }


def _text(point) -> str:
    return f"{point.latitude:.6f}, {point.longitude:.6f}" if point else ""
