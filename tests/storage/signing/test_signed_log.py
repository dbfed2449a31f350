"""The log and its key: signed, rotated, lost, forged."""

import logging
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from storage.archive import Archive
from storage.captures import Exchange, archive_exchange, make_checkpoint
from storage.database import reading, transaction
from storage.models import Checkpoint, CheckpointNote, LogKey, TimeStamp
from storage.settings import TimeAuthority
from storage.signing.checkpoints import LogCheckpoint
from storage.signing.keys import KEY_FILE, KeyFileError, make_key_file, read_key_file
from storage.signing.notes import SignerKey, VerifierKey, sign
from storage.signing.signed_log import (
    checkpoint_text,
    latest_signed,
    log_keys,
    rotate_key,
    signed_checkpoint,
    stamps_of,
)
from storage.verification import ProblemKind, verify
from tests.storage.signing.authority import time_authority

URL = "http://www.boai.gov.cn/a.html"


@pytest.fixture
def grow(
    engine: Engine, archive: Archive, exchange: Callable[..., Exchange], tmp_path: Path
) -> Callable[[str], Checkpoint]:
    """Add one capture and make a signed checkpoint."""

    def add(text: str) -> Checkpoint:
        archive_exchange(engine, archive, [exchange(URL, body=text.encode())])
        return signed_checkpoint(engine, archive, tmp_path)

    return add


def problems(engine: Engine, archive: Archive) -> list[tuple[ProblemKind, str]]:
    return [(each.kind, each.subject) for each in verify(engine, archive).problems]


def test_the_first_checkpoint_makes_the_key_and_says_what_the_row_says(
    engine: Engine, archive: Archive, grow: Callable[[str], Checkpoint], tmp_path: Path
) -> None:
    checkpoint = grow("one")
    key = read_key_file(tmp_path)
    assert key is not None
    found = latest_signed(engine)
    assert found is not None
    said = LogCheckpoint.parse(found[1].text)
    assert (said.origin, said.size, said.root) == (
        key.name,
        checkpoint.tree_size,
        checkpoint.root_hash,
    )
    assert found[1].signers([key.verifier]) == (key.verifier,)
    assert problems(engine, archive) == []


def test_the_key_that_init_made_becomes_the_logs(
    engine: Engine, grow: Callable[[str], Checkpoint], tmp_path: Path
) -> None:
    made = make_key_file(tmp_path, "nianbao/own")
    grow("one")
    with reading(engine) as session:
        assert [key.verifier for key in log_keys(session)] == [str(made.verifier)]


def test_a_rotated_key_is_signed_in_and_the_old_checkpoints_stand(
    engine: Engine, archive: Archive, grow: Callable[[str], Checkpoint], tmp_path: Path
) -> None:
    grow("one")
    old = read_key_file(tmp_path)
    assert old is not None
    new = rotate_key(engine, tmp_path, author="王敏", reason="staff change")
    grow("two")
    assert new != old.verifier
    assert (tmp_path / f"{KEY_FILE}.{old.verifier.id.hex()}").exists()
    found = latest_signed(engine)
    assert found is not None
    assert found[1].signers([new]) == (new,)
    assert problems(engine, archive) == []


