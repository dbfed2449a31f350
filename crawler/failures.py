"""What an exception between request and answer means."""

from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError

from crawler.answers import Meaning
from crawler.errors import (
    AddressRefusedError,
    BodyBrokenError,
    BodyTooLargeError,
    HostBlockedError,
    HostLeftAloneError,
    HostUnreachableError,
    RenderingFailedError,
    RenderingUnavailableError,
    RobotsDeniedError,
    RobotsUnknownError,
)
from crawler.fetched import Outcome

_MEANINGS: tuple[tuple[type[BaseException], Outcome], ...] = (
    (RobotsDeniedError, Outcome.ROBOTS_DENIED),
    (RobotsUnknownError, Outcome.ROBOTS_DENIED),
    (HostUnreachableError, Outcome.UNREACHABLE),
    (HostBlockedError, Outcome.BLOCKED),
    (HostLeftAloneError, Outcome.UNREACHABLE),  # or blocked: see below
    (AddressRefusedError, Outcome.REFUSED),
    (UnsupportedURLSchemeError, Outcome.REFUSED),
    (IgnoreRequest, Outcome.TOO_MANY_REDIRECTS),  # Scrapy says so by nothing but its text
    (CannotResolveHostError, Outcome.UNREACHABLE),
    (DownloadConnectionRefusedError, Outcome.UNREACHABLE),
    (DownloadTimeoutError, Outcome.UNREACHABLE),
    (ResponseDataLossError, Outcome.BROKEN),
    (DownloadCancelledError, Outcome.BROKEN),
    (DownloadFailedError, Outcome.UNREACHABLE),
    (TunnelError, Outcome.UNREACHABLE),
    (ConnectError, Outcome.UNREACHABLE),
    (ConnectionClosed, Outcome.UNREACHABLE),
    (BodyBrokenError, Outcome.BROKEN),
    (BodyTooLargeError, Outcome.BROKEN),
    (RenderingUnavailableError, Outcome.BROKEN),
    (RenderingFailedError, Outcome.BROKEN),
    (TimeoutError, Outcome.BROKEN),
    (ValueError, Outcome.REFUSED),  # an address that one of many parsers refuses
    (OSError, Outcome.UNREACHABLE),
)
FETCH_ERRORS = tuple(kind for kind, _ in _MEANINGS)
"""Everything that a request may end in; what is not here is a mistake of the program."""

_PASSING = (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    TunnelError,
    ConnectError,
    ConnectionClosed,
)
_CUT = (ResponseDataLossError, BodyBrokenError)
_LONGEST = 300


def meaning_of_error(error: BaseException) -> Meaning:
    """Return the outcome that an exception stands for."""
    if isinstance(error, HostLeftAloneError):
        return Meaning(
            outcome=Outcome.BLOCKED if error.block else Outcome.UNREACHABLE,
            reason=str(error),
            block=error.block,
            evidence=error.evidence,
        )
    outcome = next(outcome for kind, outcome in _MEANINGS if isinstance(error, kind))
    return Meaning(
        outcome=outcome,
        reason=reason_of(error)[:_LONGEST],
        block=error.block if isinstance(error, HostBlockedError) else None,
        cut=isinstance(error, _CUT),
        passing=isinstance(error, _PASSING),
        attempted=isinstance(error, CannotResolveHostError),
    )


def causes_of(error: BaseException) -> list[BaseException]:
    """Return what made a connection fail, out of the failures that Twisted wraps it in."""
    reasons: list[Failure] = getattr(error.__cause__, "reasons", [])
    return [reason.value for reason in reasons if reason.value is not None]


def reason_of(error: BaseException) -> str:
    """Return what an exception says, without the wrappings of the library."""
    if isinstance(error, ResponseDataLossError):
        return "the body is shorter than announced"
    if isinstance(error, UnicodeError):
        return "the address cannot be written as one"
    if isinstance(error, ParseError):
        return str(error.args[0])  # without the bytes
    causes = causes_of(error)
    if causes:
        return "; ".join(dict.fromkeys(reason_of(cause) for cause in causes))
    return " ".join(str(error).split()) or type(error).__name__
