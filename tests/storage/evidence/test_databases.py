"""Packs out of a database of either kind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from storage.archive import Archive, DirectoryArchive
from storage.database import create_database_engine, reading
from storage.evidence.verify import verify
from storage.models import Original
from tests.storage.evidence.scene import LIST, Scene, build, name_pages, run_verify


@pytest.fixture
def scene(engine: Engine, archive: Archive, tmp_path: Path) -> Scene:
    """The scene in a database of either kind."""
    return build(engine, archive, tmp_path)


WRITE_ON = """
import sys
from datetime import UTC, datetime
from storage.archive import open_archive
from storage.captures import Exchange, archive_exchange
from storage.database import create_database_engine

engine, archive = create_database_engine(sys.argv[1]), open_archive(sys.argv[2])
number = 0
while True:
    now, number = datetime.now(UTC), number + 1
    archive_exchange(engine, archive, [
        Exchange(url=sys.argv[3], crawl_id=2, purpose="list", requested_at=now, fetched_at=now,
                 status=200, body=str(number).encode())
    ])
    print(number, flush=True)
"""


def test_a_pack_can_be_made_while_a_crawl_goes_on(scene: Scene) -> None:
    assert isinstance(scene.archive, DirectoryArchive)
    url = scene.engine.url.render_as_string(hide_password=False)
    arguments = [url, scene.archive.root.as_uri(), LIST]
    crawl = subprocess.Popen([sys.executable, "-c", WRITE_ON, *arguments], stdout=subprocess.PIPE)
    assert crawl.stdout is not None
    crawl.stdout.readline()

    for number in range(3):
        scene.directory = scene.directory.with_name(f"pack-{number}")
        scene.export()
        assert run_verify(scene.directory).returncode == 0

    crawl.kill()
    crawl.communicate()
    with reading(scene.engine) as session:
        assert session.scalars(select(Original.id)).all()


def test_an_engine_of_its_own_reads_the_same(scene: Scene) -> None:
    other = create_database_engine(scene.engine.url.render_as_string(hide_password=False))
    scene.engine = other

    first = scene.export().manifest_sha256

    scene.directory = scene.directory.with_name("again")
    assert scene.export().manifest_sha256 == first, "the same state gives the same pack"
    other.dispose()


def test_the_proof_of_an_absence_is_the_same_from_either_database(scene: Scene) -> None:
    name_pages(scene)
    made = scene.absence()
    assert (made.proved, made.captures) == (True, 4)
    assert not [each for each in verify(made.directory) if each.result == "fail"]
    claim = json.loads((made.directory / "data/absence.json").read_text())
    assert claim["columns"][0]["read_at"] == "2024-01-21T04:01:00.000000Z"
