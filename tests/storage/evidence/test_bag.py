"""The form of a pack, and that it is written whole or not at all."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import bagit  # type: ignore[import-untyped]
import pytest

from storage.evidence import bag
from storage.evidence.verify import CORE, verify
from tests.storage.evidence.conftest import Sealed
from tests.storage.evidence.scene import HOSTILE, Scene, files_of


@pytest.mark.parametrize("which", ["year", "absence"])
def test_another_program_finds_a_valid_bag(sealed: Sealed, which: str) -> None:
    found = bagit.Bag(str(getattr(sealed, which)))
    found.validate()
    assert found.version_info == (1, 0)
    assert found.info["Bagging-Date"]
    assert "\n" not in found.info["External-Description"]


def test_a_bag_says_who_made_it_and_of_what(sealed: Sealed) -> None:
    text = (sealed.year / "bag-info.txt").read_text()
    assert "Bag-Software-Agent: nianbao " in text
    assert "External-Identifier: agency_year-boai-kjj-2023\n" in text
    assert HOSTILE not in text


def killed_at(scene: Scene, number: int) -> bool:
    """Export in a child process that is killed as it writes its n-th file; tell whether it was."""
    child = os.fork()
    if child == 0:
        scene.engine.dispose(close=False)
        written = 0
        add = bag.add

        def add_or_die(draft: Path, name: str, content: bytes) -> None:
            nonlocal written
            written += 1
            if written == number:
                (draft / name).parent.mkdir(parents=True, exist_ok=True)
                (draft / name).write_bytes(content[: len(content) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            add(draft, name, content)

        bag.add = add_or_die
        sys.modules["storage.evidence.export"].add = add_or_die  # type: ignore[attr-defined]
        try:
            scene.export()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_killed_while_it_writes_it_leaves_no_half_pack_that_verifies(scene: Scene) -> None:
    number = len(files_of(scene.export().directory))
    shutil.rmtree(scene.directory)
    for at in (1, 2, number // 2, *range(number - 3, number + 1)):
        assert killed_at(scene, at)
        assert not scene.directory.exists()
    drafts = list(scene.directory.parent.glob(".pack.*"))
    assert len(drafts) == 7
    for draft in drafts:
        if any((draft / name).is_file() for name in CORE):
            assert any(each.result == "fail" for each in verify(draft))
    assert not killed_at(scene, number + 1)
    assert not any(each.result == "fail" for each in verify(scene.directory))


def test_what_is_left_of_a_killed_one_is_not_in_the_way(scene: Scene) -> None:
    assert killed_at(scene, 3)
    made = scene.export()
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=made.directory, capture_output=True, check=False
    )
    assert done.returncode == 0
