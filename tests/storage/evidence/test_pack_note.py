"""The signature over a pack as a whole: what it covers, whose it is, and where there is none."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage.database import reading
from storage.evidence.verify import FAIL, SKIP, Check, verify, wrong_signature
from storage.evidence.verify import main as verify_pack
from storage.models import LogKey
from storage.signing.checkpoints import LogCheckpoint
from storage.signing.keys import KEY_FILE
from storage.signing.notes import NoteError, SignerKey, parse_note, sign
from storage.signing.proofs import compare
from tests.storage.evidence.conftest import Sealed
from tests.storage.evidence.scene import Scene, run_verify
from tests.storage.evidence.test_verify import rewrite_manifest

Edit = Callable[[Path, Callable[[Any], object]], None]
NOTE = "pack.note"


def of(pack: Path, check: str, *given: str) -> list[Check]:
    return [each for each in verify(pack, given) if each.check == check]


def wrong(pack: Path) -> list[Check]:
    return [each for each in verify(pack) if each.result == FAIL]


def keys_of(pack: Path) -> list[str]:
    return (pack / "data/keys.txt").read_text().splitlines()


def private_keys(sealed: Sealed) -> dict[str, SignerKey]:
    """The log's keys, the retired one too, by their public halves."""
    workspace = sealed.year.parents[1]
    found = [SignerKey.parse(path.read_text()) for path in workspace.glob(f"{KEY_FILE}*")]
    return {str(key.verifier): key for key in found}


def test_the_last_key_of_the_log_signed_every_byte_of_it(sealed: Sealed) -> None:
    note = parse_note((sealed.year / NOTE).read_text())
    lines = note.text.splitlines()
    assert lines[0] == "nianbao evidence pack v1"
    assert lines[2:5] == [
        "format nianbao-evidence-3",
        "kind agency_year",
        "about agency_year-boai-kjj-2023",
    ]
    assert lines[5] == f"checkpoint {(sealed.year / 'data/checkpoint.txt').read_text().strip()}"
    assert [
        str(key) for key in note.signers([private_keys(sealed)[keys_of(sealed.year)[-1]].verifier])
    ]
    assert sealed.made["year"].signed_by == keys_of(sealed.year)[-1]
    [check] = of(sealed.year, "pack")
    assert check.result == "pass"


@pytest.mark.parametrize(
    "name",
    ["README.html", "data/claims.json", "data/history.json", "data/readings.json", "verify.py"],
)
def test_a_forger_who_rewrites_what_the_log_does_not_hold_is_named(pack: Path, name: str) -> None:
    path = pack / name
    content = path.read_text()
    place = content.rindex(" ")
    path.write_text(content[:place] + "  " + content[place + 1 :])
    rewrite_manifest(pack)
    [check] = [each for each in wrong(pack) if each.check == "pack"]
    assert check.subject.startswith(NOTE)
    assert "the files say 'files " in check.message


