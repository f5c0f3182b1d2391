"""Who comments on a record in the portal, with the reason (FS-4): whoever decides for its account."""

from django.utils.translation import gettext_lazy as _

from portal.access.clauses import access_of
from portal.access.models import ExposedModel
from portal.access.money import account_id_at
from portal.access.viewer import Viewer
from portal.kit.verdicts import ALLOWED, Verdict, denied


def can_comment(viewer: Viewer, obj: ExposedModel) -> Verdict:
    """Whether the viewer writes comments on this record and adds files."""
    access = access_of(type(obj))
    if not viewer.may_decide(access.section):
        return denied(
            _("Your web role lets you read here, not write. Ask a colleague who may, or your service company.")
        )
    if not viewer.may_decide(access.section, account_id_at(obj, access.account)):
        return denied(_("You can read this record, but not write for its account."))
    return ALLOWED
