"""What the outbox says to staff."""

from django.utils.translation import gettext_lazy as _

from portal.kit.errors import Conflict


class NotDead(Conflict):
    """Only a message that was given up can be tried again by hand."""

    def __init__(self):
        super().__init__(_("Only messages that were given up can be sent again."))
