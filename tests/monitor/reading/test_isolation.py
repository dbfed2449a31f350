"""Reading in a child process: the same report, and limits that hold."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from monitor.reading.choosing import Wanted
from monitor.reading.entry import read_report
from monitor.reading.isolation import Limits, ReaderPool, WorkerFailedError, read_original
from monitor.reading.model import Report, UnreadableError
from monitor.specimens.bundles import zip_file
from monitor.specimens.word import docx_file
from tests.monitor.reading.printing import (
    print_pages,
    print_with_reportlab,
    report_docx,
    report_html,
    true_report,
)
from tests.monitor.scene import a_report

TRUE = true_report(2)
PAGE = report_html(TRUE).encode()


def children() -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == os.getpid() and b"monitor.reading.worker" in command:
                found.add(int(entry.name))
    return found


def gone(pid: int, within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def code_of(pool: ReaderPool, body: bytes, limits: Limits) -> str:
    with pytest.raises(UnreadableError) as error:
        pool.read(body, limits=limits)
    return error.value.code


@pytest.mark.parametrize(
    "body", [PAGE, report_docx(TRUE), print_with_reportlab(TRUE)], ids=["html", "docx", "pdf"]
)
def test_the_child_gives_the_same_report(body: bytes) -> None:
    assert read_original(body, name="年报") == read_report(body, "年报")


def test_the_child_gives_the_same_reason() -> None:
    with pytest.raises(UnreadableError) as error:
        read_original(b"%PDF-1.4 nothing")
    assert error.value.code == "damaged"
    assert "cut short" in str(error.value)


def test_the_child_gives_the_same_report_out_of_a_bundle() -> None:
    body = zip_file([("a.docx", report_docx(TRUE)), ("b.html", PAGE), ("c.pdf", b"%PDF-1.4 x")])
    report = read_original(body)
    assert report == read_report(body)
    assert report.source.member == "a.docx"


def test_the_child_is_told_which_report_is_wanted() -> None:
    other = docx_file(a_report(TRUE.agency, 2022))
    body = zip_file([("a.docx", report_docx(TRUE)), ("b.docx", other)])
    report = read_original(body, wanted=Wanted(fiscal_year=2022))
    assert (report.fiscal_year, report.source.member) == (2022, "b.docx")


@pytest.mark.parametrize(
    "files",
    [
        [(f"{number}.txt", b"\x00" * 2**20) for number in range(40)],
        [(f"{number}.txt", b"x") for number in range(300)],
        [("a.zip", zip_file([(f"{n}.txt", b"\x00" * 2**20) for n in range(40)]))],
    ],
    ids=["flat", "many", "nested"],
)
def test_a_bomb_of_a_bundle_is_refused_and_the_next_file_is_read(
    files: list[tuple[str, bytes]],
) -> None:
    pool = ReaderPool(size=1)
    try:
        bomb = zip_file(files)
        limits = Limits(unpacked_bytes=16 * 2**20, members=200)
        assert code_of(pool, bomb, limits) == "limits-exceeded"
        assert pool.read(PAGE).fiscal_year == 2023
    finally:
        pool.close()


def test_the_memory_of_the_child_is_limited_while_it_unpacks() -> None:
    pool = ReaderPool(size=1)
    try:
        bomb = zip_file([(f"{number}.bin", b"\x01" * (60 * 2**20)) for number in range(6)])
        limits = Limits(memory_bytes=420 * 2**20, unpacked_bytes=2**40, body_bytes=2**40)
        assert code_of(pool, bomb, limits) in ("limits-exceeded", "crashed")
        assert pool.read(PAGE).fiscal_year == 2023
    finally:
        pool.close()


def test_one_child_serves_many_documents() -> None:
    pool = ReaderPool(size=1)
    try:
        before = children()
        for _ in range(5):
            pool.read(PAGE)
        assert len(children() - before) == 1
    finally:
        pool.close()


def test_a_child_that_takes_too_long_is_stopped_and_replaced() -> None:
    pool = ReaderPool(size=1)
    try:
        slow = print_pages(["字" * 1500] * 40)
        assert code_of(pool, slow, Limits(wall_seconds=0.4)) == "limits-exceeded"
        assert pool.read(PAGE).fiscal_year == 2023
    finally:
        pool.close()


def test_processor_time_is_limited() -> None:
    pool = ReaderPool(size=1)
    try:
        slow = b"<html><body>" + b"<table><tr><td>1</td></tr></table>" * 200_000
        limits = Limits(cpu_seconds=0, wall_seconds=60)
        assert code_of(pool, slow, limits) == "limits-exceeded"
    finally:
        pool.close()


def test_memory_is_limited() -> None:
    pool = ReaderPool(size=1)
    try:
        large = ("<html><body>" + "<p>政府信息公开</p>" * 300_000).encode()
        limits = Limits(memory_bytes=420 * 2**20)
        assert code_of(pool, large, limits) in ("limits-exceeded", "crashed")
        assert pool.read(PAGE).fiscal_year == 2023
    finally:
        pool.close()


def test_a_child_that_dies_says_nothing_about_the_next_document() -> None:
    pool = ReaderPool(size=1)
    try:
        before = children()
        pool.read(PAGE)
        (pid,) = children() - before
        os.kill(pid, signal.SIGSEGV)
        assert gone(pid)
        assert pool.read(PAGE).fiscal_year == 2023
    finally:
        pool.close()


def test_a_document_that_kills_its_child_is_called_so() -> None:
    pool = ReaderPool(size=1)
    before = children()

    def kill_soon() -> None:
        for _ in range(500):
            for child in children() - before:
                os.kill(child, signal.SIGABRT)
                return
            time.sleep(0.01)

    thread = threading.Thread(target=kill_soon)
    thread.start()
    try:
        assert code_of(pool, PAGE, Limits()) == "crashed"
    finally:
        thread.join()
        pool.close()


def test_a_child_that_cannot_run_is_no_fault_of_the_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(WorkerFailedError):
        ReaderPool(size=1).read(PAGE)


def test_several_threads_read_at_the_same_time() -> None:
    pool = ReaderPool(size=2)
    found: list[Report] = []
    threads = [threading.Thread(target=lambda: found.append(pool.read(PAGE))) for _ in range(6)]
    before = children()
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [report.title for report in found] == [TRUE.title] * 6
        assert 1 <= len(children() - before) <= 2
    finally:
        pool.close()


def test_the_children_end_with_a_parent_that_is_killed() -> None:
    script = (
        "import sys\n"
        "from monitor.reading.isolation import ReaderPool\n"
        "pool = ReaderPool(size=1)\n"
        "pool.read('一、总体情况'.encode())\n"
        "print(pool._idle[0]._process.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    parent.stdin.close()
    assert gone(child)
