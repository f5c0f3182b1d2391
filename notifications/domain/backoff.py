"""How long a message rests after an attempt that failed."""

import random
from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=30)
# A server that is away is asked again soon: once it is back, everything goes within a minute.
LONGEST_PAUSE_AWAY = timedelta(seconds=45)

_random = random.SystemRandom()


def pause_after(attempts: int, *, longest: timedelta) -> timedelta:
    """Doubled with each attempt, up to `longest`, less up to half by chance, so that rows do not come back as one."""
    doubled = FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 20)
    return min(doubled, longest) * _random.uniform(0.5, 1.0)
