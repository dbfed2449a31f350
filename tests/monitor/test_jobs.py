"""The jobs of the timetable: one line about what each did, or an error that says why not."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.crontab import JOBS
from monitor.job_runs import LeftToAnotherError
from monitor.jobs import JobError, jobs
from monitor.lease import acquire
from monitor.programs import StoppedError, run_command
from monitor.telling.sending import LEASE
from storage.clock import utc_now
from storage.workspace import Workspace
from tests.monitor.mail_server import mail_server
from tests.monitor.scene import HOSTILE, Scene, a_report, as_page, make_scene


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    for name in ("NIANBAO_NOW", "NIANBAO_DATABASE_URL", "NIANBAO_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    with mail_server() as server:
        settings = (
            f'[mail]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
            'to = ["office@example.cn"]\n'
        )
        scene = make_scene(tmp_path, settings)
        scene.portal()
        scene.agency("fin", "清河县财政局")
        yield scene
        scene.engine.dispose()


def run(scene: Scene, name: str) -> str:
    return jobs(scene.workspace, scene.engine)[name]()


def test_there_is_a_job_for_every_setting(scene: Scene) -> None:
    assert tuple(jobs(scene.workspace, scene.engine)) == JOBS


def test_each_job_says_what_it_did(scene: Scene) -> None:
    scene.filing("fin", as_page(a_report("清河县财政局")))
    assert run(scene, "check") == "1 filings judged, 0 unreadable"
    assert run(scene, "check") == "0 filings judged, 0 unreadable"
    assert run(scene, "alerts").endswith("mails")
    assert run(scene, "digest") == "1 digests"
    assert "0 failed, 0 uncertain" in run(scene, "send")
    assert run(scene, "verify").startswith("verified 1 originals")


def test_a_damaged_original_fails_the_job_that_verifies(scene: Scene) -> None:
    page = as_page(a_report("清河县财政局"))
    scene.filing("fin", page)
    path = scene.workspace.directory / "archive" / scene.archive.locate(scene.archive.put(page))
    path.chmod(0o644)
    path.write_bytes(page[:-1] + b"!")
    with pytest.raises(JobError, match="exit code 4"):
        run(scene, "verify")


def test_a_crawl_that_could_do_nothing_fails_its_job(scene: Scene) -> None:
    """The settings were broken after the scheduler had read them."""
    (scene.workspace.directory / "nianbao.toml").write_text("[crawler]\ndelai = 1\n")
    with pytest.raises(JobError, match="exit code 2"):
        run(scene, "crawl")


def test_a_stopped_command_is_ended_and_told(scene: Scene) -> None:
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(StoppedError, match="audit verify"):
        run_command(scene.workspace, stopping, "audit", "verify")


def test_the_sender_leaves_the_mails_to_whoever_is_at_them(scene: Scene) -> None:
    acquire(scene.engine, LEASE, "another:1", utc_now())
    with pytest.raises(LeftToAnotherError, match="left to another:1, which is sending"):
        run(scene, "send")


def test_a_crawl_is_left_to_whoever_is_crawling(scene: Scene) -> None:
    acquire(scene.engine, "crawl", "another:1", utc_now())
    with pytest.raises(LeftToAnotherError, match="left to another:1, which is crawling"):
        run(scene, "crawl")


def test_a_check_that_is_stopped_has_not_been_done(scene: Scene) -> None:
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(StoppedError):
        jobs(scene.workspace, scene.engine, stopping)["check"]()


def test_a_backup_is_made_where_the_settings_say(scene: Scene) -> None:
    schedule = scene.settings.schedule.model_copy(update={"backup_dir": "backups"})
    settings = scene.settings.model_copy(update={"schedule": schedule})
    workspace = Workspace(directory=scene.workspace.directory, settings=settings)
    said = jobs(workspace, scene.engine)["backup"]()
    [made] = (scene.workspace.directory / "backups").iterdir()
    assert said.startswith(f"{made.name}: ")


def test_a_mail_server_that_is_down_fails_the_job_with_its_name(scene: Scene) -> None:
    run(scene, "digest")
    mail = scene.settings.mail.model_copy(update={"port": 1})
    settings = scene.settings.model_copy(update={"mail": mail})
    down = Workspace(directory=scene.workspace.directory, settings=settings)
    with pytest.raises(JobError, match=r"127\.0\.0\.1:1"):
        jobs(down, scene.engine)["send"]()


def test_without_a_mail_server_nothing_is_sent_and_nothing_fails(tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "quiet")
    scene.portal("x", HOSTILE)
    assert run(scene, "send") == "0 sent, 0 waiting, 0 failed, 0 uncertain"
    assert run(scene, "alerts") == "0 events, 0 mails"
    assert run(scene, "digest") == "0 digests"
    scene.engine.dispose()
