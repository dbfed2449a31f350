"""The command ``nianbao schedule`` as a process: alone, ended cleanly, nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.crontab import JOBS
from monitor.job_runs import lease_of, run_job
from monitor.lease import acquire
from monitor.timetable import LEASE, running_scheduler
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.models import JobRun, Lease
from tests.monitor.cli.program import Done, nianbao
from tests.monitor.scene import Scene, make_scene

OFF = "[schedule]\n" + "".join(f'{name} = ""\n' for name in JOBS)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    for name in ("NIANBAO_DATABASE_URL", "NIANBAO_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    scene = make_scene(tmp_path, OFF)
    yield scene
    scene.engine.dispose()


def run(scene: Scene, *arguments: str) -> Done:
    return nianbao("--lang", "en", "schedule", *arguments, workspace=scene.workspace.directory)


def start(scene: Scene) -> "subprocess.Popen[str]":
    place = str(scene.workspace.directory)
    return subprocess.Popen(
        [*(sys.executable, "-m", "monitor.cli"), "--workspace", place, "--lang", "en", "schedule"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


@contextmanager
def scheduler(scene: Scene) -> Iterator["subprocess.Popen[str]"]:
    """A scheduler that holds its lease; killed if a test leaves it running."""
    with start(scene) as process:
        try:
            wait_until(lambda: running_scheduler(scene.engine, utc_now()) is not None)
            yield process
        finally:
            process.kill()


def wait_until(happened: object, patience: float = 90.0) -> None:
    assert callable(happened)
    deadline = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def leases(scene: Scene) -> list[str]:
    with reading(scene.engine) as session:
        return list(session.scalars(select(Lease.name)))


def test_a_second_scheduler_says_who_is_first_and_sigterm_ends_the_first(scene: Scene) -> None:
    with scheduler(scene) as first:
        second = run(scene)
        assert second.code == 3
        assert f":{first.pid}:" in second.err
        assert "another scheduler" in second.err
        assert (
            f":{first.pid}:" in run(scene, "status", "--format", "jsonl").objects()[0]["scheduler"]
        )
        began = time.monotonic()
        first.send_signal(signal.SIGTERM)
        out, err = first.communicate(timeout=60)
        assert (first.returncode, out) == (0, "")
        assert "Traceback" not in err
        assert time.monotonic() - began < 10
    assert leases(scene) == []
    assert "no scheduler is running" in run(scene, "status").out


@contextmanager
def crawling_scheduler(scene: Scene) -> Iterator[tuple["subprocess.Popen[str]", list[int]]]:
    """A scheduler in the middle of a crawl, and the processes below it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        scene.portal("slow", "慢", url=f"http://127.0.0.1:{silent.getsockname()[1]}/")
        (scene.workspace.directory / "nianbao.toml").write_text(
            OFF.replace('crawl = ""', 'crawl = "* * * * *"')
            + "[crawler]\nallow_private_addresses = true\ntimeout = 1.0\n"
        )
        before = utc_now() - timedelta(hours=1)
        scene.rows(JobRun(job="crawl", started_at=before, finished_at=before, succeeded=True))
        with scheduler(scene) as process:
            client, _ = silent.accept()  # and nothing is answered
            below = descendants(process.pid)
            assert len(below) >= 2, "the crawl command and its crawl process"
            yield process, below
            client.close()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_scheduler_that_ends_takes_the_crawl_below_it_along(
    scene: Scene, number: signal.Signals
) -> None:
    with crawling_scheduler(scene) as (process, below):
        process.send_signal(number)
        process.wait(timeout=60)
        wait_until(lambda: not any(map(is_running, below)))
    if number == signal.SIGKILL:
        return
    assert process.returncode == 0
    assert leases(scene) == []
    with reading(scene.engine) as session:
        stopped = select(JobRun.message).where(
            JobRun.succeeded.is_(None), JobRun.finished_at.is_not(None)
        )
        said = session.scalars(stopped).all()
        assert "stopped before its end: crawl --due --format jsonl" in said


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def descendants(pid: int) -> list[int]:
    """Return the processes below one, by /proc."""
    if not Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists():
        pytest.skip("this kernel does not tell the children of a process")
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        children += map(int, (task / "children").read_text().split())
    return children + [below for child in children for below in descendants(child)]


