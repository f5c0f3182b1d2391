"""Tell contacts of records that they can see from now on (NOT-1)."""

import hashlib
from collections.abc import Iterable, Sequence
from uuid import UUID

from notifications.domain.outbox import publish
from portal.access.clauses import access_of
from portal.access.models import ExposedModel
from portal.access.money import account_id_at
from portal.access.viewer import Viewer, viewers_for
from portal.accounts.enums import Section
from portal.accounts.models import Contact
from portal.accounts.queries import accounts_above


def tell_readers(records: Sequence[ExposedModel], *, message: str, objects: str) -> int:
    """Publish one message to each contact who sees some of these records of one kind, in the caller's transaction; how many contacts.

    `objects` is what the message calls their ids, one after another. The same records are told of once, however often they are
    hidden and exposed: the key is made of the recipient and the records.
    """
    exposed = {each.pk: each for each in records if each.is_exposed}
    if not exposed:
        return 0
    model = type(next(iter(exposed.values())))
    section = access_of(model).section
    told = 0
    seen_by: dict[tuple, list[str]] = {}
    for viewer in readers(exposed.values(), section):
        # Whoever has the same reach sees the same, but for what is shared with one contact alone, or its own.
        is_alone = model in viewer.shared or viewer.sees_own_only(section)
        alike = (viewer.reach(section), viewer.contact_id if is_alone else None)
        if alike not in seen_by:
            seen_by[alike] = seen(viewer, model, list(exposed))
        if ids := seen_by[alike]:
            key = key_of(message, ids, viewer)
            publish(message, key=key, contact=viewer.contact, objects={objects: " ".join(ids)})
            told += 1
    return told


def readers(records: Iterable[ExposedModel], section: Section) -> list[Viewer]:
    """Those who may have one of these within their reach: with a login, a web role, in the account or above it."""
    return readers_at((account_id_at(each, access_of(type(each)).account) for each in records), section)


def readers_at(account_ids: Iterable[UUID | None], section: Section) -> list[Viewer]:
    """The same for records of these accounts."""
    own = set(account_ids)
    contacts = (
        Contact.objects.filter(
            account__in=accounts_above(own - {None}), account__is_active=True, is_active=True, user__isnull=False
        )
        .exclude(email="")
        .select_related("account")
        .order_by("pk")
    )
    return [each for each in viewers_for(list(contacts)) if each.may_read(section)]


def seen(viewer: Viewer, model: type[ExposedModel], ids: list) -> list[str]:
    """Which of these the viewer sees; the rule of visibility has the last word."""
    visible = model.objects.filter(pk__in=ids).visible_to(viewer).order_by("pk")
    return [str(pk) for pk in visible.values_list("pk", flat=True)]


def key_of(message: str, ids: list[str], viewer: Viewer) -> str:
    """What makes two messages the same: their kind, the recipient and the records."""
    about = ids[0] if len(ids) == 1 else hashlib.sha256(" ".join(ids).encode()).hexdigest()
    return f"{message.replace('_', '-')}:{about}:{viewer.contact_id}"
