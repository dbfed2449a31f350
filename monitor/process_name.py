"""Names of processes that are never used again, by which the death of one can be proved."""

import os
from pathlib import Path

_PROC = Path("/proc")
_STARTED_FIELD = 19
"""Of ``/proc/PID/stat`` after the name of the program (proc(5): 22, ``starttime``)."""


def this_process() -> str | None:
    """Return boot, namespace, number and start of this process; None where /proc tells nothing."""
    here, pid = _here(), os.getpid()
    started = _started(pid)
    return None if here is None or started is None else f"{here} {pid} {started}"


def is_gone(name: str) -> bool:
    """Tell whether a process is provably gone.

    Only one that ran since the last start of this machine, and whose numbers we see: of others
    nothing is known.
    """
    here, _, rest = name.rpartition(" ")[0].rpartition(" ")
    if here != _here() or not rest.isdigit():
        return False
    started = _started(int(rest))
    return started is None or f"{here} {rest} {started}" != name


def _here() -> str | None:
    """Return what tells this running kernel and the numbering of processes in it from others."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return None


def _started(pid: int) -> str | None:
    """Return when a process started, in ticks of its boot; None if it runs no more."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else fields[_STARTED_FIELD]
