import ast
import base64
import hashlib
import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.evidence import verifier
from storage.evidence.verify import (
    FAIL,
    MANIFEST,
    PASS,
    SKIP,
    TAG_MANIFEST,
    Check,
    read_stamp,
    verify,
)
from storage.evidence.verify import main as verify_pack
from storage.signing.notes import Signature, SignerKey, parse_note, sign
from tests.storage.evidence.conftest import Sealed
from tests.storage.evidence.scene import PDF, files_of, run_verify

Edit = Callable[[Path, Callable[[Any], object]], None]


def failed(pack: Path) -> list[Check]:
    return [each for each in verify(pack) if each.result == FAIL]


def failures(pack: Path) -> list[str]:
    """What fails beside the signature over the pack, which any change breaks."""
    return [f"{each.check} {each.subject}" for each in failed(pack) if each.check != "pack"]


def names(checks: list[Check], name: str) -> bool:
    """Tell whether a file is named; its list names files that are not there any more."""
    return any(each.subject == name or name in each.message for each in checks)


def damages(content: bytes) -> Iterator[bytes]:
    """One changed bit in several places, bytes lost and bytes added."""
    for place, bit in ((0, 0x20), (len(content) // 2, 0x01), (len(content) - 1, 0x01)):
        yield content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :]
    yield content[: len(content) // 2]
    yield content + b"\n"
    yield b""


@pytest.mark.parametrize("which", ["year", "absence"])
def test_any_changed_byte_of_any_file_is_named(sealed: Sealed, tmp_path: Path, which: str) -> None:
    pack = shutil.copytree(getattr(sealed, which), tmp_path / "pack")
    assert failures(pack) == []
    seen = set() if which == "year" else set(files_of(sealed.year))
    for name in set(files_of(pack)) - seen:
        content = (pack / name).read_bytes()
        for damaged in damages(content):
            if damaged != content:
                (pack / name).write_bytes(damaged)
                assert names(failed(pack), name), name
        (pack / name).write_bytes(content)
    assert failures(pack) == []


def test_every_single_bit_of_the_manifests_counts(pack: Path) -> None:
    for manifest, step in ((MANIFEST, 401), (TAG_MANIFEST, 97)):
        path = pack / manifest
        content = path.read_bytes()
        for place in range(0, len(content), step):
            for bit in range(8):
                changed = bytearray(content)
                changed[place] ^= 1 << bit
                path.write_bytes(changed)
                assert names(failed(pack), manifest), (manifest, place, bit)
        path.write_bytes(content)


def test_any_byte_anywhere_counts(sealed: Sealed, tmp_path_factory: pytest.TempPathFactory) -> None:
    pack = shutil.copytree(sealed.year, tmp_path_factory.mktemp("any") / "pack")
    files = files_of(pack)

    @settings(max_examples=40, deadline=None)
    @given(st.data())
    def flip(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(files))
        content = (pack / name).read_bytes()
        place = data.draw(st.integers(min_value=0, max_value=len(content) - 1))
        changed = bytearray(content)
        changed[place] ^= 1 << data.draw(st.integers(min_value=0, max_value=7))
        (pack / name).write_bytes(changed)
        try:
            assert names(failed(pack), name)
        finally:
            (pack / name).write_bytes(content)

    flip()


def test_every_deleted_and_every_renamed_file_is_named(pack: Path, tmp_path: Path) -> None:
    for name in files_of(pack):
        (pack / name).rename(tmp_path / "away")
        assert names(failed(pack), name), name
        (tmp_path / "away").rename(pack / f"{name}.other")
        told = failed(pack)
        assert names(told, name)
        assert f"unlisted {name}.other" in failures(pack)
        (pack / f"{name}.other").rename(pack / name)


def test_two_files_exchanged_are_both_named(pack: Path, tmp_path: Path) -> None:
    for one, other in itertools.pairwise(files_of(pack)):
        if (pack / one).read_bytes() == (pack / other).read_bytes():
            continue
        for old, new in ((one, "away"), (other, one), ("away", other)):
            (pack / old).rename(pack / new)
        told = failed(pack)
        assert names(told, one), (one, other)
        assert names(told, other), (one, other)
        for old, new in ((one, "away"), (other, one), ("away", other)):
            (pack / old).rename(pack / new)


def test_a_strange_file_a_link_and_an_empty_directory_are_named(pack: Path, tmp_path: Path) -> None:
    (pack / "data" / "added.txt").write_text("x")
    (pack / "link").symlink_to("README.txt")
    (pack / "data" / "empty").mkdir()
    outside = shutil.move(pack / "data" / "originals", tmp_path / "originals")
    (pack / "data" / "originals").symlink_to(outside)

    told = failures(pack)

    assert {"unlisted data/added.txt", "unlisted link", "unlisted data/empty"} <= set(told)
    assert any(each.startswith("manifest data/originals/") for each in told)


def test_a_missing_manifest_is_named(pack: Path) -> None:
    (pack / MANIFEST).unlink()
    assert f"manifest {MANIFEST}" in failures(pack)


def rewrite_manifest(pack: Path) -> None:
    """Do what a forger would who knows what a bag is; without the key, the signature tells."""
    payload = [name for name in files_of(pack) if name.startswith("data/")]
    size = sum((pack / name).stat().st_size for name in payload)
    about = (pack / "bag-info.txt").read_text().splitlines()[:-1]
    lines = [*about, f"Payload-Oxum: {size}.{len(payload)}", ""]
    (pack / "bag-info.txt").write_text("\n".join(lines))
    tags = [name for name in files_of(pack) if name not in (*payload, TAG_MANIFEST)]
    for manifest, listed in ((MANIFEST, payload), (TAG_MANIFEST, tags)):
        digests = (
            (hashlib.sha256((pack / each).read_bytes()).hexdigest(), each) for each in listed
        )
        (pack / manifest).write_text("".join(f"{digest}  {each}\n" for digest, each in digests))
    assert "pack" in {each.check for each in failed(pack)}


def test_a_forger_who_also_rewrites_the_manifest_is_stopped_by_the_log(pack: Path) -> None:
    path = pack / "data/captures.jsonl"
    honest = path.read_text()
    path.write_text(honest.replace('"status":200', '"status":404', 1))
    rewrite_manifest(pack)
    inclusion, claim = failures(pack)
    assert inclusion == "inclusion data/captures.jsonl line 1"
    assert "answered with status 200" in claim

    lines = honest.splitlines(keepends=True)
    path.write_text("".join([lines[1], lines[0], *lines[2:]]))
    rewrite_manifest(pack)
    assert failures(pack)[:2] == [
        "inclusion data/captures.jsonl line 1",
        "inclusion data/captures.jsonl line 2",
    ]

    path.write_text("".join(lines[1:]))
    rewrite_manifest(pack)
    assert "inclusion data/proofs.jsonl" in failures(pack)


def test_a_forger_who_changes_an_original_is_stopped_by_its_record(pack: Path) -> None:
    original = next(each for each in files_of(pack) if each.endswith(".pdf"))
    forged = b"%PDF-1.7 forged"
    (pack / original).rename(
        pack / "data/originals" / f"{hashlib.sha256(forged).hexdigest()}.pdf"
    ).write_bytes(forged)
    rewrite_manifest(pack)

    told = failures(pack)

    assert f"record data/captures.jsonl line 2: {PDF}" in told
    assert f"original data/originals/{hashlib.sha256(forged).hexdigest()}.pdf" in told
    assert any(each.startswith("judgement") for each in told)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("data/proofs.jsonl", '"position": 1', '"position": 2'),
        ("data/proofs.jsonl", '"position": 1', '"position": -1'),
        ("data/proofs.jsonl", '"position": 1', '"position": 10000000'),
        ("data/proofs.jsonl", "position", "positron"),
        ("data/proofs.jsonl", '"path": ["', '"path": ["00'),
        ("data/proofs.jsonl", '"path": [', '"path": 7, "other": ['),
        ("data/proofs.jsonl", "\n", "\n\n"),
        ("data/checkpoint.txt", "11 ", "12 "),
        ("data/checkpoint.txt", "11 ", "1 "),
        ("data/checkpoint.txt", "11 ", ""),
        ("data/checkpoint.txt", "= ", " "),
        ("data/consistency.jsonl", '"checkpoint": "3', '"checkpoint": "4'),
        ("data/consistency.jsonl", '"checkpoint": "3', '"checkpoint": "8'),
        ("data/consistency.jsonl", '"path": ["', '"path": ["00'),
        ("data/consistency.jsonl", '"path": ["', '"path": [7, "'),
        ("data/consistency.jsonl", "checkpoint", "other"),
        ("data/filings.json", '"position": 3', '"position": 4'),
        ("data/filings.json", '"originals"', '"originalz"'),
        ("data/judgements.json", '"read_from": "', '"read_from": "00'),
    ],
)
def test_a_forger_who_changes_the_proofs_is_stopped(
    pack: Path, name: str, old: str, new: str
) -> None:
    content = (pack / name).read_text()
    assert old in content
    (pack / name).write_text(content.replace(old, new, 1))
    rewrite_manifest(pack)

    assert failures(pack)


