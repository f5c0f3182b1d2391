"""Fewer pauses of the garbage collector in a process that serves requests."""

import gc

# A search makes thousands of short-lived values; the default of 700 walks the whole heap in the midst of it.
THRESHOLDS = (50_000, 20, 50)


def settle() -> None:
    """Call once when everything is loaded: what lives as long as the process is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
