"""Heads and bodies of answers, read as browsers read them: what is odd but clear is taken."""

from scrapy.core.downloader.handlers.http11 import _LenientHTTPClientParser
from twisted.web._newclient import STATUS, ParseError
from twisted.web.http import _ChunkedTransferDecoder

Fields = list[tuple[bytes, bytes]]
"""Names and values of headers, in order."""
LARGEST_HEAD = 256 * 1024
"""Bytes of an answer before its body, interim answers included; browsers take no more either."""
_BLANKS = b" \t"
_HANGING = (b" ", b"\t")
_DIGITS = 3
_CHUNK_SIZE_LINE = 1024


class Chunks(_ChunkedTransferDecoder):
    """Reads a body in chunks (RFC 9112 7.1) as old servers write them too."""

    def _dataReceived_CHUNK_LENGTH(self) -> bool:  # noqa: N802 - Twisted's name
        """Read the size of a chunk, without the blanks that some fill it up with."""
        end = self._buffer.find(b"\r\n", 0, _CHUNK_SIZE_LINE)
        size, semicolon, extension = self._buffer[: max(end, 0)].partition(b";")
        if size != size.strip(_BLANKS):
            self._buffer[:end] = size.strip(_BLANKS) + semicolon + extension
            self._start = 0
        return bool(super()._dataReceived_CHUNK_LENGTH())

    def noMoreData(self) -> None:  # noqa: N802 - Twisted's name
        """Take the end of the connection; after the chunk of no bytes nothing is lost by it.

        Raises:
            _DataLoss: if the body is not whole (RFC 9112 8).
        """
        if self.state != "TRAILER":
            super().noMoreData()


class Parser(_LenientHTTPClientParser):
    """Reads an answer; Twisted's headers lose case, order and the connection's own."""

    fields: Fields
    MAX_LENGTH = LARGEST_HEAD
    """Bytes of one line; Twisted's 16 KB are less than some policies of content."""
    _transferDecoders = {b"chunked": Chunks}  # noqa: N815, RUF012 - Twisted's
    _head_bytes = 0

    @property
    def is_last(self) -> bool:
        """True if the server keeps the connection open for no other request (RFC 9112 9.3)."""
        said = b",".join(self.connHeaders.getRawHeaders(b"connection", ())).lower()
        tokens = {token.strip() for token in said.split(b",")}
        return b"close" in tokens or (
            self.response.version < (b"HTTP", 1, 1) and b"keep-alive" not in tokens
        )

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take a line of the head.

        Raises:
            ParseError: if it is the one too much.
        """
        self._head_bytes += len(line)
        if self._head_bytes > LARGEST_HEAD:
            raise _no_answer(f"a head of more than {LARGEST_HEAD} bytes", line)
        begun = self.state == STATUS or self._partialHeader is not None
        if (self.state == STATUS and not line.strip()) or (not begun and line[:1] in _HANGING):
            return  # an empty line before an answer; a line that goes on with no header
        super().lineReceived(line)

    def statusReceived(self, status: bytes) -> None:  # noqa: N802 - Twisted's name
        """Begin a head: the last one counts, those before it were interim (1xx).

        Raises:
            ParseError: if there is no status code of three digits (RFC 9112 4).
        """
        self.fields.clear()
        parts = status.split(None, 2)
        code = parts[1] if len(parts) > 1 else b""
        if len(code) != _DIGITS or not code.isdigit() or code < b"100":
            raise _no_answer("no HTTP/1.1 status line", status)
        super().statusReceived(b" ".join(parts))  # type: ignore[no-untyped-call]

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 - Twisted's name
        """Note one header; Twisted needs only those that tell where the body ends."""
        self.fields.append((name, value))
        kind = name.lower()
        if kind in self.CONNECTION_CONTROL_HEADERS and not _says_nothing(kind, value):
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]


def _no_answer(why: str, line: bytes) -> ParseError:
    error: ParseError = ParseError(why, line[:80])  # type: ignore[no-untyped-call]
    return error


def _says_nothing(kind: bytes, value: bytes) -> bool:
    """Tell a length that is none, and the coding that was given up (RFC 7230 A.2)."""
    return (kind == b"content-length" and not value) or (
        kind == b"transfer-encoding" and value.lower() == b"identity"
    )
