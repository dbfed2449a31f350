"""The Ed25519 of verify.py, against the published vectors and a library."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.evidence.verify import ORDER, is_signed

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_published_signatures_verify(public: str, message: str, signature: str) -> None:
    assert is_signed(*map(bytes.fromhex, (public, message, signature)))


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=80), st.integers(min_value=0, max_value=511))
def test_it_agrees_with_a_library_and_one_wrong_bit_is_told(message: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.generate()
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert is_signed(public, message, signature)
    wrong = bytearray(signature)
    wrong[bit // 8] ^= 1 << bit % 8
    assert not is_signed(public, message, bytes(wrong))
    assert not is_signed(public, message + b"\n", signature)


def test_a_second_form_of_the_same_signature_is_refused() -> None:
    key = Ed25519PrivateKey.generate()
    signature = key.sign(b"text")
    factor = int.from_bytes(signature[32:], "little") + ORDER
    malleated = signature[:32] + factor.to_bytes(32, "little")
    assert not is_signed(key.public_key().public_bytes_raw(), b"text", malleated)


@pytest.mark.parametrize("public", [b"", b"\xff" * 32, (2**255 - 19).to_bytes(32, "little")])
def test_what_is_no_key_signs_nothing(public: bytes) -> None:
    assert not is_signed(public, b"text", bytes(64))
