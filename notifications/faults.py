"""Named points at which a test may kill the process (SECURITY 42). Armed by CALLOUT_FAULTS, in test settings only.

`after_insert`, `before_commit`, `after_commit` lie on the way of the writer; `after_claim`, `before_send`, `after_send`,
`before_mark`, `after_mark` on the way of the worker.
"""

import os
import signal

from django.conf import settings


def reach(point: str) -> None:
    """Die here, without any farewell, when a test has armed this point."""
    if settings.FAULTS_ALLOWED and point in settings.FAULTS:
        os.kill(os.getpid(), signal.SIGKILL)
