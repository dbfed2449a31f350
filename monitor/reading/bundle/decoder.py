"""Unpacks RAR (4 and 5) and 7z with libarchive, a library under the BSD licence.

It is called through its C interface, which has been the same since version 3. Only the decoder of
the kind in hand is switched on: the library knows others that start programs. It runs in the
reading child, within the child's limits. Solid RAR 4, volumes and RAR before 2.9 it does not know.
"""

import ctypes
import ctypes.util
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from monitor.reading import kinds
from monitor.reading.bundle.budget import Budget
from monitor.reading.bundle.member import Member
from monitor.reading.bundle.names import decode_name, is_left_behind, safe_name
from monitor.reading.model import UnreadableError

_LIBRARY = "libarchive.so.13"
_MISSING = "RAR and 7z files are unpacked by libarchive; install the package libarchive13"
_END, _OK, _WARN = 1, 0, -20
_PIECE = 2**16
_FORMATS = {kinds.RAR: (b"rar", b"rar5"), kinds.SEVEN_ZIP: (b"7zip",)}
_POINTER, _TEXT = ctypes.c_void_p, ctypes.c_char_p
_SIGNATURES: dict[str, tuple[list[type], type]] = {
    "read_new": ([], _POINTER),
    "read_free": ([_POINTER], ctypes.c_int),
    "read_support_format_rar": ([_POINTER], ctypes.c_int),
    "read_support_format_rar5": ([_POINTER], ctypes.c_int),
    "read_support_format_7zip": ([_POINTER], ctypes.c_int),
    "read_open_memory": ([_POINTER, _TEXT, ctypes.c_size_t], ctypes.c_int),
    "read_next_header": ([_POINTER, ctypes.POINTER(_POINTER)], ctypes.c_int),
    "read_data": ([_POINTER, _POINTER, ctypes.c_size_t], ctypes.c_ssize_t),
    "error_string": ([_POINTER], _TEXT),
    "entry_pathname": ([_POINTER], _TEXT),
    "entry_pathname_w": ([_POINTER], ctypes.c_wchar_p),
    "entry_filetype": ([_POINTER], ctypes.c_uint),
    "entry_size": ([_POINTER], ctypes.c_int64),
    "entry_size_is_set": ([_POINTER], ctypes.c_int),
    "entry_is_encrypted": ([_POINTER], ctypes.c_int),
}


def can_unpack() -> bool:
    """Return whether the library is installed."""
    return _library() is not None


def unpack_by_library(body: bytes, kind: str, budget: Budget) -> Iterator[Member]:
    """Yield the files of a RAR or 7z.

    Raises:
        UnreadableError: ``no-converter`` without the library; ``encrypted``, ``damaged``,
            ``unsupported-type`` if its directory cannot be read; ``limits-exceeded``.
    """
    library = _library()
    if library is None:
        raise UnreadableError("no-converter", _MISSING)
    with _opened(library, body, kind) as archive:
        entry = _POINTER()
        while (result := library.archive_read_next_header(archive, ctypes.byref(entry))) != _END:
            if result < _WARN:
                raise _error(library, archive)
            budget.count_members(1)
            name = safe_name(_name(library, entry))
            if library.archive_entry_filetype(entry) != stat.S_IFDIR and not is_left_behind(name):
                yield _member(library, archive, entry, name, budget)


@contextmanager
def _opened(library: ctypes.CDLL, body: bytes, kind: str) -> Iterator[int]:
    archive = library.archive_read_new()
    try:
        for name in _FORMATS[kind]:
            getattr(library, f"archive_read_support_format_{name.decode()}")(archive)
        if library.archive_read_open_memory(archive, body, len(body)) < _WARN:
            raise _error(library, archive)
        yield archive
    finally:
        library.archive_read_free(archive)


def _member(
    library: ctypes.CDLL, archive: int, entry: ctypes.c_void_p, name: str, budget: Budget
) -> Member:
    nothing = Member(name=name, body=b"")
    if library.archive_entry_is_encrypted(entry):
        return nothing.refused(UnreadableError("encrypted", "it asks for a password"))
    if library.archive_entry_filetype(entry) != stat.S_IFREG:
        return nothing.refused(UnreadableError("unsupported-type", "it is a link or a device"))
    stated = library.archive_entry_size(entry) if library.archive_entry_size_is_set(entry) else 0
    refusal = budget.refusal(stated, None)
    if refusal is not None:
        return nothing.refused(refusal)
    try:
        body = _data(library, archive, budget)
    except UnreadableError as error:
        if budget.is_spent:
            raise
        return nothing.refused(error)
    if len(body) < stated:
        return nothing.refused(UnreadableError("damaged", f"{len(body)} of {stated} bytes"))
    return Member(name=name, body=body)


def _data(library: ctypes.CDLL, archive: int, budget: Budget) -> bytes:
    """Return what a file holds, counted while it is unpacked: its stated size may be a lie."""
    buffer = ctypes.create_string_buffer(_PIECE)
    pieces: list[bytes] = []
    size = 0
    while (got := library.archive_read_data(archive, buffer, _PIECE)) > 0:
        budget.take(got)
        size += got
        if size > budget.largest:
            raise UnreadableError("limits-exceeded", f"a file of more than {budget.largest} bytes")
        pieces.append(buffer.raw[:got])
    if got < _OK:
        raise _error(library, archive)
    return b"".join(pieces)


def _name(library: ctypes.CDLL, entry: ctypes.c_void_p) -> str:
    wide = library.archive_entry_pathname_w(entry)
    raw = library.archive_entry_pathname(entry)
    if wide is not None and not any("\ud800" <= char <= "\udfff" for char in wide):
        return str(wide)
    return decode_name(raw or b"")


def _error(library: ctypes.CDLL, archive: int) -> UnreadableError:
    message = (library.archive_error_string(archive) or b"").decode(errors="replace")
    told = message.lower()
    if "encrypt" in told or "passphrase" in told:
        return UnreadableError("encrypted", message)
    if "unsupported" in told or "unavailable" in told or "solid" in told:
        return UnreadableError("unsupported-type", message)
    return UnreadableError("damaged", message or "it could not be unpacked")


@cache
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(_LIBRARY)
        for name, (arguments, result) in _SIGNATURES.items():
            function = getattr(library, f"archive_{name}")
            function.argtypes, function.restype = arguments, result
    except (OSError, AttributeError):
        return None
    return library
