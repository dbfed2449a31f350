"""LibreOffice is run within limits, leaves nothing behind, and outlives nobody."""

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from monitor.reading.limits import Limits
from monitor.reading.model import UnreadableError
from monitor.reading.office import converter
from monitor.reading.office.converter import DOCX, Source, convert
from monitor.reading.office.leftovers import PREFIX, sweep

RTF = rb"{\rtf1\ansi\trowd\cellx2000\cellx4000 a\cell 1\cell\row\pard b\par}"
SOURCE = Source(suffix="rtf", filter="Rich Text Format")
needs_office = pytest.mark.skipif(
    converter.find_program() is None, reason="LibreOffice is not on this machine"
)


@pytest.fixture(autouse=True)
def afresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Folders of these tests are apart from those of others."""
    converter.end()
    tmp_path_factory.getbasetemp()
    before = tempfile.tempdir
    # The name of a socket in it must not be long.
    with tempfile.TemporaryDirectory(prefix="nb-") as folder:
        tempfile.tempdir = folder
        yield
        converter.end()
        tempfile.tempdir = before


def folders() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))


def running(word: str) -> set[int]:
    """The processes whose command line has this in it."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes()
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if word.encode() in command and state != "Z":
                found.add(int(entry.name))
    return found


def sockets() -> set[Path]:
    """Where LibreOffice listens for itself, wherever its own folder is."""
    return set(Path("/tmp").glob("OSL_PIPE_*"))


def sockets_of(pids: set[int]) -> set[Path]:
    """Where these processes listen: others may use LibreOffice at the same time."""
    found: set[Path] = set()
    for pid in pids:
        with suppress(OSError):
            # each has a network of its own, and sees its own sockets alone
            rows = Path(f"/proc/{pid}/net/unix").read_text().splitlines()
            found |= {Path(row.split()[7]) for row in rows if len(row.split()) == 8}
    return found & sockets()


