"""Requests on their way through the middlewares to the handler, and answers on their way back.

``engine.download_async`` does the same for spiders that fill a queue: with slots, statistics,
signals and a log line for every request. Here lanes are kept by ``crawler.turns``, nobody listens,
and what counts is written down as captures; it cost a fifth of the time of a page.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

Result = Request | Response | None
_Step = tuple[Callable[..., Any], bool]
"""What a middleware does to a request or an answer; True if it is to be awaited."""


class Downloads:
    """The downloader middlewares of a crawler, in their order, around its handlers."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.engine is not None
        downloader = crawler.engine.downloader
        methods = downloader.middleware.methods
        assert not methods["process_exception"], "no middleware of ours takes failures"
        self._handlers = downloader.handlers
        self._on_requests = _steps(cast("Any", methods["process_request"]))
        self._on_answers = _steps(cast("Any", methods["process_response"]))

    async def download(self, request: Request) -> Response:
        """Bring the answer to a request, after all redirects."""
        while True:
            result = await self._once(request)
            if isinstance(result, Response):
                return result
            request = result

    async def _once(self, request: Request) -> Request | Response:
        try:
            result = await self._answer(request)
        except Exception:
            # A connection that has just been closed is noticed before anybody asks again.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            raise
        for step, awaited in self._on_answers:
            if isinstance(result, Request):
                return result
            answer = step(request=request, response=result)
            result = await cast("Awaitable[Any]", answer) if awaited else answer
        return result

    async def _answer(self, request: Request) -> Request | Response:
        for step, awaited in self._on_requests:
            answer = step(request=request)
            result: Result = await cast("Awaitable[Any]", answer) if awaited else answer
            if result is not None:
                return result
        return await self._handlers.download_request_async(request)


def _steps(methods: Iterable[Callable[..., Any]]) -> tuple[_Step, ...]:
    return tuple((method, inspect.iscoroutinefunction(method)) for method in methods)
