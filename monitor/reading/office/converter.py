"""Has LibreOffice convert a document to DOCX: one private folder and profile per process.

LibreOffice is run by ``keeper.py``, which kills it when its time is up or this process has gone.
"""

import atexit
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from monitor.reading.limits import Limits
from monitor.reading.model import UnreadableError
from monitor.reading.office.keeper import remove
from monitor.reading.office.leftovers import PREFIX, sweep
from monitor.reading.office.profile import write_profile

KEEPER = Path(__file__).with_name("keeper.py")
_PROGRAMS = ("soffice", "libreoffice")
_REMEDY = "install LibreOffice Writer (Debian and Ubuntu: the package libreoffice-writer-nogui)"
_SHARE_OF_TIME = 0.8
"""What the conversion may take of a document's time, so that its end can still be told."""
MOST_WRITTEN = 256 * 2**20
"""Bytes of any file that LibreOffice writes."""
_RESTART = 81
"""With this exit code LibreOffice asks to be started again, as it does with a fresh profile."""
_NOT_STARTED = 127
_NOT_LOADED = "could not be loaded"
_MUCH = 0.6
"""A program that fails after it held this much of its memory failed for want of memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a document is to LibreOffice: the ending of its name and the filter that reads it."""

    suffix: str
    filter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """How a run of LibreOffice ended."""

    code: int
    overdue: bool
    peak_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    command: list[str]
    seconds: float
    cpu_seconds: int
    memory_bytes: int
    file_bytes: int


class _KeeperLostError(Exception):
    """The process that runs LibreOffice has gone."""


class _FailedError(Exception):
    """LibreOffice ended without a result, and not because it could not load the document."""


