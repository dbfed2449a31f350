"""Captures as records of a WARC file (ISO 28500:2017, WARC 1.1).

The archive keeps documents after content decoding, so a record's body is the document: the
``Content-Encoding`` that it was served with, and lengths that speak of the coded bytes, stand
under ``X-Archive-Orig-`` names, as other crawlers write them. Their hashes as served stand in
``captures.jsonl`` of an evidence pack and under ``WARC-Wire-Digest`` here.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.clock import iso_utc
from storage.models import Capture

_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_ORIGINAL = "X-Archive-Orig-"
_NOT_MODIFIED = 304
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_NAME_SIGNS = "!#$%&'*+-.^_`|~ "
_BREAKS = str.maketrans({"\r": " ", "\n": " ", "\0": " "})


@dataclass(frozen=True, slots=True)
class Earlier:
    """The answer that brought a document which a later one said to be unchanged."""

    date: str
    digest: str


def records(
    writer: WARCWriter, capture: Capture, body: bytes, earlier: Earlier | None
) -> Iterator[ArcWarcRecord]:
    """Yield the records of one capture: the request, and what came back.

    Args:
        writer: makes records.
        capture: with a status.
        body: the document; empty if there is none.
        earlier: the last answer with a document from the same address in this file.
    """
    date = iso_utc(capture.fetched_at)
    answer = _answer(writer, capture, body, date, earlier)
    if not capture.rendered:
        yield _request(writer, capture, date, answer.rec_headers.get_header("WARC-Record-ID"))
    yield answer


def _answer(
    writer: WARCWriter, capture: Capture, body: bytes, date: str, earlier: Earlier | None
) -> ArcWarcRecord:
    about = {"WARC-Date": date}
    if capture.address:
        about["WARC-IP-Address"] = capture.address
    if capture.wire_sha256 and capture.wire_sha256 != capture.sha256:
        about["WARC-Wire-Digest"] = f"sha256:{capture.wire_sha256}"
    url = capture.final_url or capture.url
    if capture.rendered:  # a document that scripts made: no server sent it as it is
        return writer.create_warc_record(
            url,
            "resource",
            payload=io.BytesIO(body),
            length=len(body),
            warc_content_type=capture.media_type or "text/html",
            warc_headers_dict=about,
        )
    if capture.status == _NOT_MODIFIED:
        about["WARC-Profile"] = _REVISIT
        if earlier:
            about["WARC-Refers-To-Target-URI"] = url
            about["WARC-Refers-To-Date"] = earlier.date
            about["WARC-Payload-Digest"] = earlier.digest
    return writer.create_warc_record(
        url,
        "revisit" if capture.status == _NOT_MODIFIED else "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(
            _status_line(int(capture.status or 0)),
            [*_headers(capture.headers), ("Content-Length", str(len(body)))],
            protocol="HTTP/1.1",
        ),
        warc_headers_dict=about,
    )


def _request(writer: WARCWriter, capture: Capture, date: str, answer: str) -> ArcWarcRecord:
    url = capture.final_url or capture.url
    sent = (capture.request_body or "").encode()
    parts = urlsplit(url)
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    return writer.create_warc_record(
        url,
        "request",
        payload=io.BytesIO(sent),
        length=len(sent),
        http_headers=StatusAndHeaders(
            f"{capture.method} {target} HTTP/1.1",
            [_header(name, value) for name, value in capture.request_headers],
            is_http_request=True,
        ),
        warc_headers_dict={"WARC-Date": date, "WARC-Concurrent-To": answer},
    )


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _headers(headers: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        kept = f"{_ORIGINAL}{name}" if name.lower() in _OF_THE_WIRE else name
        yield _header(kept, value)


def _header(name: str, value: str) -> tuple[str, str]:
    """Return a header without what would begin another line; names are ASCII (RFC 9110 5.1)."""
    named = quote(name.translate(_BREAKS), safe=_NAME_SIGNS)
    return named, value.translate(_BREAKS)
