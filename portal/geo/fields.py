"""A time zone that falls back to the tenant's, and areas on a map."""

from django.db import models
from django.db.models import IntegerField, Transform
from django.utils.translation import gettext_lazy as _

from portal.geo.distance import Point
from portal.tenancy.models.tenants import validate_time_zone
from portal.tenancy.scope import current_tenant

NO_BRACKETS = str.maketrans("", "", "()")


class TimeZoneField(models.CharField):
    """An IANA time zone name. Left empty, a row is saved with the zone of the tenant in scope (D6)."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("help_text", _("A name like Europe/London. Left empty, it is taken from the address."))
        kwargs.setdefault("validators", [validate_time_zone])
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance, add):
        if not getattr(model_instance, self.attname):
            setattr(model_instance, self.attname, current_tenant().time_zone)
        return super().pre_save(model_instance, add)


class RingField(models.Field):
    """PostgreSQL's own polygon: the corners of an area as points, longitude as x and latitude as y."""

    description = _("Area on a map")

    def db_type(self, connection):
        return "polygon"

    def get_placeholder(self, value, compiler, connection):
        return "%s::polygon"

    def get_prep_value(self, value):
        if value is None:
            return None
        return "(" + ",".join(f"({each.longitude!r},{each.latitude!r})" for each in value) + ")"

    def from_db_value(self, value, expression, connection):
        if value is None:
            return None
        numbers = [float(each) for each in value.translate(NO_BRACKETS).split(",")]
        return tuple(Point(y, x) for x, y in zip(numbers[::2], numbers[1::2], strict=True))


@RingField.register_lookup
class CornerCount(Transform):
    """How many corners an area has."""

    lookup_name = "corner_count"
    function = "npoints"
    output_field = IntegerField()