def deadline(limits: Limits) -> float:
    """Return until when a document that is begun now may be converted, by the monotonic clock."""
    return time.monotonic() + limits.wall_seconds * _SHARE_OF_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What LibreOffice makes of a document: its ending and the filter that writes it."""

    suffix: str
    filter: str


DOCX = Target(suffix="docx", filter="MS Word 2007 XML")
PDF = Target(suffix="pdf", filter="writer_pdf_Export")


def convert(
    body: bytes, source: Source, target: Target, limits: Limits, until: float | None = None
) -> bytes:
    """Return a document in another form, converted by LibreOffice.

    ``until`` is its ``deadline``, if it was begun before.

    Raises:
        UnreadableError: ``no-converter``, ``damaged`` if LibreOffice cannot load it,
            ``limits-exceeded``, or ``crashed`` if LibreOffice fails at it twice.
    """
    program = find_program()
    if program is None:
        raise UnreadableError("no-converter", f"LibreOffice is not installed: {_REMEDY}")
    until = deadline(limits) if until is None else until
    with _Default.lock:
        try:
            return _office().convert(body, (source, target), program, limits, until)
        except (_FailedError, _KeeperLostError):
            # It may have been the profile; a fresh one tells.
            end()
        try:
            return _office().convert(body, (source, target), program, limits, until)
        except (_FailedError, _KeeperLostError) as error:
            end()
            raise UnreadableError("crashed", f"LibreOffice failed: {error}") from error


def find_program() -> str | None:
    """Return LibreOffice itself, or the script that starts it if that is all there is."""
    found = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        return None
    direct = Path(found).resolve().with_name("soffice.bin")
    return str(direct) if os.access(direct, os.X_OK) else found


class _Office:
    """A private folder with a profile, and the keeper that removes it in the end."""

    def __init__(self) -> None:
        sweep()
        self.owner = os.getpid()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        write_profile(self.folder / "profile")
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(KEEPER), self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=self._environment(),
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder / "work"),
            "SAL_USE_VCLPLUGIN": "svp",
        }

    def convert(
        self, body: bytes, forms: tuple[Source, Target], program: str, limits: Limits, until: float
    ) -> bytes:
        """Convert one document; ``until`` is a time of the monotonic clock.

        Raises:
            UnreadableError: if it is the document's fault.
            _FailedError: if it may be LibreOffice's.
            _KeeperLostError: if the keeper has died.
        """
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        try:
            work.mkdir()
            given = work / f"original.{forms[0].suffix}"
            given.write_bytes(body)
            ended = self._run(self._command(program, forms, given, work / "out"), limits, until)
            return self._result(work / "out" / f"original.{forms[1].suffix}", ended, limits)
        except FileNotFoundError as error:
            raise _KeeperLostError(f"the private folder has gone: {error}") from error
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _command(
        self, program: str, forms: tuple[Source, Target], given: Path, out: Path
    ) -> list[str]:
        source, target = forms
        return [
            program,
            f"-env:UserInstallation={(self.folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            "--nodefault",
            "--nolockcheck",
            "--convert-to",
            f"{target.suffix}:{target.filter}",
            f"--infilter={source.filter}",
            "--outdir",
            str(out),
            str(given),
        ]

    def _run(self, command: list[str], limits: Limits, until: float) -> _Ended:
        ended = self._ask(command, limits, until)
        return self._ask(command, limits, until) if ended.code == _RESTART else ended

    def _ask(self, command: list[str], limits: Limits, until: float) -> _Ended:
        job = _Job(
            command=command,
            seconds=max(0.0, until - time.monotonic()),
            cpu_seconds=max(1, limits.cpu_seconds),
            memory_bytes=limits.memory_bytes,
            file_bytes=MOST_WRITTEN,
        )
        assert self._keeper.stdin is not None
        assert self._keeper.stdout is not None
        try:
            self._keeper.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
            self._keeper.stdin.flush()
            reply = self._keeper.stdout.readline()
        except OSError as error:
            raise _KeeperLostError(str(error)) from error
        if not reply:
            raise _KeeperLostError("the process that runs LibreOffice has ended")
        return _Ended(**json.loads(reply))

    def _result(self, path: Path, ended: _Ended, limits: Limits) -> bytes:
        if ended.overdue:
            seconds = limits.wall_seconds * _SHARE_OF_TIME
            raise UnreadableError("limits-exceeded", f"converting took more than {seconds} seconds")
        if ended.code in _EXCEEDED:
            raise UnreadableError("limits-exceeded", f"converting took {_EXCEEDED[ended.code]}")
        if ended.code == 0 and path.is_file():
            return path.read_bytes()
        said = self._said()
        if _NOT_LOADED in said:
            raise UnreadableError("damaged", "LibreOffice cannot load the document")
        if ended.code == _NOT_STARTED:
            raise UnreadableError("no-converter", f"LibreOffice does not start: {_REMEDY}")
        if ended.peak_bytes > _MUCH * limits.memory_bytes:
            message = f"converting took more memory than {limits.memory_bytes} bytes"
            raise UnreadableError("limits-exceeded", message)
        raise _FailedError(f"it ended with code {ended.code}: {said[-300:].strip() or 'silent'}")

    def _said(self) -> str:
        with contextlib.suppress(OSError):
            return (self.folder / "said").read_text(encoding="utf-8", errors="replace")
        return ""

    def close(self) -> None:
        """End the keeper, which removes the folder."""
        for pipe in (self._keeper.stdin, self._keeper.stdout):
            with contextlib.suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()
        self._keeper.wait()
        remove(self.folder)


_EXCEEDED = {
    -24: "more processor time than it may",  # SIGXCPU
    -25: "more space on the disk than it may",  # SIGXFSZ
}


class _Default:
    """The office of this process; a forked child has none."""

    office: _Office | None = None
    lock = threading.Lock()


def _office() -> _Office:
    if _Default.office is None:
        _Default.office = _Office()
    return _Default.office


def end() -> None:
    """End LibreOffice in this process; the next document starts it anew, with a fresh profile."""
    office, _Default.office = _Default.office, None
    if office is not None and office.owner == os.getpid():
        office.close()


def _leave_to_parent() -> None:
    _Default.office = None
    _Default.lock = threading.Lock()


atexit.register(end)
os.register_at_fork(after_in_child=_leave_to_parent)
