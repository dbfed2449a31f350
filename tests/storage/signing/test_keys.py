"""The file of a log's key, and handing the log over to the next key."""

from pathlib import Path

import pytest

from storage.signing.keys import (
    KEY_FILE,
    KeyFileError,
    make_key_file,
    new_name,
    parse_rotation,
    read_key_file,
    rotation_note,
)
from storage.signing.notes import Note, NoteError, SignerKey, parse_note, sign

AT = "2026-01-31T16:00:00Z"


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    key = make_key_file(tmp_path, "nianbao/1")
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert read_key_file(tmp_path) == key
    with pytest.raises(FileExistsError):
        make_key_file(tmp_path, "nianbao/1")
    assert read_key_file(tmp_path) == key


def test_a_workspace_without_a_key_has_none(tmp_path: Path) -> None:
    assert read_key_file(tmp_path) is None


def test_a_key_that_others_may_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    make_key_file(tmp_path, "nianbao/1")
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(KeyFileError) as caught:
        read_key_file(tmp_path)
    assert "chmod 600" in caught.value.en


@pytest.mark.parametrize("text", ["", "x", "PRIVATE+KEY+a+b+c", "PRIVATE+KEY+名+00000000+AQ=="])
def test_what_is_no_key_is_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    path = tmp_path / KEY_FILE
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(KeyFileError) as caught:
        read_key_file(tmp_path)
    assert text == "" or text not in caught.value.en.replace(str(path), "")


def test_logs_have_names_of_their_own() -> None:
    assert new_name() != new_name()


def test_a_rotation_is_signed_by_both_keys() -> None:
    old, new = SignerKey.generate("nianbao/1"), SignerKey.generate("nianbao/1")
    note = rotation_note(old.verifier, [old, new], new.verifier, AT)
    assert parse_rotation(parse_note(str(note))) == (old.verifier, new.verifier, True)


def test_a_lost_key_is_told_by_its_missing_signature() -> None:
    old, new = SignerKey.generate("nianbao/1"), SignerKey.generate("nianbao/1")
    note = rotation_note(old.verifier, [new], new.verifier, AT)
    assert parse_rotation(note) == (old.verifier, new.verifier, False)


def test_a_rotation_that_the_new_key_did_not_sign_is_none() -> None:
    old, new = SignerKey.generate("nianbao/1"), SignerKey.generate("nianbao/1")
    with pytest.raises(NoteError):
        parse_rotation(rotation_note(old.verifier, [old], new.verifier, AT))


def test_a_rotation_to_another_log_is_none() -> None:
    old, new = SignerKey.generate("nianbao/1"), SignerKey.generate("nianbao/2")
    with pytest.raises(NoteError):
        parse_rotation(rotation_note(old.verifier, [old, new], new.verifier, AT))


def test_a_changed_rotation_is_none() -> None:
    old, new = SignerKey.generate("nianbao/1"), SignerKey.generate("nianbao/1")
    note = rotation_note(old.verifier, [old, new], new.verifier, AT)
    with pytest.raises(NoteError):
        parse_rotation(Note(note.text.replace("2026", "2025"), note.signatures))
    with pytest.raises(NoteError):
        parse_rotation(sign("something else\n", [old, new]))
