"""Answers that no standard foresees: what is clear is read, what is not is no document."""

import asyncio

import pytest
from scrapy.exceptions import DownloadFailedError, ResponseDataLossError

from crawler.answers import Meaning
from crawler.failures import FETCH_ERRORS, meaning_of_error
from crawler.fetched import Outcome
from crawler.parsing import LARGEST_HEAD
from tests.crawler.conversation import OK, Ask, Server, conversation, one

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1  200  OK\r\nContent-Length: 4\r\n\r\nbody",
        b"\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\nContent-Length: 4\n\nbody",
        b"HTTP/1.1 200 OK\r\n a line that goes on\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nX:\r\n: y\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4, 4\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 60_000 + b"\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n" + OK,
        CHUNKED + b"Content-Length: 99\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
        CHUNKED + b"\r\n4;name=value\r\nbody\r\n0\r\nTrailer: x\r\n\r\n",
        CHUNKED + b"\r\n2  \r\nbo\r\n 2 ;a=b\r\ndy\r\n0     \r\n\r\n",
        CHUNKED + b"\r\n4\r\nbody\r\n0\r\n",
    ],
)
def test_an_odd_answer_that_is_clear_is_read(answer: bytes) -> None:
    response, _ = one(answer, closes=True)

    assert (response.status, response.body, response.flags) == (200, b"body", [])


def meaning_of(answer: bytes, *, closes: bool = True) -> Meaning:
    with pytest.raises(FETCH_ERRORS) as failed:
        one(answer, closes=closes)
    return meaning_of_error(failed.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>\n<body>HTTP/0.9</body></html>",
        b"HTTP/1.1 20",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 000 None\r\n\r\nbody",
        b"HTTP/1.1 -20 Minus\r\n\r\nbody",
        b"HTTP/1.1 99999999999999999999 Many\r\n\r\nbody",
        b"HTTP/1.1 2\xb20 Two\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: br\r\n\r\nbody",
    ],
)
def test_what_is_no_answer_is_none(answer: bytes) -> None:
    meaning = meaning_of(answer)

    assert (meaning.outcome, meaning.passing) == (Outcome.UNREACHABLE, True)
    assert "(" not in meaning.reason


@pytest.mark.parametrize(
    "body", [b"zz\r\nbody\r\n0\r\n\r\n", b"4\r\nbody!\r\n0\r\n\r\n", b"4\r\nbody\r\n", b"9\r\nbod"]
)
def test_chunks_that_do_not_come_to_their_end_are_no_document(body: bytes) -> None:
    meaning = meaning_of(CHUNKED + b"\r\n" + body)

    assert (meaning.outcome, meaning.cut) == (Outcome.BROKEN, True)


def test_a_head_without_an_end_is_given_up() -> None:
    lines = b"X: 0123456789\r\n" * (LARGEST_HEAD // 10)

    assert "a head of more than" in meaning_of(b"HTTP/1.1 200 OK\r\n" + lines).reason


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother",
        b"HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nConnection: Keep-Alive, Close\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nbody",
    ],
)
def test_after_what_was_not_asked_for_a_new_connection_is_made(answer: bytes) -> None:
    server = Server([answer, OK])

    async def said(ask: Ask) -> tuple[bytes, bool]:
        await ask()
        response, talk = await ask()
        return response.body, talk.reused

    assert conversation(server, said) == (b"body", False)
    assert server.connections == 2


def test_a_connection_of_http_1_0_is_kept_where_the_server_says_so() -> None:
    server = Server(
        [b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nbody", OK]
    )

    async def said(ask: Ask) -> bool:
        await ask()
        return (await ask())[1].reused

    assert conversation(server, said)


def test_what_comes_unasked_over_a_kept_connection_is_never_an_answer() -> None:
    server = Server([OK, OK])
    late = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother"

    async def said(ask: Ask) -> tuple[bytes, bool]:
        await ask()
        server.writers[0].write(late)
        await server.left.wait()
        response, talk = await ask()
        return response.body, talk.reused

    assert conversation(server, said) == (b"body", False)


def test_some_hundred_failures_leave_nothing_open() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody"
    server = Server([half, b"", b"no answer\r\n\r\n", half] * 100, closes=True)

    async def said(ask: Ask) -> int:
        for _ in range(400):
            with pytest.raises((DownloadFailedError, ResponseDataLossError)):
                await ask()
        await asyncio.sleep(0)
        return sum(not writer.transport.is_closing() for writer in server.writers)

    assert conversation(server, said) == 0
    assert server.connections == 400
