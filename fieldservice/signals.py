"""Facts of field service that the apps above answer in `receivers.py`, in the same transaction."""

from django.dispatch import Signal

# Sent with `work_order`, locked, and `by` (a user or None) once it is canceled. Whoever raises keeps it from being canceled.
work_order_canceled = Signal()
