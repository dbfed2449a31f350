"""Which findings stand: not what a report said that another one took the place of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.findings.standing import standing_findings
from storage.database import reading, transaction
from storage.models import Filing, FilingState
from tests.monitor.scene import YEAR, Scene, make_scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    yield scene
    scene.engine.dispose()


def standing(scene: Scene) -> set[str]:
    with reading(scene.engine) as session:
        return {row.rule for row in standing_findings(session, [YEAR])}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({}, {}, {"requests-unbalanced", "published-late"}),
        ({"state": FilingState.REMOVED}, {}, {"published-late"}),
        ({"absent_crawls": 1}, {}, {"published-late"}),
        ({"state": FilingState.REMOVED}, {"gone_crawls": 1},
         {"requests-unbalanced", "published-late"}),
        ({"state": FilingState.REMOVED}, {"year": YEAR - 1},
         {"requests-unbalanced", "published-late"}),
        ({"state": FilingState.REMOVED}, None, {"requests-unbalanced", "published-late"}),
    ],
)  # fmt: skip
def test_what_was_replaced_is_reproached_with_its_publishing_alone(
    scene: Scene, old: dict[str, Any], new: dict[str, Any] | None, found: set[str]
) -> None:
    filing = scene.filing("fin")
    scene.finding(filing)
    scene.finding(filing, "published-late")
    if new is not None:
        scene.filing("fin", slug="new", **new)
    with transaction(scene.engine) as session:
        for name, value in old.items():
            setattr(session.get_one(Filing, filing), name, value)
    assert standing(scene) == found