def within(condition: Callable[[], object], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def code_of(limits: Limits) -> str:
    with pytest.raises(UnreadableError) as error:
        convert(RTF, SOURCE, DOCX, limits)
    return error.value.code


# With a program that stands in for LibreOffice


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    def install(script: str) -> Path:
        path = tmp_path / "soffice"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        return tmp_path

    return install


# The last two arguments are --outdir FOLDER FILE; what is asked for is FOLDER/original.docx.
RESULT = (
    'for last; do out="$before"; before="$last"; done; mkdir -p "$out"; out="$out/original.docx"'
)


def test_a_program_that_never_ends_is_killed_with_all_it_started(
    program: Callable[[str], Path],
) -> None:
    program("sleep 77.7731 &\nsleep 77.7732")
    assert code_of(Limits(wall_seconds=1)) == "limits-exceeded"
    assert within(lambda: not running("77.773"))


def test_what_a_program_leaves_running_is_killed(program: Callable[[str], Path]) -> None:
    program(f"{RESULT}; sleep 77.7733 & echo made > $out")
    assert convert(RTF, SOURCE, DOCX, Limits()) == b"made\n"
    assert within(lambda: not running("77.7733"))


def test_processor_time_is_limited(program: Callable[[str], Path]) -> None:
    program("while :; do :; done")
    assert code_of(Limits(cpu_seconds=1, wall_seconds=100)) == "limits-exceeded"


def test_what_a_program_writes_is_limited(
    program: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converter, "MOST_WRITTEN", 1000)
    program(f"{RESULT}; exec head -c 100000 /dev/zero > $out")
    assert code_of(Limits()) == "limits-exceeded"


def test_a_failure_is_tried_again_with_a_fresh_profile_and_then_told(
    program: Callable[[str], Path],
) -> None:
    folder = program('echo "$1" >> "$(dirname $0)/calls"; exit 3')
    assert code_of(Limits()) == "crashed"
    profiles = (folder / "calls").read_text().splitlines()
    assert len(profiles) == len(set(profiles)) == 2


def test_a_wish_to_be_started_again_is_granted(program: Callable[[str], Path]) -> None:
    program(f'[ -e "$0.ran" ] || {{ touch "$0.ran"; exit 81; }}; {RESULT}; echo again > $out')
    assert convert(RTF, SOURCE, DOCX, Limits()) == b"again\n"


def test_a_document_that_cannot_be_loaded_is_damaged(program: Callable[[str], Path]) -> None:
    program("echo 'Error: source file could not be loaded' >&2")
    assert code_of(Limits()) == "damaged"


def test_a_program_that_does_not_start_is_no_fault_of_the_document(
    program: Callable[[str], Path],
) -> None:
    (program("") / "soffice").write_bytes(b"\x7fELF no program")
    assert code_of(Limits()) == "no-converter"


def test_the_program_is_told_nothing_but_what_it_needs(
    program: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_PASSWORD", "geheim")
    program(f"{RESULT}; env > $out; ulimit -a >> $out")
    told = convert(RTF, SOURCE, DOCX, Limits(memory_bytes=2**30)).decode()
    names = {line.partition("=")[0] for line in told.splitlines() if "=" in line}
    assert names <= {"PATH", "LANG", "HOME", "TMPDIR", "SAL_USE_VCLPLUGIN", "PWD", "SHLVL", "_"}
    assert "1048576" in told
    assert "OLDPWD" not in told


def test_nothing_is_left_of_a_document(program: Callable[[str], Path]) -> None:
    program(f"{RESULT}; echo made > $out; touch $TMPDIR/left")
    convert(RTF, SOURCE, DOCX, Limits())
    (folder,) = folders()
    assert not (folder / "work").exists()
    converter.end()
    assert folders() == []


# What was left over


def test_only_old_folders_that_nobody_uses_are_swept() -> None:
    top = Path(tempfile.gettempdir())
    names = ("old", "used", "new")
    for name in names:
        (top / f"{PREFIX}{name}").mkdir()
        (top / f"{PREFIX}{name}" / "lock").touch()
    for name in ("old", "used"):
        os.utime(top / f"{PREFIX}{name}", (0, time.time() - 7200))
    with (top / f"{PREFIX}used" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sweep()
    assert {folder.name for folder in folders()} == {f"{PREFIX}used", f"{PREFIX}new"}


# With LibreOffice itself


@needs_office
def test_a_profile_that_is_broken_is_made_anew() -> None:
    converter._office()
    (folder,) = folders()
    subprocess.run(["rm", "-r", str(folder / "profile")], check=True)
    (folder / "profile").write_text("no folder")
    assert convert(RTF, SOURCE, DOCX, Limits())[:2] == b"PK"


@needs_office
def test_nothing_outlives_a_reading_process_that_is_killed() -> None:
    script = (
        "import sys, tempfile\n"
        f"tempfile.tempdir = {tempfile.gettempdir()!r}\n"
        "from monitor.reading.limits import Limits\n"
        "from monitor.reading.office.converter import DOCX, Source, convert\n"
        "while True:\n"
        f"    convert({RTF!r}, Source(suffix='rtf', filter={SOURCE.filter!r}), DOCX, Limits())\n"
    )
    path = os.pathsep.join(filter(None, sys.path))
    reading = subprocess.Popen(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": path}
    )
    program = f"{tempfile.gettempdir()}/{PREFIX}"
    try:
        assert within(lambda: sockets_of(running(program)))
        ours = sockets_of(running(program))
    finally:
        reading.send_signal(signal.SIGKILL)
        reading.wait()
    assert within(lambda: not running(program))
    assert within(lambda: not folders())
    assert len(ours) > 1 or not ours & sockets()


@needs_office
def test_libreoffice_ends_with_its_keeper_and_the_document_is_tried_again() -> None:
    killed: list[int] = []

    def kill_keeper_once() -> None:
        within(lambda: running("soffice.bin") & running(tempfile.gettempdir()), 60)
        for keeper in running("keeper.py") & running(tempfile.gettempdir()):
            killed.append(keeper)
            os.kill(keeper, signal.SIGKILL)

    thread = threading.Thread(target=kill_keeper_once)
    thread.start()
    made = convert(RTF, SOURCE, DOCX, Limits())
    thread.join()
    assert made[:2] == b"PK"
    assert len(killed) == 1
    converter.end()
    assert within(lambda: not running(tempfile.gettempdir()))
