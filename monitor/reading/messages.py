"""What passes between a process and its reading child, over two pipes.

A request is a header in JSON and the body of the original; a reply is a report or an error in
JSON. The child reads hostile files, so nothing it says is ever unpickled.
"""

import json
import struct
from dataclasses import asdict, dataclass
from typing import BinaryIO

from pydantic import TypeAdapter

from monitor.reading.limits import Limits
from monitor.reading.model import Report, UnreadableError

_REQUEST = struct.Struct(">II")
_REPLY = struct.Struct(">cQQ")
_REPORT, _ERROR = b"R", b"E"
LARGEST_REPLY = 256 * 2**20

_reports = TypeAdapter(Report)


class BrokenPipeDialogueError(Exception):
    """The other side said nothing, or nothing that can be understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One original to be read."""

    body: bytes
    name: str | None
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of it: a report or an error; and how much memory the child has held at most."""

    report: Report | None = None
    error: UnreadableError | None = None
    peak_bytes: int = 0


def send_request(pipe: BinaryIO, request: Request) -> None:
    """Write a request."""
    header = json.dumps({"name": request.name, "limits": asdict(request.limits)}).encode()
    pipe.write(_REQUEST.pack(len(header), len(request.body)))
    pipe.write(header)
    pipe.write(request.body)
    pipe.flush()


def receive_request(pipe: BinaryIO) -> Request | None:
    """Read the next request; None when the other side has gone."""
    start = pipe.read(_REQUEST.size)
    if len(start) < _REQUEST.size:
        return None
    header_size, body_size = _REQUEST.unpack(start)
    header = json.loads(_exactly(pipe, header_size))
    body = _exactly(pipe, body_size)
    return Request(body=body, name=header["name"], limits=Limits(**header["limits"]))


def send_reply(pipe: BinaryIO, reply: Reply) -> None:
    """Write a reply."""
    if reply.report is not None:
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