def test_no_bit_of_the_signature_is_free(sealed: Sealed) -> None:
    """Not even those that base64 does not read."""
    note, key = (sealed.year / NOTE).read_bytes(), keys_of(sealed.year)[-1]
    text = parse_note(note.decode()).text
    assert wrong_signature(note, text, key) == ""
    for place in (0, len(text) // 2, len(text), len(text) + 2, *range(len(note) - 4, len(note))):
        for bit in range(8):
            changed = bytearray(note)
            changed[place] ^= 1 << bit
            assert wrong_signature(bytes(changed), text, key), (place, bit)
    assert wrong_signature(note + note[-100:], text, key)


def test_a_signature_that_was_taken_away_is_missed(pack: Path, edit: Edit) -> None:
    (pack / NOTE).unlink()
    rewrite_manifest(pack)
    [check] = wrong(pack)
    assert "is missing" in check.message

    edit(pack / "data/pack.json", lambda about: about.update(signed_by=None))
    shutil.copy(pack / "data/checkpoint.note", pack / NOTE)
    rewrite_manifest(pack)
    [check] = wrong(pack)
    assert "does not say that the last key" in check.message


def test_packs_of_before_are_not_signed_and_verify_all_the_same(
    pack: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = keys_of(pack)
    (pack / NOTE).unlink()

    def older(about: dict[str, Any]) -> None:
        about["format"] = "nianbao-evidence-2"
        del about["signed_by"]

    edit(pack / "data/pack.json", older)
    edit(pack / "data/claims.json", lambda claims: [each.pop("facts") for each in claims])
    with pytest.raises(AssertionError):  # there is no signature that could tell
        rewrite_manifest(pack)
    [check] = of(pack, "pack")
    assert (check.result, wrong(pack)) == (SKIP, [])
    assert "could have altered pages, sentences and descriptions" in check.message
    assert verify_pack([str(pack)]) == 0
    assert "The pack is not signed as a whole" in capsys.readouterr().out
    # who asks for a signature gets none: else any pack could be made into an older one
    assert verify_pack([str(pack), "--key", keys[-1]]) == 1


def test_without_the_key_the_pack_says_that_it_is_not_signed(scene: Scene) -> None:
    scene.export(anew=True)
    (scene.directory.parents[1] / KEY_FILE).unlink()
    made = scene.export(anew=True)
    assert made.signed_by is None
    done = run_verify(made.directory, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["signed"] == "unsigned"
    assert "not signed as a whole" in (made.directory / "README.en.html").read_text()
    assert "没有整包签名" in (made.directory / "README.html").read_text()


def test_a_key_from_elsewhere_vouches_for_those_it_handed_the_log_to(
    sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, last = keys_of(sealed.year)
    published = tmp_path / "keys.txt"
    published.write_text(f"{first}\n{last}\n")
    for given in (first, last, str(published)):
        assert verify_pack([str(sealed.year), "--json", "--key", given]) == 0, given
        assert json.loads(capsys.readouterr().out)["signed"] == "vouched"
    assert verify_pack([str(sealed.year)]) == 0
    assert "by a key that only the pack itself names" in capsys.readouterr().out

    stranger = str(SignerKey.generate(first.split("+")[0]).verifier)
    assert verify_pack([str(sealed.year), "--json", "--key", stranger]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["signed"] == "wrong"
    assert {each["check"] for each in report["checks"] if not each["ok"]} == {"key"}
    for nonsense in ("no key", str(sealed.year / "README.txt"), first[:-4] + "AAA="):
        with pytest.raises(SystemExit, match="2"):
            verify_pack([str(sealed.year), "--key", nonsense])


def test_a_stolen_key_that_was_retired_signs_no_pack(
    sealed: Sealed, pack: Path, edit: Edit
) -> None:
    first, _ = keys_of(pack)
    note = parse_note((pack / NOTE).read_text())
    (pack / NOTE).write_text(str(sign(note.text, [private_keys(sealed)[first]])))
    assert "the signature is not that of" in of(pack, "pack")[0].message
    edit(pack / "data/pack.json", lambda about: about.update(signed_by=first))
    assert "does not say that the last key" in of(pack, "pack")[0].message


def test_the_signature_of_a_pack_never_passes_for_a_checkpoint(scene: Scene, pack: Path) -> None:
    note = (scene.export().directory / NOTE).read_text()
    with pytest.raises(NoteError, match="no checkpoint"):
        LogCheckpoint.parse(parse_note(note).text)
    with reading(scene.engine) as session:
        assert session.query(LogKey).count() == 1
        with pytest.raises(NoteError, match="no checkpoint"):
            compare(session, note)

    shutil.copy(pack / NOTE, pack / "data/checkpoint.note")
    assert any(each.check == "signature" and each.result == FAIL for each in verify(pack))


def test_a_checkpoint_of_another_log_is_told(sealed: Sealed, pack: Path) -> None:
    """Signed by the very key, but for a log of another name."""
    path = pack / "data/checkpoint.note"
    note = parse_note(path.read_text())
    name = note.signatures[0].name
    path.write_text(
        str(sign(note.text.replace(name, "other/log", 1), [*private_keys(sealed).values()]))
    )
    assert any(each.message == "it is of another checkpoint" for each in wrong(pack))
