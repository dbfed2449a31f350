"""Handles files in a child process with limits: draws fixed pages, unpacks bundles, prints.

The child is told what to do on its standard input and writes pictures, or the file unpacked or
printed, to its standard output, each behind its length.
"""

import json
import resource
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import BinaryIO

from pydantic import TypeAdapter

from monitor.language import Bilingual
from monitor.pictures.drawing import Heads, draw_sheets
from monitor.pictures.errors import PictureError
from monitor.pictures.fixed import fixed_sheets
from monitor.pictures.fonts import NoFontError
from monitor.pictures.notes import Note
from monitor.reading.bundle import unpack
from monitor.reading.model import UnreadableError
from monitor.reading.office import print_to_pdf

_SIZE = struct.Struct(">I")
_MEMORY = 3 * 2**30
_CPU_SECONDS = 300
_LARGEST = 512 * 2**20
_notes = TypeAdapter(tuple[Note, ...])


def draw_fixed(body: bytes, kind: str, notes: Sequence[Note], heads: Heads) -> Iterator[bytes]:
    """Yield the pages of an original with fixed pages as PNG, with the notes beside them.

    Raises:
        PictureError: if it cannot be drawn within the limits.
    """
    told = _notes.dump_python(tuple(notes), mode="json")
    yield from _asked({"kind": kind, "notes": told, "heads": asdict(heads)}, body)


def take_member(body: bytes, kind: str, name: str) -> bytes:
    """Return a file of a ZIP, RAR or 7z.

    Raises:
        PictureError: if it cannot be unpacked within the limits.
    """
    for member in _asked({"kind": kind, "member": name}, body):
        return member
    raise PictureError(Bilingual(f"压缩包内没有 {name}。", f"the bundle holds no {name}."))


def print_document(body: bytes, kind: str) -> bytes:
    """Return the PDF that LibreOffice prints of an office document.

    Raises:
        PictureError: if it cannot be printed within the limits.
    """
    for paper in _asked({"kind": kind, "print": True}, body):
        return paper
    raise PictureError(Bilingual("没有打印出任何页面。", "nothing was printed."))


def _asked(what: dict[str, object], body: bytes) -> Iterator[bytes]:
    order = json.dumps(what).encode()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "monitor.pictures.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        said, errors = child.communicate(_SIZE.pack(len(order)) + order + body)
    yield from _pictures(said)
    if child.returncode:
        last = errors.decode(errors="replace").strip().rpartition("\n")[2]
        why = last or f"exit code {child.returncode}"
        raise PictureError(
            Bilingual(f"绘制原件失败：{why}。", f"drawing the original failed: {why}.")
        )


def _pictures(said: bytes) -> Iterator[bytes]:
    at = 0
    while at + _SIZE.size <= len(said):
        (size,) = _SIZE.unpack_from(said, at)
        at += _SIZE.size
        if at + size > len(said):
            return
        yield said[at : at + size]
        at += size


def main() -> None:
    """Draw what standard input asks for."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    (size,) = _SIZE.unpack(sys.stdin.buffer.read(_SIZE.size))
    order = json.loads(sys.stdin.buffer.read(size))
    body = sys.stdin.buffer.read(_LARGEST)
    task = next((task for name, task in _TASKS.items() if name in order), _drawn)
    try:
        for answer in task(order, body):
            _say(answer, sys.stdout.buffer)
    except (NoFontError, UnreadableError) as error:
        sys.exit(str(error))


def _say(answer: bytes, pipe: BinaryIO) -> None:
    pipe.write(_SIZE.pack(len(answer)))
    pipe.write(answer)
    pipe.flush()


def _member(order: dict[str, object], body: bytes) -> Iterator[bytes]:
    for member in unpack(body, str(order["kind"])):
        if member.name == order["member"] and member.body:
            yield member.body
            return


def _printed(order: dict[str, object], body: bytes) -> Iterator[bytes]:
    yield print_to_pdf(body, str(order["kind"]))


def _drawn(order: dict[str, object], body: bytes) -> Iterator[bytes]:
    notes = _notes.validate_python(order["notes"], strict=False)
    heads = TypeAdapter(Heads).validate_python(order["heads"])
    yield from draw_sheets(fixed_sheets(body, str(order["kind"])), notes, heads)


_TASKS = {"member": _member, "print": _printed}


if __name__ == "__main__":
    main()
