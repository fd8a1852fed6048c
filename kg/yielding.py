"""Letting other processes have the processors first, as far as the system knows how."""

from __future__ import annotations

import os
import time
from pathlib import Path

_TRIES = 5
_APART = 0.11  # seconds


def give_way(nice: int, thread: int = 0) -> None:
    """Lower the priority of a thread, and of the session that this process leads.

    Where Linux groups processes by session (``sched_autogroup``), niceness counts among those of
    a session alone, and the group's own number is what others see.

    Args:
        nice: by how much its niceness is raised; of the session, to what.
        thread: its native id; 0 for the thread that calls.
    """
    least = os.getpriority(os.PRIO_PROCESS, thread)
    os.setpriority(os.PRIO_PROCESS, thread, min(19, least + nice))
    for _ in range(_TRIES):
        try:
            Path("/proc/self/autogroup").write_text(str(nice))
        except BlockingIOError:  # the kernel takes such a number only now and then
            time.sleep(_APART)
        except OSError:  # there are no such groups, or they may not be changed
            return
        else:
            return
