"""Content codings: undone whole, or not at all."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import BodyBrokenError, BodyTooLargeError
from crawler.pages.coding import decode_body

MIB = 1024 * 1024


def raw_deflate(body: bytes) -> bytes:
    """Return what old Microsoft servers call deflate."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
}


@pytest.mark.parametrize("name", PACKERS)
@given(body=st.binary(min_size=1, max_size=2000))
def test_what_was_packed_comes_back(name: str, body: bytes) -> None:
    coding, pack = PACKERS[name]
    assert decode_body(pack(body), [coding], MIB) == body


@pytest.mark.parametrize("name", PACKERS)
def test_a_cut_stream_is_no_body(name: str) -> None:
    coding, pack = PACKERS[name]
    packed = pack(b"".join(str(number).encode() for number in range(5000)))
    for length in (1, len(packed) // 2, len(packed) - 1):
        with pytest.raises(BodyBrokenError):
            decode_body(packed[:length], [coding], MIB)


@pytest.mark.parametrize("name", PACKERS)
def test_a_bomb_is_stopped_by_its_ratio(name: str) -> None:
    coding, pack = PACKERS[name]
    bomb = pack(bytes(60 * MIB))
    with pytest.raises(BodyTooLargeError):
        decode_body(bomb, [coding], 64 * MIB)


@pytest.mark.parametrize("name", PACKERS)
def test_a_body_is_stopped_at_its_size(name: str) -> None:
    coding, pack = PACKERS[name]
    with pytest.raises(BodyTooLargeError):
        decode_body(pack(bytes(range(256)) * 16), [coding], 4000)


def test_codings_are_undone_in_the_reverse_of_their_order() -> None:
    packed = gzip.compress(brotli.compress(b"x" * 50))
    assert decode_body(packed, ["br", "gzip"], MIB) == b"x" * 50


def test_several_gzip_members_are_one_body() -> None:
    assert decode_body(gzip.compress(b"a") + gzip.compress(b"b"), ["gzip"], MIB) == b"ab"


def test_rubbish_after_the_end_is_harmless() -> None:
    assert decode_body(gzip.compress(b"a") + b"\0\0", ["gzip"], MIB) == b"a"


def test_plain_text_under_a_gzip_label_is_broken() -> None:
    with pytest.raises(BodyBrokenError):
        decode_body(b"plain", ["gzip"], MIB)


def test_an_unknown_coding_is_broken() -> None:
    with pytest.raises(BodyBrokenError):
        decode_body(b"x", ["compress"], MIB)


def test_identity_and_an_empty_body_stay() -> None:
    assert decode_body(b"x", ["identity"], MIB) == b"x"
    assert decode_body(b"", ["gzip"], MIB) == b""
