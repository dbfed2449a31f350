"""Content codings (RFC 9110 8.4), undone with caps and without forgiving cut streams.

Scrapy's own middleware hands on what a truncated stream held so far and knows no cap on the
ratio; a document that is evidence must be whole, and 1 MB must not become 600 GB (brotli).
"""

import zlib
from collections.abc import Callable, Iterator

import brotli
from backports import zstd

from crawler.errors import BodyBrokenError, BodyTooLargeError

MAX_RATIO = 200
"""A page of text packs at most about 30:1; a bomb starts at 1,000:1."""
_RATIO_FROM = 1024 * 1024
"""Bytes under which the ratio is not asked: short runs of blanks pack well."""
_CHUNK = 65536


def decode_body(body: bytes, codings: list[str], max_bytes: int) -> bytes:
    """Return ``body`` with ``codings`` (in the order they were applied) undone.

    Raises:
        BodyTooLargeError: if it would have more than ``max_bytes`` bytes or more than
            ``MAX_RATIO`` times what was sent.
        BodyBrokenError: if a stream is cut, damaged, or in a coding that was never asked for.
    """
    limit = min(max_bytes, max(_RATIO_FROM, len(body) * MAX_RATIO))
    for coding in reversed(codings):
        if coding == "identity":
            continue
        decoder = _DECODERS.get(coding)
        if decoder is None:
            raise BodyBrokenError(f"unknown content coding {coding!r}")
        body = _collect(decoder, body, coding, limit)
    return body


def _collect(
    decoder: Callable[[bytes], Iterator[bytes]], body: bytes, coding: str, limit: int
) -> bytes:
    if not body:
        return body
    decoded = bytearray()
    try:
        for chunk in decoder(body):
            decoded += chunk
            if len(decoded) > limit:
                raise BodyTooLargeError(f"more than {limit} bytes after decoding {coding}")
    except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
        raise BodyBrokenError(f"{coding}: {error}") from error
    return bytes(decoded)


def _zlib_members(body: bytes, window: int) -> Iterator[bytes]:
    """Decode one zlib, deflate or gzip stream, or several gzip members one after the other."""
    while body:
        decoder = zlib.decompressobj(window)
        pending = body
        while not decoder.eof:
            chunk = decoder.decompress(pending, _CHUNK)
            pending = decoder.unconsumed_tail
            if chunk:
                yield chunk
            elif not pending:
                raise EOFError("the stream is cut short")
        body = decoder.unused_data
        if window <= zlib.MAX_WBITS or not body.startswith(b"\x1f\x8b"):
            return  # rubbish after the end is common and harmless


def _gzip(body: bytes) -> Iterator[bytes]:
    yield from _zlib_members(body, zlib.MAX_WBITS | 16)


def _deflate(body: bytes) -> Iterator[bytes]:
    """Decode ``deflate``: zlib by the standard, raw deflate from old Microsoft servers."""
    zlib_header = body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0
    yield from _zlib_members(body, zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)


def _brotli(body: bytes) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    chunk = decoder.process(body, output_buffer_limit=_CHUNK)
    while chunk:
        yield chunk
        chunk = b"" if decoder.is_finished() else decoder.process(b"", output_buffer_limit=_CHUNK)
    if not decoder.is_finished():
        raise EOFError("the stream is cut short")


def _zstd(body: bytes) -> Iterator[bytes]:
    while body:
        decoder = zstd.ZstdDecompressor()
        pending = body
        while not decoder.eof:
            chunk = decoder.decompress(pending, max_length=_CHUNK)
            pending = b""
            if chunk:
                yield chunk
            elif decoder.needs_input:
                raise EOFError("the stream is cut short")
        body = decoder.unused_data


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
