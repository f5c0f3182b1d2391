"""Who may view the portal as a contact (TEN-6)."""

from django.utils.translation import gettext as _

from portal.accounts.models import Contact, StaffMember
from portal.kit.verdicts import ALLOWED, Verdict, denied


def can_preview(member: StaffMember | None, contact: Contact) -> Verdict:
    """Whether this member of staff may view the portal as this contact; the contact's account is loaded with it."""
    if member is None or not member.is_active:
        return denied(_("Only staff of the company view the portal as a contact."))
    if not member.may_preview:
        return denied(_("You may not view the portal as a contact. A colleague can allow it under “Staff members”."))
    if not contact.is_active or not contact.account.is_active:
        return denied(_("%(name)s is not active: nobody sees the portal as this contact.") % {"name": contact})
    return ALLOWED
