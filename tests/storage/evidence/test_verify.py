import ast
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.evidence.verify import main as verify_pack
from storage.signing.notes import SignerKey, parse_note, sign
from tests.storage.evidence.scene import (
    PDF,
    files_of,
    run_verify,
)


@pytest.fixture
def empty_url(tmp_path: Path) -> str:
    """One kind of database is enough: a pack does not depend on it."""
    return f"sqlite:///{tmp_path / 'nianbao.db'}"


def failures(pack: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    code = verify_pack([str(pack), "--json"])
    answer = json.loads(capsys.readouterr().out)
    failed = [f"{each['check']} {each['subject']}" for each in answer["checks"] if not each["ok"]]
    assert code == (1 if failed else 0)
    assert answer["ok"] is not bool(failed)
    assert answer["failed"] == len(failed)
    return failed


def damages(content: bytes) -> Iterator[bytes]:
    """One changed bit in several places, bytes lost and bytes added."""
    for place in sorted({0, 1, len(content) // 3, len(content) // 2, len(content) - 1}):
        yield content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :]
        yield content[:place] + bytes([content[place] ^ 0x01]) + content[place + 1 :]
        yield content[:place] + content[place + 1 :]
    yield content + b"\n"
    yield content + content[-20:]
    yield b""


def test_any_changed_byte_of_any_file_is_named(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures(pack, capsys) == []
    for name in files_of(pack):
        content = (pack / name).read_bytes()
        for damaged in damages(content):
            (pack / name).write_bytes(damaged)

            failed = failures(pack, capsys)

            assert failed
            if name != "manifest-sha256.txt":
                assert f"manifest {name}" in failed
        (pack / name).write_bytes(content)
    assert failures(pack, capsys) == []


def test_every_single_bit_of_the_manifest_counts(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = pack / "manifest-sha256.txt"
    content = path.read_bytes()
    for place in range(0, len(content), 19):
        for bit in range(8):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            path.write_bytes(changed)
            assert failures(pack, capsys), (place, bit)


def test_a_missing_and_a_strange_file_are_named(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original = next(each for each in files_of(pack) if each.endswith(".pdf"))
    (pack / original).unlink()
    (pack / "data" / "added.txt").write_text("x")
    (pack / "link").symlink_to("README.txt")

    failed = failures(pack, capsys)

    assert f"manifest {original}" in failed
    assert "unlisted data/added.txt" in failed
    assert "unlisted link" in failed


def test_a_missing_manifest_is_named(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / "manifest-sha256.txt").unlink()

    assert failures(pack, capsys) == ["manifest manifest-sha256.txt"]


def rewrite_manifest(pack: Path) -> None:
    lines = (
        f"{hashlib.sha256((pack / name).read_bytes()).hexdigest()}  {name}\n"
        for name in files_of(pack)
        if name != "manifest-sha256.txt"
    )
    (pack / "manifest-sha256.txt").write_text("".join(lines))


def test_a_forger_who_also_rewrites_the_manifest_is_stopped_by_the_log(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = pack / "captures.jsonl"
    honest = path.read_text()
    path.write_text(honest.replace('"status":200', '"status":404', 1))
    rewrite_manifest(pack)
    assert failures(pack, capsys) == ["inclusion captures.jsonl line 1"]

    lines = honest.splitlines(keepends=True)
    path.write_text("".join([lines[1], lines[0], *lines[2:]]))
    rewrite_manifest(pack)
    assert failures(pack, capsys)[:2] == [
        "inclusion captures.jsonl line 1",
        "inclusion captures.jsonl line 2",
    ]

    path.write_text("".join(lines[1:]))
    rewrite_manifest(pack)
    assert "inclusion proofs.jsonl" in failures(pack, capsys)


def test_a_forger_who_changes_an_original_is_stopped_by_its_record(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original = next(each for each in files_of(pack) if each.endswith(".pdf"))
    forged = b"%PDF-1.7 forged"
    (pack / original).rename(
        pack / "data/originals" / f"{hashlib.sha256(forged).hexdigest()}.pdf"
    ).write_bytes(forged)
    rewrite_manifest(pack)

    failed = failures(pack, capsys)

    assert f"record captures.jsonl line 2: {PDF}" in failed
    assert f"original data/originals/{hashlib.sha256(forged).hexdigest()}.pdf" in failed
    assert any(each.startswith("judgement") for each in failed)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("proofs.jsonl", '"position": 1', '"position": 2'),
        ("proofs.jsonl", '"position": 1', '"position": -1'),
        ("proofs.jsonl", '"position": 1', '"position": 10000000'),
        ("proofs.jsonl", "position", "positron"),
        ("proofs.jsonl", '"path": ["', '"path": ["00'),
        ("proofs.jsonl", '"path": [', '"path": 7, "other": ['),
        ("proofs.jsonl", "\n", "\n\n"),
        ("checkpoint.txt", "8 ", "9 "),
        ("checkpoint.txt", "8 ", "1 "),
        ("checkpoint.txt", "8 ", ""),
        ("checkpoint.txt", "= ", " "),
        ("consistency.jsonl", '"checkpoint": "3', '"checkpoint": "4'),
        ("consistency.jsonl", '"checkpoint": "3', '"checkpoint": "8'),
        ("consistency.jsonl", '"path": ["', '"path": ["00'),
        ("consistency.jsonl", '"path": ["', '"path": [7, "'),
        ("consistency.jsonl", "checkpoint", "other"),
        ("filings.json", '"position": 3', '"position": 4'),
        ("filings.json", '"originals"', '"originalz"'),
        ("judgements.json", '"read_from": "', '"read_from": "00'),
    ],
)
def test_a_forger_who_changes_the_proofs_is_stopped(
    pack: Path, capsys: pytest.CaptureFixture[str], name: str, old: str, new: str
) -> None:
    content = (pack / name).read_text()
    assert old in content
    (pack / name).write_text(content.replace(old, new, 1))
    rewrite_manifest(pack)

    assert failures(pack, capsys)


@pytest.mark.parametrize(
    "nonsense", [b"", b"[]", b"null", b'{"a":1}', b"\xff\xfe", b"[[1]]\n", b"[" * 5000]
)
def test_nonsense_in_any_file_is_a_failed_check_and_no_crash(
    pack: Path, capsys: pytest.CaptureFixture[str], nonsense: bytes
) -> None:
    for name in files_of(pack):
        content = (pack / name).read_bytes()
        (pack / name).write_bytes(nonsense)
        assert failures(pack, capsys), name
        (pack / name).write_bytes(content)


@pytest.mark.parametrize("path", ["/etc/hostname", "../outside.txt", "C:/x", "a\\b"])
def test_a_manifest_cannot_point_outside_the_pack(
    pack: Path, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    with (pack / "manifest-sha256.txt").open("a") as file:
        file.write(f"{'0' * 64}  {path}\n")

    failed = failures(pack, capsys)

    assert any("manifest-sha256.txt line" in each for each in failed)
    assert not any(path in each for each in failed)


def test_where_there_is_no_pack_the_program_says_so(tmp_path: Path, pack: Path) -> None:
    (tmp_path / "empty").mkdir()
    shutil.copy(pack / "verify.py", tmp_path / "empty")

    done = run_verify(tmp_path / "empty")

    assert done.returncode == 2
    assert "no evidence pack" in done.stderr
    assert run_verify(pack, "--nonsense").returncode == 2


def test_the_program_is_python_3_9_and_imports_the_standard_library_only(pack: Path) -> None:
    tree = ast.parse((pack / "verify.py").read_text(), feature_version=(3, 9))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    newer = {"file_digest", "pairwise", "bit_count", "UTC", "batched", "walk", "hardlink_to"}
    assert not called & newer


def test_who_signs_with_another_key_is_stopped_by_the_keys(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = parse_note((pack / "checkpoint.note").read_text())
    forger = SignerKey.generate(note.signatures[0].name)
    (pack / "checkpoint.note").write_text(str(sign(note.text, [forger])))
    rewrite_manifest(pack)
    assert failures(pack, capsys) == ["signature checkpoint.note"]


def test_a_note_of_another_checkpoint_is_told(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = parse_note((pack / "checkpoint.note").read_text())
    forger = SignerKey.generate(note.signatures[0].name)
    size = note.text.split("\n")[1]
    text = note.text.replace(f"\n{size}\n", f"\n{int(size) - 1}\n")
    (pack / "checkpoint.note").write_text(str(sign(text, [forger])))
    (pack / "keys.txt").write_text(f"{forger.verifier}\n")
    rewrite_manifest(pack)
    assert failures(pack, capsys) == ["signature checkpoint.note"]


def test_keys_without_a_signed_note_are_told(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pack / "checkpoint.note").unlink()
    rewrite_manifest(pack)
    assert failures(pack, capsys) == ["signature checkpoint.note"]
