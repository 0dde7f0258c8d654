"""A process that helps a build ends when the build does, however that ends.

A helper waits for work in a pipe that its fellows hold open too: were the build killed, it would wait
for ever, and hold the lock of the site, so that no other build could begin.
"""

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
_PATIENCE = 0.2


def end_with(parent: int) -> None:
    """Let this process end as soon as the one that began it has."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it has ended before that was said
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_PATIENCE)
    os._exit(1)
