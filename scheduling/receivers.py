"""Answers to facts of the apps below, in their transaction."""

from django.dispatch import receiver

from fieldservice.models import WorkOrder
from fieldservice.signals import work_order_canceled
from scheduling.domain.canceling import free_visits


@receiver(work_order_canceled, sender=WorkOrder, dispatch_uid="scheduling.free_visits")
def on_cancel(*, work_order, by, **_rest):
    free_visits(work_order, by=by)