def test_the_status_shows_every_job_with_its_last_and_next_run(scene: Scene) -> None:
    (scene.workspace.directory / "nianbao.toml").write_text(
        OFF.replace('verify = ""', 'verify = "0 4 * * sun"')
    )
    run_job(scene.engine, "verify", lambda: "all is whole")
    run_job(scene.engine, "check", lambda: str(1 // 0))
    rows = {row["job"]: row for row in run(scene, "status", "--format", "jsonl").objects()}
    assert list(rows) == list(JOBS)
    assert set(rows["verify"]) == {
        *("job", "crontab", "last_success", "last_failure", "failure", "next_run", "scheduler"),
        *("running_since", "overdue", "catch_up"),
    }
    assert rows["verify"]["last_success"]
    assert rows["verify"]["next_run"]
    assert (rows["crawl"]["crontab"], rows["crawl"]["next_run"]) == (None, None)
    assert "ZeroDivisionError" in rows["check"]["failure"]
    text = run(scene, "status")
    assert text.code == 0, "a job that is off is no trouble"
    assert "ZeroDivisionError" in text.out


def test_the_status_of_a_job_that_failed_or_is_overdue_is_an_exit_code(scene: Scene) -> None:
    settings = scene.workspace.directory / "nianbao.toml"
    settings.write_text(OFF.replace('check = ""', 'check = "0 6 * * *"'))
    assert run(scene, "status").code == 0, "it was never to run yet"
    run_job(scene.engine, "check", lambda: str(1 // 0))
    failed = run(scene, "status")
    assert (failed.code, "failed" in failed.out) == (3, True)
    run_job(scene.engine, "check", lambda: "done")
    assert run(scene, "status").code == 0
    with transaction(scene.engine) as session:
        for each in session.scalars(select(JobRun)):
            each.started_at -= timedelta(days=3)
            each.finished_at = each.started_at
    late = run(scene, "status")
    assert (late.code, "OVERDUE" in late.out) == (3, True)
    [row] = [row for row in run(scene, "status", "--format", "jsonl").objects() if row["overdue"]]
    assert row["job"] == "check"


def test_a_job_can_be_run_at_once_and_is_recorded(scene: Scene) -> None:
    done = run(scene, "run", "verify")
    assert done.code == 0
    assert "verify: verified 0 originals" in done.err
    rows = {row["job"]: row for row in run(scene, "status", "--format", "jsonl").objects()}
    assert rows["verify"]["last_success"]


def test_a_job_that_cannot_be_run_says_why(scene: Scene) -> None:
    assert run(scene, "run", "craul").code == 2
    unset = run(scene, "run", "backup")
    assert (unset.code, "backup_dir" in unset.err) == (2, True)
    acquire(scene.engine, lease_of("check"), "another-machine:7:abc", utc_now())
    busy = run(scene, "run", "check")
    assert busy.code == 3
    assert "left to another-machine:7:abc" in busy.err


def test_after_a_killed_scheduler_the_next_beats_at_once_and_tells_of_its_end(scene: Scene) -> None:
    file = scene.workspace.directory / "heartbeat.json"
    with scheduler(scene) as first:
        wait_until(lambda: beating(file) == first.pid)
        first.kill()
        first.wait()
        assert leases(scene) == [LEASE]
        with scheduler(scene) as second:
            wait_until(lambda: beating(file) == second.pid)
            second.send_signal(signal.SIGINT)
            assert second.wait(timeout=60) == 0
    assert json.loads(file.read_text())["state"] == "stopped"
    assert leases(scene) == []


def beating(file: Path) -> int | None:
    """Return whose heart beats by the file."""
    return int(json.loads(file.read_text())["pid"]) if file.exists() else None


@pytest.mark.parametrize("crontab", ["0 2 * *", "0 0 30 2 *", "0 2 * * funday", "61 * * * *"])
def test_a_crontab_line_that_cannot_be_is_refused_at_the_start(scene: Scene, crontab: str) -> None:
    (scene.workspace.directory / "nianbao.toml").write_text(f'[schedule]\ncrawl = "{crontab}"\n')
    done = run(scene)
    assert done.code == 2
    assert "[schedule] crawl" in done.err
    assert crontab in done.err
    assert leases(scene) == []
    assert LEASE not in done.out
