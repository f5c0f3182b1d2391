"""Pages of the admin that ask the other side: what is read before and after stands in transactions of its own (0005)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.admin.utils import unquote
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.domain.remote import connect
from integrations.models import Connection
from integrations.odata.errors import NotConnected, Refused, RemoteError, Temporary, Unknown
from integrations.odata.metadata import Metadata
from portal.tenancy.scope import own_transactions, tenant_scope

# What a service offers is kept for so long; a test of the connection reads it again.
METADATA_SECONDS = 7 * 24 * 3600


class Found(NamedTuple):
    """What the other side said, or a sentence why it said nothing."""

    answer: Any = None
    problem: str = ""


def asking(page, prepare: Callable, ask: Callable, show: Callable, *, is_post_only: bool = False):
    """The view `show(request, record, found)` of one record.

    `prepare(record)` reads in a transaction what `ask(prepared)` needs, which talks to the other side outside of any.
    """

    @own_transactions
    def view(request, object_id):
        with tenant_scope(request.tenant):
            if not page.admin_site.has_permission(request):
                raise PermissionDenied
            if is_post_only and request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            record = page.get_object(request, unquote(object_id))
            if record is None:
                raise Http404
            prepared = prepare(record)
        found = answered(lambda: ask(prepared))
        with tenant_scope(request.tenant), timezone.override(request.tenant.zone):
            response = show(request, record, found)
            if getattr(response, "is_rendered", True) is False:
                response.render()
            return response

    return view


def answered(ask: Callable) -> Found:
    """What came of asking, in words where nothing did."""
    try:
        return Found(ask())
    except NotConnected as error:
        return Found(problem=_("Address, sign-in or service do not fit: %(words)s") % {"words": error})
    except Refused as error:
        return Found(problem=_("The other system refuses: %(words)s") % {"words": error.message})
    except (Temporary, Unknown) as error:
        return Found(problem=_("The other system does not answer now: %(words)s") % {"words": error})
    except RemoteError as error:
        return Found(problem=str(error))


def read_metadata(connection: Connection) -> Metadata:
    """What the service offers, asked anew and kept for the mappings. Raises RemoteError."""
    with connect(connection) as service:
        service.known = None
        return service.metadata()


def keep(connection: Connection, metadata: Metadata, sets: set[str]) -> None:
    """Keep what the mappings of a connection choose from: the names of all sets, and the fields of those that are used."""
    used = metadata.only(sets)
    cache.set(
        f"integrations:{connection.pk}", {"sets": sorted(metadata.sets), "used": used.as_json()}, METADATA_SECONDS
    )


def kept_type(connection: Connection, entity_set: str):
    """The fields of a set as the service told them last; None where nobody asked yet."""
    found = cache.get(f"integrations:{connection.pk}")
    if not found:
        return None
    return Metadata.from_json(found["used"]).sets.get(entity_set)