def test_without_its_key_the_log_goes_on_and_verification_says_so(
    engine: Engine,
    archive: Archive,
    grow: Callable[[str], Checkpoint],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    grow("one")
    (tmp_path / KEY_FILE).unlink()
    with caplog.at_level(logging.ERROR):
        checkpoint = grow("two")
    assert "not signed" in caplog.text
    assert problems(engine, archive) == [
        (ProblemKind.UNSIGNED, f"checkpoint {checkpoint.tree_size}")
    ]
    with pytest.raises(KeyFileError):
        rotate_key(engine, tmp_path, author="王敏", reason="lost")
    rotate_key(engine, tmp_path, author="王敏", reason="disk failed", lost=True)
    grow("three")
    assert problems(engine, archive) == []


def test_another_logs_key_signs_nothing(
    engine: Engine, grow: Callable[[str], Checkpoint], tmp_path: Path
) -> None:
    grow("one")
    (tmp_path / KEY_FILE).unlink()
    make_key_file(tmp_path, "nianbao/other")
    checkpoint = grow("two")
    with reading(engine) as session:
        assert session.get(CheckpointNote, checkpoint.id) is None


def test_a_signature_taken_out_of_the_row_is_missed_by_the_next(
    engine: Engine, archive: Archive, grow: Callable[[str], Checkpoint]
) -> None:
    """Nobody else holds it: the notes tell by themselves."""
    first, second, third = grow("one"), grow("two"), grow("three")
    assert problems(engine, archive) == []
    with transaction(engine) as session:
        session.execute(delete(CheckpointNote).where(CheckpointNote.checkpoint_id == second.id))
    assert problems(engine, archive) == [(ProblemKind.DELETED, "note before checkpoint 3")]
    with transaction(engine) as session:
        session.execute(delete(CheckpointNote).where(CheckpointNote.checkpoint_id == first.id))
    assert problems(engine, archive) == [(ProblemKind.DELETED, "note before checkpoint 3")]
    assert third.tree_size == 3


def test_a_forged_note_is_named(
    engine: Engine, archive: Archive, grow: Callable[[str], Checkpoint]
) -> None:
    checkpoint = grow("one")
    with reading(engine) as session:
        name = VerifierKey.parse(log_keys(session)[0].verifier).name
    forged = sign(checkpoint_text(checkpoint, name), [SignerKey.generate(name)])
    with transaction(engine) as session:
        session.execute(update(CheckpointNote).values(note=str(forged)))
    ((kind, subject),) = problems(engine, archive)
    assert (kind, subject.startswith("checkpoint 1 ")) == (ProblemKind.ALTERED, True)


def test_a_key_slipped_in_without_a_handover_is_named(
    engine: Engine, archive: Archive, grow: Callable[[str], Checkpoint]
) -> None:
    checkpoint = grow("one")
    stranger = SignerKey.generate("nianbao/x")
    with transaction(engine) as session:
        session.add(LogKey(verifier=str(stranger.verifier), made_at=checkpoint.made_at))
    assert (ProblemKind.ALTERED, f"key {stranger.verifier}") in problems(engine, archive)


def test_a_row_changed_after_signing_is_named(
    engine: Engine, archive: Archive, grow: Callable[[str], Checkpoint]
) -> None:
    grow("one")
    with transaction(engine) as session:
        session.execute(update(Checkpoint).values(root_hash=bytes(32)))
    kinds = {kind for kind, _ in problems(engine, archive)}
    assert ProblemKind.ALTERED in kinds


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_an_authority_puts_its_time_under_a_checkpoint_once(
    engine: Engine, archive: Archive, exchange: Callable[..., Exchange], tmp_path: Path
) -> None:
    place = tmp_path / "authority"
    place.mkdir()
    archive_exchange(engine, archive, [exchange(URL, body=b"one")])
    with time_authority(place) as found:
        known = TimeAuthority(url=found.url, ca_file="authority/ca.pem")
        silent = TimeAuthority(url="http://127.0.0.1:1/", ca_file="authority/ca.pem")
        for _ in range(2):
            checkpoint = signed_checkpoint(engine, archive, tmp_path, [silent, known])
    with reading(engine) as session:
        (stamp,) = stamps_of(session, checkpoint)
    assert (stamp.authority, stamp.at >= checkpoint.made_at - timedelta(seconds=1)) == (
        found.url,
        True,
    )
    assert problems(engine, archive) == []
    with transaction(engine) as session:
        session.execute(update(TimeStamp).values(at=stamp.at + timedelta(days=1)))
    assert problems(engine, archive) == [
        (ProblemKind.ALTERED, f"time stamp {stamp.id} ({found.url})")
    ]


def test_a_log_of_before_there_were_keys_verifies(
    engine: Engine, archive: Archive, exchange: Callable[..., Exchange]
) -> None:
    archive_exchange(engine, archive, [exchange(URL, body=b"one")])
    make_checkpoint(engine, archive)
    assert problems(engine, archive) == []
    with reading(engine) as session:
        assert session.scalars(select(CheckpointNote)).all() == []
