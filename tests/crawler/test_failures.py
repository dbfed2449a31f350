"""What an exception between request and answer means."""

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawler.errors import (
    AddressRefusedError,
    BodyBrokenError,
    BodyTooLargeError,
    HostUnreachableError,
    RobotsDeniedError,
    RobotsUnknownError,
)
from crawler.failures import meaning_of_error
from crawler.fetched import Outcome

OUTCOMES = [
    (RobotsDeniedError("x"), Outcome.ROBOTS_DENIED),
    (RobotsUnknownError("x"), Outcome.ROBOTS_DENIED),
    (HostUnreachableError("x"), Outcome.UNREACHABLE),
    (AddressRefusedError("x"), Outcome.REFUSED),
    (IgnoreRequest("max redirections reached"), Outcome.TOO_MANY_REDIRECTS),
    (CannotResolveHostError("x"), Outcome.UNREACHABLE),
    (DownloadConnectionRefusedError("x"), Outcome.UNREACHABLE),
    (DownloadTimeoutError("x"), Outcome.UNREACHABLE),
    (DownloadFailedError("x"), Outcome.UNREACHABLE),
    (ResponseDataLossError("x"), Outcome.BROKEN),
    (BodyBrokenError("x"), Outcome.BROKEN),
    (BodyTooLargeError("x"), Outcome.BROKEN),
    (UnicodeError("x"), Outcome.REFUSED),
    (OSError("x"), Outcome.UNREACHABLE),
]


@pytest.mark.parametrize(("error", "outcome"), OUTCOMES)
def test_every_failure_has_its_outcome(error: Exception, outcome: Outcome) -> None:
    meaning = meaning_of_error(error)
    assert meaning.outcome is outcome
    assert meaning.reason


def test_only_what_may_pass_by_itself_is_tried_again() -> None:
    assert meaning_of_error(DownloadTimeoutError("x")).passing
    assert meaning_of_error(ResponseDataLossError("x")).cut
    for error in (CannotResolveHostError("x"), RobotsDeniedError("x"), BodyTooLargeError("x")):
        meaning = meaning_of_error(error)
        assert not meaning.passing
        assert not meaning.cut


def test_a_reason_is_told_without_the_wrappings_of_the_library() -> None:
    error = DownloadFailedError("[<twisted.python.failure.Failure ...>]")
    error.__cause__ = ResponseFailed([Failure(ConnectionDone())])  # type: ignore[no-untyped-call]
    reason = meaning_of_error(error).reason
    assert "Failure" not in reason
    assert "closed" in reason.lower()
