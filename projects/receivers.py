"""Answers to facts of the apps below, in their transaction."""

from django.dispatch import receiver

from portal.access.signals import exposure_changed
from projects.domain.notices import tell_of_contracts, tell_of_invoices, tell_of_quotes
from projects.models import Contract, ProjectInvoice, Quote


@receiver(exposure_changed, sender=Contract, dispatch_uid="projects.tell_of_contracts")
def on_exposed_contracts(*, records, is_exposed, **_rest):
    if is_exposed:
        tell_of_contracts(records)


@receiver(exposure_changed, sender=ProjectInvoice, dispatch_uid="projects.tell_of_invoices")
def on_exposed_invoices(*, records, is_exposed, **_rest):
    if is_exposed:
        tell_of_invoices(records)


@receiver(exposure_changed, sender=Quote, dispatch_uid="projects.tell_of_quotes")
def on_exposed_quotes(*, records, is_exposed, **_rest):
    if is_exposed:
        tell_of_quotes(records)
