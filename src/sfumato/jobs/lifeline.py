"""Ends a worker process with its parent, however the parent ends. Knows nothing about its work."""

import ctypes
import os
import signal
import sys
import threading
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Call first in a child. Ctrl-C is left to the parent, which then ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":  # the kernel's own hand: it works even while compute holds the GIL
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = parent_process()
    if parent is not None:  # everywhere, and where the parent was gone before the line above
        threading.Thread(target=_follow, args=(parent,), name="lifeline", daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
