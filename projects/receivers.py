"""Answers to facts of the apps below, in their transaction."""

from django.dispatch import receiver

from portal.access.signals import exposure_changed
from projects.domain.quote_notices import tell_of_quote
from projects.models import Quote


@receiver(exposure_changed, sender=Quote, dispatch_uid="projects.tell_of_quotes")
def on_quotes_exposed(*, records, is_exposed, **_rest):
    if is_exposed:
        for each in records:
            tell_of_quote(each)
