"""Which earlier version a filing is compared with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.history.baseline import Baseline, baselines
from storage.database import reading, transaction
from storage.models import FilingVersion
from tests.monitor.history.conftest import MakeScene
from tests.monitor.scene import Scene, at


@pytest.fixture
def scene(new_scene: MakeScene, tmp_path: Path) -> Iterator[Scene]:
    scene = new_scene(tmp_path)
    scene.portal()
    scene.filing(None, slug="one")
    yield scene
    scene.engine.dispose()


def found(scene: Scene, *versions: dict[str, Any]) -> Baseline | None:
    with transaction(scene.engine) as session:
        for number, given in enumerate(versions, start=1):
            values = dict(given)
            says = values.pop("says", f"v{number}")
            known: dict[str, Any] = {
                "seen_until": None,
                "files": [],
                "bytes_sha256": f"b{number}",
                "text_sha256": says,
                "cells_sha256": says,
                "sections": {},
                "whole": True,
                "injected": False,
                "error": None,
                "made_of": "",
                "change": None,
                **values,
            }
            row = FilingVersion(filing_id=1, number=number, seen_from=at(1, number), **known)
            session.add(row)
    with reading(scene.engine) as session:
        return baselines(session, [1]).get(1)


UNREAD = {"whole": False, "error": "encrypted", "text_sha256": None, "cells_sha256": None}


def test_one_version_is_compared_with_nothing(scene: Scene) -> None:
    assert found(scene, {}) is None


def test_the_first_version_is_compared_with_the_one_that_stands(scene: Scene) -> None:
    baseline = found(scene, {}, {}, {})
    assert baseline is not None
    assert (baseline.version.number, baseline.version.later_from) == (1, at(1, 3))


def test_a_version_that_was_not_read_whole_gives_way_to_the_first_that_was(scene: Scene) -> None:
    baseline = found(scene, dict(UNREAD), {"whole": False}, {}, {})
    assert baseline is not None
    assert (baseline.version.number, baseline.version.error) == (3, None)


def test_where_none_was_read_whole_one_that_was_read_at_all_goes_first(scene: Scene) -> None:
    baseline = found(scene, dict(UNREAD), {"whole": False}, {})
    assert baseline is not None
    assert baseline.version.number == 2


def test_where_none_could_be_read_the_first_tells_why(scene: Scene) -> None:
    baseline = found(scene, dict(UNREAD), {})
    assert baseline is not None
    assert (baseline.version.number, baseline.version.error) == (1, "encrypted")


@pytest.mark.parametrize("same", [{"says": "v1"}, {"bytes_sha256": "b1"}])
def test_what_says_the_same_again_is_compared_with_nothing(
    scene: Scene, same: dict[str, Any]
) -> None:
    assert found(scene, {}, {}, same) is None


def test_what_intruders_wrote_into_is_compared_with_the_first_without_them(scene: Scene) -> None:
    baseline = found(scene, {"injected": True}, {}, {"injected": True})
    assert baseline is not None
    assert (baseline.version.number, baseline.version.injected) == (2, True)


def test_a_page_that_was_always_so_was_not_broken_into_since(scene: Scene) -> None:
    baseline = found(scene, {"injected": True}, {"injected": True})
    assert baseline is not None
    assert not baseline.version.injected
