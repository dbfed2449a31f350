"""The scene, and packs of it that many tests only look at."""

import hashlib
import json
import shutil
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.archive import DirectoryArchive
from storage.captures import archive_exchange
from storage.database import create_database_engine
from storage.evidence import Pack, Told
from storage.models import CheckpointHolder, Crawl, HolderKind
from storage.retention.deciding import Decision, Doomed, carry_out, decide
from storage.schema import upgrade
from storage.settings import TimeAuthority
from storage.signing.signed_log import rotate_key, signed_checkpoint
from tests.storage.evidence.scene import (
    ABSENT,
    NEXT_DAY,
    PAGE,
    YEAR,
    Scene,
    add,
    build,
    ground,
    maker,
    name_pages,
)
from tests.storage.signing.authority import time_authority


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scene on disk, to be copied: making a database takes longer than most tests."""
    root = tmp_path_factory.mktemp("template") / "scene"
    root.mkdir()
    engine = create_database_engine(f"sqlite:///{root / 'nianbao.db'}")
    upgrade(engine)
    build(engine, DirectoryArchive(root / "archive"), root)
    engine.dispose()
    return root


@pytest.fixture
def scene(template: Path, tmp_path: Path) -> Iterator[Scene]:
    """A copy of the scene; one kind of database is enough, but for ``test_databases``."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    archive = DirectoryArchive(tmp_path / "archive")
    yield Scene(engine, archive, tmp_path / "evidence" / "pack", maker(1, begin=100))
    engine.dispose()


@dataclass
class Sealed:
    """Packs that are made once; who changes one takes a copy."""

    year: Path
    absence: Path
    made: dict[str, Pack]


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    """Packs with everything in them that a pack can have.

    The report was served over TLS and compressed; the log changed its key; two checkpoints bear
    time stamps, one was mailed; a list page was deleted after the second pack was made.
    """
    root = tmp_path_factory.mktemp("sealed")
    engine = create_database_engine(f"sqlite:///{root / 'nianbao.db'}")
    upgrade(engine)
    archive = DirectoryArchive(root / "archive")
    with time_authority(root) as authority:
        scene = build(engine, archive, root)
        name_pages(scene)
        ca_file = authority.ca_file.name
        scene.authorities = [TimeAuthority(url=authority.url, ca_file=ca_file)]
        _serve_over_tls(scene, ssl.PEM_cert_to_DER_cert(authority.ca_file.read_text()))
        checkpoint = signed_checkpoint(engine, archive, root, scene.authorities)
        holder = {"kind": HolderKind.PUBLISHED, "holder": "/srv/public", "at": NEXT_DAY}
        add(engine, CheckpointHolder(checkpoint_id=checkpoint.id, **holder))
        rotate_key(engine, root, author="王敏", reason="换人")
        made = {}
        scene.directory = root / "packs" / "absence"
        made["absence"] = scene.export(ABSENT, Told(ground=ground()))
        _delete(scene, b"<ul>more</ul>")
        scene.directory = root / "packs" / "year"
        made["year"] = scene.export(YEAR, Told(timelines=(_timeline(),)))
    yield Sealed(root / "packs" / "year", root / "packs" / "absence", made)
    engine.dispose()


def _serve_over_tls(scene: Scene, der: bytes) -> None:
    later = NEXT_DAY + timedelta(hours=1)
    add(scene.engine, Crawl(id=3, run_id="run-3", portal_id="boai", started_at=later))
    sha256 = hashlib.sha256(der).hexdigest()
    tls = {"verified": True, "version": "TLSv1.3", "cipher": "x", "certificates": [sha256],
           "problem": None}  # fmt: skip
    served = scene.exchange(
        PAGE,
        crawl_id=3,
        final_url=PAGE.replace("http:", "https:"),
        body=b"<p>new</p>",
        wire_body=b"\x1f\x8bcompressed",
        tls=tls,
        certificates=[der],
    )
    archive_exchange(scene.engine, scene.archive, [served])


def _delete(scene: Scene, body: bytes) -> None:
    doomed = Doomed(sha256=hashlib.sha256(body).hexdigest(), size=len(body), captures=1)
    decision = Decision(author="王敏", reason="列表页精简", policy={"days": 30})
    decide(scene.engine, [doomed], decision, planned_at=10**6)
    carry_out(scene.engine, scene.archive, scene.directory.parents[1])


def _timeline() -> dict[str, Any]:
    change = {
        "cells": [{"table": "requests", "row": "new", "column": "total", "before": "3",
                   "after": "<b>5</b>"}],
        "parts": [{"heading": "六、其他", "turn": "replaced",
                   "passages": [{"before": "甲", "after": "乙"}]}],
        "labels": [{"name": "title", "before": None, "after": "新"}],
    }  # fmt: skip
    happening = {
        "kind": "changed",
        "at": "2024-01-21T04:00:00.000000Z",
        "certain": True,
        "message_zh": "表格数据改动",
        "message_en": "a cell was changed",
        "change": change,
        "captures": [{"capture": 4}],
    }
    return {"url": PAGE, "versions": [], "happenings": [happening]}


@pytest.fixture
def pack(sealed: Sealed, tmp_path: Path) -> Path:
    """A copy of the pack on the agency's year, to be changed."""
    return shutil.copytree(sealed.year, tmp_path / "pack")


@pytest.fixture
def absence_pack(sealed: Sealed, tmp_path: Path) -> Path:
    """A copy of the pack on an absence, to be changed."""
    return shutil.copytree(sealed.absence, tmp_path / "pack")


@pytest.fixture
def edit() -> Callable[[Path, Callable[[Any], object]], None]:
    """A way to change a JSON file."""

    def change(path: Path, how: Callable[[Any], object]) -> None:
        content = json.loads(path.read_text())
        how(content)
        path.write_text(json.dumps(content, ensure_ascii=False))

    return change