@pytest.mark.parametrize("nonsense", [b"[]", b'{"a":1}', b"\xff\xfe", b"[" * 5000])
def test_nonsense_in_any_file_is_a_failed_check_and_no_crash(pack: Path, nonsense: bytes) -> None:
    for name in files_of(pack):
        content = (pack / name).read_bytes()
        (pack / name).write_bytes(nonsense)
        assert names(failed(pack), name), name
        (pack / name).write_bytes(content)


@pytest.mark.parametrize("value", [None, 7, "x", ["x"], {"x": 1}])
def test_a_value_of_another_kind_is_a_failed_check_and_no_crash(
    pack: Path, edit: Edit, value: object
) -> None:
    for name in ("filings", "judgements", "claims", "pack"):
        path = pack / f"data/{name}.json"
        content = path.read_bytes()
        for key in ("originals", "read_from", "captures", "kind"):
            edit(path, partial(_replace, key, value))
            assert failures(pack)
            path.write_bytes(content)


def _replace(key: str, value: object, found: Any) -> None:
    first = found[0] if isinstance(found, list) else found
    first[key] = value


@pytest.mark.parametrize("path", ["/etc/hostname", "../outside.txt", "C:/x", "a\\b", "data/../x"])
def test_a_manifest_cannot_point_outside_the_pack(pack: Path, path: str) -> None:
    with (pack / MANIFEST).open("a") as file:
        file.write(f"{'0' * 64}  {path}\n")

    told = failed(pack)

    assert any("is no line of this manifest" in each.message for each in told)
    assert not any(each.subject == path for each in told)


