"""One request and its answer on the wire, with servers that answer as they like."""

import asyncio
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.web.client import ResponseNeverReceived

from crawler.asking import way_of
from crawler.sending import header_lines
from crawler.trail import Talk
from tests.crawler.conversation import OK, Ask, Server, conversation, one


def test_a_request_goes_out_as_it_is_noted() -> None:
    server = Server([OK, OK])

    async def said(ask: Ask) -> list[Talk]:
        _, first = await ask("/a?b=c#d", headers={"Accept": "*/*", "If-None-Match": '"x\r\nY: z"'})
        _, second = await ask("/p", method="POST", body="q=1", headers={"Cookie": "c=1"})
        return [first, second]

    first, second = conversation(server, said)
    host = dict(first.request_headers)["Host"].encode()

    assert server.heard == [
        b'GET /a?b=c HTTP/1.1\r\nAccept: */*\r\nIf-None-Match: "x Y: z"\r\nHost: %b\r\n\r\n' % host,
        b"POST /p HTTP/1.1\r\nContent-Length: 3\r\nCookie: c=1\r\nHost: %b\r\n\r\nq=1" % host,
    ]
    for talk, heard in zip((first, second), server.heard, strict=True):
        head = heard.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
        assert [f"{name}: {value}" for name, value in talk.request_headers] == head


def test_a_connection_is_kept_for_the_next_request() -> None:
    server = Server([OK, OK])

    async def said(ask: Ask) -> list[bool]:
        return [(await ask())[1].reused, (await ask())[1].reused]

    assert conversation(server, said) == [False, True]
    assert server.connections == 1


def test_headers_are_noted_as_served_and_given_without_those_of_the_connection() -> None:
    response, talk = one(
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nx-ONE: 1\r\nKeep-Alive: timeout=5\r\nno colon\r\nx-one: 2\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"
    )

    assert (response.status, response.body, response.flags) == (200, b"body", [])
    assert [name for name, _ in talk.headers] == [
        "x-ONE",
        "Keep-Alive",
        "x-one",
        "Transfer-Encoding",
    ]
    assert dict(response.headers.items()) == {b"X-One": [b"1", b"2"]}
    assert talk.link is not None
    assert talk.link.address == "127.0.0.1"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_an_answer_may_have_no_body(answer: bytes) -> None:
    response, talk = one(answer)

    assert response.body == b""
    assert response.status == int(answer.split()[1])
    assert len(talk.headers) == answer.count(b":")


def test_a_body_that_only_the_connection_ends_may_be_partial() -> None:
    response, _ = one(b"HTTP/1.1 200 OK\r\n\r\nbody", closes=True)

    assert (response.body, response.flags) == (b"body", ["partial"])


def test_a_body_that_is_cut_short_is_none() -> None:
    with pytest.raises(ResponseDataLossError):
        one(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody", closes=True)


@pytest.mark.parametrize("head", [b"Content-Length: 1001\r\n", b""])
def test_a_body_that_is_too_large_is_given_up(head: bytes) -> None:
    with pytest.raises(DownloadCancelledError, match="1001 bytes, larger than 1000"):
        one(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + bytes(1001))


def test_a_server_that_says_nothing_is_left_in_the_end() -> None:
    server = Server([])

    async def said(ask: Ask) -> None:
        with pytest.raises(DownloadTimeoutError, match=r"longer than 0\.1 seconds"):
            await ask(seconds=0.1)
        await server.left.wait()

    conversation(server, said)


def test_a_connection_that_is_closed_without_an_answer_is_told_from_others() -> None:
    with pytest.raises(DownloadFailedError) as failed:
        one(b"", closes=True)

    assert isinstance(failed.value.__cause__, ResponseNeverReceived)


@pytest.mark.parametrize(
    ("url", "proxy", "host", "target", "tunnel"),
    [
        ("http://a.gov.cn", None, b"a.gov.cn", b"/", False),
        ("http://a.gov.cn:80/b;c?d=%E5", None, b"a.gov.cn", b"/b;c?d=%E5", False),
        ("https://a.gov.cn:80/", None, b"a.gov.cn:80", b"/", False),
        ("http://me:secret@A.gov.cn//b?", None, b"a.gov.cn", b"//b", False),
        ("http://政务.cn/报?q=%B9%AB", None, b"xn--zfr164b.cn", b"/%E6%8A%A5?q=%B9%AB", False),
        ("http://[2001:db8::1]:8080/x", None, b"[2001:db8::1]:8080", b"/x", False),
        ("http://a.gov.cn/b", "http://p:3128", b"a.gov.cn", b"http://a.gov.cn/b", False),
        ("http://me:secret@a.cn:81/b?c#d", "http://p:1", b"a.cn:81", b"http://a.cn:81/b?c", False),
        ("https://a.gov.cn/b", "http://p:3128", b"a.gov.cn", b"/b", True),
    ],
)
def test_the_way_to_a_server(
    url: str, proxy: str | None, host: bytes, target: bytes, tunnel: bool
) -> None:
    way = way_of(Request(url, meta={"proxy": proxy}))

    assert (way.host, way.target, way.tunnel) == (host, target, tunnel)


def test_connections_are_shared_by_what_they_lead_to() -> None:
    def key(url: str, **meta: str) -> Any:
        return way_of(Request(url, meta=meta)).key

    assert key("http://a/1") == key("http://a/2") != key("https://a/1")
    assert key("http://a/", proxy="http://p:1") == key("http://b/", proxy="http://p:1")
    assert key("https://a/", proxy="http://p:1") != key("https://b/", proxy="http://p:1")
    assert key("http://a/", proxy="http://p:1") != key("http://a/", proxy="http://q:1")


def test_the_authorization_for_a_proxy_goes_to_nobody_else() -> None:
    request = Request("http://a.gov.cn/", headers={"Proxy-Authorization": "Basic x"})

    assert b"Proxy-Authorization: Basic x" in header_lines(request, b"a.gov.cn", to_proxy=True)
    assert header_lines(request, b"a.gov.cn", to_proxy=False) == [b"Host: a.gov.cn"]


def test_a_name_and_a_password_in_an_address_do_not_keep_from_asking() -> None:
    server = Server([OK])

    async def said(ask: Ask) -> int:
        response, _ = await ask(user="me:secret@")
        return response.status

    assert conversation(server, said) == 200
    assert b"secret" not in server.heard[0]


def test_a_request_that_is_given_up_leaves_no_connection() -> None:
    server = Server([])

    async def said(ask: Ask) -> None:
        asking = asyncio.ensure_future(ask())
        await server.asked.wait()
        asking.cancel()
        await server.left.wait()

    conversation(server, said)
