"""What booking refuses, in words for people."""

from django.utils.translation import gettext_lazy as _

from portal.kit.errors import Conflict, DomainError


class SlotTaken(Conflict):
    """Somebody was faster, or the time cannot be kept any more (SCH-3)."""

    def __init__(self, message=None):
        super().__init__(message or _("That time has just been taken. Choose another one; nothing you typed is lost."))


class BookedAlready(Conflict):
    """The same contact has this visit already: the same service for the same equipment at the same site and time."""

    def __init__(self, booking):
        super().__init__(_("You have booked this visit already."))
        self.booking = booking


class FeedbackGiven(Conflict):
    """Somebody rated the visit before: a second try, a form sent twice (SCH-9)."""

    def __init__(self):
        super().__init__(_("This visit was rated already. Thank you!"))


class CannotBook(DomainError):
    """The visit cannot be booked by the customer: closed, excluded, needs staff."""

    status = 403


class RequestKeyReused(DomainError):
    """The same request key came with another request."""

    status = 422

    def __init__(self):
        super().__init__(_("This form was used for another visit already. Open the booking page again."))
