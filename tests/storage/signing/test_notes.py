"""Signed notes: the published vectors, and that nothing else passes for one."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.signing.checkpoints import LogCheckpoint
from storage.signing.notes import Note, NoteError, SignerKey, VerifierKey, parse_note, sign

# From the documentation of golang.org/x/mod/sumdb/note, which the C2SP document describes.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_NOTE = (
    PETER_TEXT + "\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

TEXTS = st.text(
    st.characters(exclude_characters="".join(map(chr, range(32))), exclude_categories=["Cs"]),
    max_size=60,
)


def key(name: str = "example.org/log") -> SignerKey:
    return SignerKey.generate(name)


def test_the_published_note_verifies() -> None:
    note = parse_note(PETER_NOTE)
    assert note.text == PETER_TEXT
    assert note.signers([VerifierKey.parse(PETER)]) == (VerifierKey.parse(PETER),)
    assert str(note) == PETER_NOTE


def test_a_verifier_key_is_written_as_it_was_read() -> None:
    assert str(VerifierKey.parse(PETER)) == PETER


def test_the_published_private_key_signs_as_published() -> None:
    secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    signer = SignerKey.parse(secret)
    assert str(signer.verifier) == PETER
    assert str(sign(PETER_TEXT, [signer])) == PETER_NOTE
    assert signer.secret_line() == secret


@given(TEXTS)
def test_what_was_signed_verifies_and_reads_back(text: str) -> None:
    signer = key()
    note = parse_note(str(sign(text + "\n", [signer])))
    assert note.text == text + "\n"
    assert note.signers([signer.verifier]) == (signer.verifier,)


@given(TEXTS, st.integers(min_value=0), st.sampled_from("x1 —"))
def test_a_changed_text_is_told(text: str, at: int, letter: str) -> None:
    signer = key()
    note = sign(text + "\n", [signer])
    at %= len(note.text)
    changed = note.text[:at] + letter + note.text[at:]
    with pytest.raises(NoteError):
        Note(changed, note.signatures).signers([signer.verifier])


def test_a_note_of_another_key_has_no_signer() -> None:
    note = sign("one\n", [key()])
    assert note.signers([key().verifier]) == ()


def test_both_keys_of_a_rotation_sign() -> None:
    old, new = key(), key()
    assert sign("rotation\n", [old, new]).signers([old.verifier, new.verifier]) == (
        old.verifier,
        new.verifier,
    )


@pytest.mark.parametrize(
    "written",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n- name AAAA\n",
        "text\n\n— name !!!!\n",
        "text\n\n— name AAAAAA==",
        "te\x00xt\n\n— name AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused(written: str) -> None:
    with pytest.raises(NoteError):
        parse_note(written)


@pytest.mark.parametrize(
    "line",
    ["", "a+b", "name+00000000+AQ==", PETER.replace("c74f", "c74e"), PETER.replace("+ARp", "+Ahp")],
)
def test_what_is_no_verifier_key_is_refused(line: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(line)


def test_a_private_key_is_never_shown() -> None:
    signer = key()
    secret = base64.b64encode(b"\x01" + signer.seed).decode()
    assert secret not in repr(signer)
    with pytest.raises(NoteError) as caught:
        SignerKey.parse(signer.secret_line().replace("+A", "+B"))
    assert secret[5:] not in str(caught.value)


def test_a_checkpoint_reads_back() -> None:
    checkpoint = LogCheckpoint(
        origin="nianbao/1", size=42, root=bytes(range(32)), made_at="2026-01-31T16:00:00Z"
    )
    assert LogCheckpoint.parse(checkpoint.text()) == checkpoint


def test_a_checkpoint_of_another_program_is_read_too() -> None:
    text = "example.com/behind-the-sofa\n20852\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    read = LogCheckpoint.parse(text + "an extension\n")
    assert (read.origin, read.size, read.made_at) == ("example.com/behind-the-sofa", 20852, None)
    assert LogCheckpoint.parse(text).text() == text


@pytest.mark.parametrize("text", ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\nAAAA\n", "a\n1\nAAAA\n"])
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        LogCheckpoint.parse(text)
