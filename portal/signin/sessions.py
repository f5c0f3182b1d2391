"""Sessions in the database, as Django keeps them; the read of each request is compiled once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from portal.tenancy.compiled import Compiled

valid_session = Compiled(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).order_by("pk")[:1]
)


class SessionStore(db.SessionStore):
    """Django's store; a session that is gone or over gives nothing and loses its key."""

    def _get_session_from_db(self):
        found = valid_session.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found
