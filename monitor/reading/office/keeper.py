"""Runs a converter for a reading process, and lets it outlive neither that process nor its time.

A program of its own that needs only the standard library: ``python -I -S keeper.py FOLDER``. It
reads requests from standard input and answers on standard output, one JSON object a line:

    {"command": ["/usr/bin/program", "..."], "seconds": 30.0, "cpu_seconds": 60,
     "memory_bytes": 1000000000, "file_bytes": 100000000}
    {"code": 0, "overdue": false, "peak_bytes": 200000000}

``code`` is the exit code, or the number of the signal it died of below zero. When standard input
ends, since the reading process has gone, in whatever way, the program that runs is killed with
all it has started, and FOLDER is removed. The programs run without network where the kernel lets
an ordinary user have that, and what they say goes to the file ``said`` in FOLDER.
"""

import ctypes
import fcntl
import hashlib
import json
import os
import resource
import select
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_SET_DEATH_SIGNAL = 1
_GRACE = 2
"""Seconds of processor time between the signal that says why and the one that cannot be held."""
NOT_STARTED = 127
_SOCKET_PLACES = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - LibreOffice's own choice


class _ReaderGoneError(Exception):
    """The reading process has ended, or says what nobody asked."""


def main() -> None:
    """Serve requests until the reading process has gone."""
    folder = Path(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        apart = _can_do_without_network(folder)
        for request in _requests():
            answer = json.dumps(_run(request, folder, apart=apart))
            os.write(1, answer.encode() + b"\n")
    except (_ReaderGoneError, BrokenPipeError):
        pass
    finally:
        remove(folder)


def remove(folder: Path) -> None:
    """Remove a private folder, and the socket of a LibreOffice that was killed.

    It makes the socket outside of the folder, under a name that tells the profile: the MD5 of its
    address in UTF-16, the bytes in hexadecimal without leading zeros.
    """
    profile = (folder / "profile").as_uri().encode("utf-16-le")
    digest = hashlib.md5(profile, usedforsecurity=False).digest()
    name = f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_" + "".join(f"{byte:x}" for byte in digest)
    for place in _SOCKET_PLACES:
        (place / name).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _leave(_signal: int, _frame: object) -> NoReturn:
    raise _ReaderGoneError


def _requests() -> Any:
    """Yield the requests; reads the pipe unbuffered, so that ``_run`` can watch it too."""
    held = b""
    while data := os.read(0, 65536):
        held += data
        while b"\n" in held:
            line, _, held = held.partition(b"\n")
            yield json.loads(line)


def _run(request: dict[str, Any], folder: Path, *, apart: bool) -> dict[str, Any]:
    keeper = os.getpid()
    child = os.fork()
    if child == 0:
        _become(request, folder, keeper, apart=apart)
    _lead_own_group(child)
    overdue = True
    try:
        overdue = not _ended_in_time(child, time.monotonic() + request["seconds"])
    finally:
        code, usage = _end(child)
    return {"code": code, "overdue": overdue, "peak_bytes": usage.ru_maxrss * 1024}


def _ended_in_time(child: int, deadline: float) -> bool:
    """Wait for the child or the deadline.

    Raises:
        _ReaderGoneError: if standard input ends meanwhile.
    """
    poller = select.poll()
    poller.register(0, select.POLLIN)
    ended = os.pidfd_open(child)
    try:
        poller.register(ended, select.POLLIN)
        while (left := deadline - time.monotonic()) > 0:
            ready = {number for number, _ in poller.poll(left * 1000)}
            if 0 in ready:
                raise _ReaderGoneError
            if ended in ready:
                return True
        return False
    finally:
        os.close(ended)


def _end(child: int) -> tuple[int, resource.struct_rusage]:
    """Kill the child with all it has started, and return how it ended."""
    # Its group keeps its number until the child itself has been waited for.
    os.killpg(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), usage


def _lead_own_group(child: int) -> None:
    # Both sides do it, as nobody knows which is first; after exec only the child's own counts.
    try:
        os.setpgid(child, child)
    except PermissionError:
        return


def _become(request: dict[str, Any], folder: Path, keeper: int, *, apart: bool) -> NoReturn:
    """Turn this forked process into the program."""
    try:
        os.setpgid(0, 0)
        # What this process ignores, as Python does by itself, the program would ignore too.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        if apart:
            _leave_network()
        # After a change of user namespace only, which forgets it.
        _die_with(keeper)
        _limit(resource.RLIMIT_CPU, request["cpu_seconds"], _GRACE)
        _limit(resource.RLIMIT_AS, request["memory_bytes"])
        _limit(resource.RLIMIT_FSIZE, request["file_bytes"])
        _limit(resource.RLIMIT_CORE, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        said = os.open(folder / "said", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.execv(request["command"][0], request["command"])  # noqa: S606 - a list, no shell
    except (OSError, ValueError):
        os._exit(NOT_STARTED)


def _limit(which: int, amount: int, grace: int = 0) -> None:
    """Set a limit of the program, higher than that of the reading process if need be."""
    hard = resource.getrlimit(which)[1]
    most = amount + grace if hard == resource.RLIM_INFINITY else min(amount + grace, hard)
    resource.setrlimit(which, (min(amount, most), most))


def _die_with(parent: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0) or os.getppid() != parent:
        os._exit(NOT_STARTED)


def _can_do_without_network(folder: Path) -> bool:
    """Tell whether programs can run in a network of their own, in which there is nothing."""
    child = os.fork()
    if child == 0:
        try:
            _leave_network()
            (folder / "probe").touch()
            (folder / "probe").unlink()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _leave_network() -> None:
    user, group = os.getuid(), os.getgid()
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_NEW_USER | _NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "no network of its own")
    # Without these files would belong to nobody (user_namespaces(7)).
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


if __name__ == "__main__":
    main()
