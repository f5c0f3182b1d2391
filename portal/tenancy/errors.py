"""What the first wall says, and the admin's forms."""

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _


class NoTenant(RuntimeError):
    """A query or a save of tenant data outside a tenant's scope."""


class WrongTenant(RuntimeError):
    """A row of one tenant was about to be written in the scope of another."""


class TooManyRows(BadRequest):
    """A page was sent back with more rows than it offers: 400. `message` is for people."""

    def __init__(self, limit: int):
        self.message = _("At most %(limit)d rows of one table are saved at a time. Save fewer, then the others.") % {
            "limit": limit
        }
        super().__init__(self.message)
