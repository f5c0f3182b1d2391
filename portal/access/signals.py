"""Facts about exposure, for the apps above (L1)."""

from django.dispatch import Signal

# What staff exposed or hid, in the transaction of the change and after it was written. `sender` is the model, `records` are
# the ones that changed, `is_exposed` says to what, `by` who did it. An import sends none: it brings the past.
exposure_changed = Signal()
