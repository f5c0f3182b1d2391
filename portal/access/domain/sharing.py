"""Share a single record with a single contact, and take it back, audited (TEN-5)."""

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.models import ExposedModel
from portal.access.shares import RecordShare, read_permission, share_model_of
from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import DomainError

# Single records of one kind that one contact gets: whoever needs more needs exposure or a web role.
SHARES_OF_A_CONTACT = 200


@transaction.atomic
def share(obj: ExposedModel, contact: Contact, *, by) -> RecordShare:
    """Let this contact read this record, exposed or not, whichever account it belongs to; audited.

    The contact still needs a web role for the section, and the record's state must be open. Sharing again changes nothing.
    Raises DomainError for a kind that is not shared, an inactive contact, or one that has SHARES_OF_A_CONTACT already.
    """
    shares = share_model_of(type(obj))
    if shares is None:
        raise DomainError(_("Records of this kind cannot be shared one by one."))
    if not contact.is_active:
        raise DomainError(_("%(name)s is not active.") % {"name": contact}, field="contact")
    held = shares.objects.filter(contact=contact)
    if held.order_by()[: SHARES_OF_A_CONTACT + 1].count() >= SHARES_OF_A_CONTACT:
        sentence = _("%(name)s has %(count)d single records of this kind already. Expose records instead.")
        raise DomainError(sentence % {"name": contact, "count": SHARES_OF_A_CONTACT}, field="contact")
    given, is_new = shares.objects.get_or_create(
        contact=contact,
        content_object=obj,
        permission=permission_of(type(obj)),
        defaults={"shared_by": by, "shared_at": clock.now()},
    )
    if is_new:
        record(by, "share.give", obj, after=named(contact))
    return given


@transaction.atomic
def unshare(obj: ExposedModel, contact: Contact, *, by) -> None:
    """Take the record back from this contact; audited; acts on the contact's next request."""
    shares = share_model_of(type(obj))
    if shares is not None and shares.objects.filter(content_object=obj, contact=contact).delete()[0]:
        record(by, "share.withdraw", obj, before=named(contact))


def permission_of(model) -> Permission:
    """Guardian's right to read one record of this kind."""
    return Permission.objects.get(
        content_type=ContentType.objects.get_for_model(model), codename=read_permission(model)
    )


def named(contact: Contact) -> dict[str, str]:
    return {"contact": str(contact), "contact_id": str(contact.pk)}
