"""What passes between a process and its reading child, over two pipes.

A request is a header in JSON, the body of the original, and the pictures of a page; a reply is a
report or an error in JSON. The child reads hostile files, so nothing it says is ever unpickled.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import BinaryIO

from pydantic import TypeAdapter

from monitor.reading.choosing import ANY, Wanted
from monitor.reading.limits import Limits
from monitor.reading.model import Report, UnreadableError

_REQUEST = struct.Struct(">II")
_REPLY = struct.Struct(">cQQ")
_REPORT, _ERROR, _ASKS = b"R", b"E", b"A"
LARGEST_REPLY = 256 * 2**20
NO_PICTURES: Mapping[str, bytes] = MappingProxyType({})

_reports = TypeAdapter(Report)


class BrokenPipeDialogueError(Exception):
    """The other side said nothing, or nothing that can be understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One original to be read."""

    body: bytes
    name: str | None
    limits: Limits
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """The pictures that a page shows, by their addresses as the page writes them."""
    wanted: Wanted = ANY
    """Which report is looked for, where a bundle holds several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of it: a report or an error; and how much memory the child has held at most."""

    report: Report | None = None
    error: UnreadableError | None = None
    peak_bytes: int = 0
    asks_leave: bool = False
    """Whether it is no answer yet: the child asks for leave to recognise one more page."""


def send_request(pipe: BinaryIO, request: Request) -> None:
    """Write a request."""
    told = {
        "name": request.name,
        "limits": asdict(request.limits),
        "pictures": [[source, len(body)] for source, body in request.pictures.items()],
        "wanted": asdict(request.wanted),
    }
    header = json.dumps(told).encode()
    pipe.write(_REQUEST.pack(len(header), len(request.body)))
    pipe.write(header)
    pipe.write(request.body)
    pipe.writelines(request.pictures.values())
    pipe.flush()


LEAVE = Request(body=b"", name=None, limits=Limits())
"""What ``receive_request`` gives for the leave to recognise a page."""


def send_leave(pipe: BinaryIO) -> None:
    """Give a child the leave it asks for."""
    pipe.write(_REQUEST.pack(0, 0))
    pipe.flush()


def receive_request(pipe: BinaryIO) -> Request | None:
    """Read the next request; None when the other side has gone."""
    start = pipe.read(_REQUEST.size)
    if len(start) < _REQUEST.size:
        return None
    header_size, body_size = _REQUEST.unpack(start)
    if not header_size:
        return LEAVE
    header = json.loads(_exactly(pipe, header_size))
    body = _exactly(pipe, body_size)
    wanted = header["wanted"]
    return Request(
        body=body,
        name=header["name"],
        limits=Limits(**header["limits"]),
        pictures={source: _exactly(pipe, size) for source, size in header["pictures"]},
        wanted=Wanted(agencies=tuple(wanted["agencies"]), fiscal_year=wanted["fiscal_year"]),
    )


def send_reply(pipe: BinaryIO, reply: Reply) -> None:
    """Write a reply."""
    if reply.asks_leave:
        kind, payload = _ASKS, b""
    elif reply.report is not None:
        kind, payload = _REPORT, _reports.dump_json(reply.report)
    else:
        error = reply.error
        assert error is not None
        kind, payload = _ERROR, json.dumps([error.code, str(error)]).encode()
    pipe.write(_REPLY.pack(kind, reply.peak_bytes, len(payload)))
    pipe.write(payload)
    pipe.flush()


def receive_reply(pipe: BinaryIO) -> Reply:
    """Read a reply.

    Raises:
        BrokenPipeDialogueError: if the other side has gone or talks nonsense.
    """
    kind, peak, size = _REPLY.unpack(_exactly(pipe, _REPLY.size))
    if size > LARGEST_REPLY:
        raise BrokenPipeDialogueError(f"a reply of {size} bytes")
    payload = _exactly(pipe, size)
    if kind == _ASKS:
        return Reply(asks_leave=True, peak_bytes=peak)
    try:
        if kind == _REPORT:
            return Reply(report=_reports.validate_json(payload), peak_bytes=peak)
        code, message = json.loads(payload)
        return Reply(error=UnreadableError(str(code), str(message)), peak_bytes=peak)
    except ValueError as error:
        raise BrokenPipeDialogueError(f"a reply that is no report: {error}") from error


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise BrokenPipeDialogueError("the other side has gone")
    return data