def test_where_there_is_no_pack_the_program_says_so(tmp_path: Path, pack: Path) -> None:
    (tmp_path / "empty").mkdir()
    shutil.copy(pack / "verify.py", tmp_path / "empty")

    done = run_verify(tmp_path / "empty")

    assert done.returncode == 2
    assert "no evidence pack" in done.stderr
    assert run_verify(pack, "--nonsense").returncode == 2


def test_the_program_is_python_3_8_and_imports_the_standard_library_only() -> None:
    tree = ast.parse(verifier(), feature_version=(3, 8))
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
    newer = {"file_digest", "pairwise", "bit_count", "UTC", "batched", "walk", "hardlink_to",
             "removeprefix", "removesuffix", "cache", "is_relative_to"}  # fmt: skip
    assert not called & newer


def test_other_pythons_run_it(pack: Path) -> None:
    found = [path for number in range(8, 15) if (path := shutil.which(f"python3.{number}"))]
    usable = [
        path
        for path in found
        if subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0
    ]
    for python in {usable[0], usable[-1]}:
        done = run_verify(pack, "--json", python=python)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["failed"] == 0


def test_the_answers_are_named_and_counted_in_json(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_pack([str(pack), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    results = [each["result"] for each in report["checks"]]
    assert report["ok"] is True
    assert (report["passed"], report["failed"], report["skipped"]) == (
        results.count(PASS),
        0,
        results.count(SKIP),
    )
    assert {each["check"] for each in report["checks"]} == {
        "bag", "manifest", "pack", "checkpoint", "signature", "rotation", "key", "timestamp",
        "consistency", "record", "inclusion", "deletion", "original", "certificate", "filing",
        "judgement", "absence", "claim", "page",
    }  # fmt: skip
    assert {"check", "subject", "ok", "message"} <= set(report["checks"][0])

    (pack / "data/keys.txt").unlink()
    assert verify_pack([str(pack), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is False
    assert any(not each["ok"] and each["subject"] == "data/keys.txt" for each in report["checks"])


def test_openssl_says_the_rest_about_each_time_stamp(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verify_pack([str(pack), "--json"])
    commands = json.loads(capsys.readouterr().out)["commands"]
    assert len(commands) == 2, "one over this checkpoint, one over an older one"
    for command in commands:
        done = subprocess.run(command.split(), cwd=pack, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_time_stamp_is_read_as_openssl_reads_it(pack: Path) -> None:
    imprint, at = read_stamp((pack / "data/timestamp-1.tsr").read_bytes())
    assert imprint == hashlib.sha256((pack / "data/checkpoint.note").read_bytes()).digest()
    shown = subprocess.run(
        ["openssl", "ts", "-reply", "-in", "data/timestamp-1.tsr", "-text"],
        cwd=pack, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert f"{at[8:10]}:{at[10:12]}:{at[12:14]}" in shown


def test_a_time_stamp_of_something_else_is_told(pack: Path) -> None:
    one, other = (pack / f"data/timestamp-{number}.tsr" for number in (1, 2))
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)
    rewrite_manifest(pack)
    told = failures(pack)
    assert any(each.startswith("timestamp data/timestamp-1.tsr") for each in told)
    assert any(each.startswith("timestamp data/timestamp-2.tsr") for each in told)


def test_a_key_that_nobody_signed_in_is_told(pack: Path) -> None:
    path = pack / "data/key-rotation-1.note"
    old, new = (pack / "data/keys.txt").read_text().splitlines()
    path.write_text(path.read_text().replace(new, old))
    rewrite_manifest(pack)
    assert failures(pack) == ["rotation data/key-rotation-1.note"]


def is_of(signature: Signature, line: str) -> bool:
    """Tell whether a line of a note is a signature of it."""
    return base64.b64encode(signature.key_id + signature.signature).decode() in line


def test_a_rotation_that_only_the_new_key_signed_is_left_to_people(pack: Path) -> None:
    path = pack / "data/key-rotation-1.note"
    old = (pack / "data/keys.txt").read_text().split("+")[1]
    lines = path.read_text().splitlines(keepends=True)
    note = parse_note("".join(lines))
    mine = next(each for each in note.signatures if each.key_id.hex() == old)
    path.write_text("".join(line for line in lines if not is_of(mine, line)))
    rewrite_manifest(pack)
    [check] = [each for each in verify(pack) if each.check == "rotation"]
    assert check.result == SKIP
    assert "said to be lost" in check.message


def test_a_certificate_that_no_record_names_is_told(pack: Path) -> None:
    path = next((pack / "data/certificates").iterdir())
    assert path.name == "www.boai.gov.cn.pem"
    other = next(pack.glob("data/timestamp-*.pem")).read_text().replace("MII", "MIJ", 1)
    path.write_text(other)
    rewrite_manifest(pack)
    assert failures(pack) == [f"certificate data/certificates/{path.name}"]


def test_what_was_served_compressed_is_kept_as_served(pack: Path) -> None:
    [path] = (pack / "data/wire").iterdir()
    assert path.read_bytes() == b"\x1f\x8bcompressed"
    path.write_bytes(b"other")
    rewrite_manifest(pack)
    assert failures(pack) == [f"original data/wire/{path.name}"]


def test_a_deletion_that_the_log_does_not_hold_is_told(pack: Path) -> None:
    path = pack / "data/deletions.jsonl"
    assert "列表页精简" in path.read_text()
    path.write_text(path.read_text().replace("列表页精简", "清理"))
    rewrite_manifest(pack)
    assert failures(pack) == ["inclusion data/deletions.jsonl line 1"]


def test_an_original_left_out_without_a_decision_is_told(pack: Path) -> None:
    (pack / "data/deletions.jsonl").unlink()
    (pack / "data/deletion-proofs.jsonl").unlink()
    rewrite_manifest(pack)
    [told] = failures(pack)
    assert told.startswith("record data/captures.jsonl line")


def test_a_sentence_without_its_records_is_told(pack: Path, edit: Edit) -> None:
    edit(pack / "data/claims.json", lambda claims: claims[0].update(captures=[99]))
    rewrite_manifest(pack)
    [told] = failures(pack)
    assert told.startswith("claim ")


def test_an_older_checkpoint_signed_by_a_stranger_is_told(pack: Path) -> None:
    path = pack / "data/consistency.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    note = parse_note(lines[-1]["note"])
    lines[-1]["note"] = str(sign(note.text, [SignerKey.generate(note.signatures[0].name)]))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rewrite_manifest(pack)
    told = failures(pack)
    assert f"signature {lines[-1]['checkpoint']}" in told


def test_who_signs_with_another_key_is_stopped_by_the_keys(pack: Path) -> None:
    note = parse_note((pack / "data/checkpoint.note").read_text())
    forger = SignerKey.generate(note.signatures[0].name)
    (pack / "data/checkpoint.note").write_text(str(sign(note.text, [forger])))
    rewrite_manifest(pack)
    assert "signature data/checkpoint.note" in failures(pack)


def test_a_note_of_another_checkpoint_is_told(pack: Path) -> None:
    note = parse_note((pack / "data/checkpoint.note").read_text())
    forger = SignerKey.generate(note.signatures[0].name)
    size = note.text.split("\n")[1]
    text = note.text.replace(f"\n{size}\n", f"\n{int(size) - 1}\n")
    (pack / "data/checkpoint.note").write_text(str(sign(text, [forger])))
    (pack / "data/keys.txt").write_text(f"{forger.verifier}\n")
    rewrite_manifest(pack)
    assert "signature data/checkpoint.note" in failures(pack)


def test_keys_without_a_signed_note_are_told(pack: Path) -> None:
    (pack / "data/checkpoint.note").unlink()
    rewrite_manifest(pack)
    assert "signature data/checkpoint.note" in failures(pack)
