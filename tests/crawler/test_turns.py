"""Taking turns at a server, within a process and between processes."""

import asyncio
import itertools
import os
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.turns import Turns

WITHOUT_A_WAIT = 15.0
"""Seconds: what is held up by mistake is held up for good, and a busy machine is slow."""
WORK = """
import asyncio, sys, time
from pathlib import Path
from crawler.turns import Turns

async def ask(turns):
    for _ in range(5):
        async with turns.turn("192.0.2.7", float(sys.argv[2])):
            began = time.monotonic()
            await asyncio.sleep(0.03)
            print(began, time.monotonic(), flush=True)

async def main():
    turns = Turns(Path(sys.argv[1]))
    await asyncio.gather(ask(turns), ask(turns))

asyncio.run(main())
"""


def spans_of_processes(directory: Path, gap: float) -> list[tuple[float, float]]:
    """Return when each of twenty requests of two processes began and ended, in order."""
    command = [sys.executable, "-c", WORK, str(directory), str(gap)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    children = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]
    lines = [line for child in children for line in child.communicate()[0].splitlines()]
    assert [child.returncode for child in children] == [0, 0]
    return sorted((float(began), float(ended)) for began, ended in (line.split() for line in lines))


def test_two_processes_never_ask_one_server_at_the_same_time(tmp_path: Path) -> None:
    spans = spans_of_processes(tmp_path, 0.0)
    assert len(spans) == 20
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(spans))


def test_two_processes_keep_the_delay_between_them(tmp_path: Path) -> None:
    spans = spans_of_processes(tmp_path, 0.1)
    begins = [begin for begin, _ in spans]
    assert all(later - earlier >= 0.095 for earlier, later in itertools.pairwise(begins))


def test_other_servers_are_not_waited_for(tmp_path: Path) -> None:
    async def both() -> float:
        turns, began = Turns(tmp_path), time.monotonic()
        async with turns.turn("192.0.2.7", 0.0), turns.turn("192.0.2.8", 0.0):
            return time.monotonic() - began

    assert asyncio.run(both()) < WITHOUT_A_WAIT


def test_who_was_told_to_wait_waits_and_so_does_everybody_else(tmp_path: Path) -> None:
    async def asked_to_wait() -> float:
        async with Turns(tmp_path).turn("192.0.2.7", 0.0) as turn:
            turn.postpone(0.3)
        began = time.monotonic()
        async with Turns(tmp_path).turn("192.0.2.7", 0.0):
            return time.monotonic() - began

    assert 0.28 <= asyncio.run(asked_to_wait()) < WITHOUT_A_WAIT


def test_the_lock_of_a_killed_process_goes_with_it(tmp_path: Path) -> None:
    holding = WORK.replace(
        "await asyncio.sleep(0.03)",
        "print('in', flush=True)\n" + " " * 12 + "await asyncio.sleep(60)",
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", holding, str(tmp_path), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "in\n"
        child.kill()

    async def enter() -> bool:
        async with asyncio.timeout(60), Turns(tmp_path).turn("192.0.2.7", 0.0):
            return True

    assert asyncio.run(enter())


@pytest.mark.parametrize("written", [b"", b"\0" * 5, struct.pack("=dd", 1e12, 1e12)])
def test_a_file_of_before_a_restart_holds_up_nobody(tmp_path: Path, written: bytes) -> None:
    async def enter(gap: float) -> float:
        began = time.monotonic()
        async with Turns(tmp_path).turn("192.0.2.7", gap):
            return time.monotonic() - began

    asyncio.run(enter(0.0))
    [file] = tmp_path.iterdir()
    file.write_bytes(written)
    assert asyncio.run(enter(0.1)) < WITHOUT_A_WAIT


def test_several_requests_side_by_side_where_the_settings_say_so(tmp_path: Path) -> None:
    most = now = 0

    async def ask(turns: Turns) -> None:
        nonlocal most, now
        async with turns.turn("192.0.2.7", 0.0):
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.01)
            now -= 1

    async def all_of_them() -> None:
        turns = Turns(tmp_path, width=2)
        await asyncio.gather(*(ask(turns) for _ in range(6)))

    asyncio.run(all_of_them())
    assert most == 2
