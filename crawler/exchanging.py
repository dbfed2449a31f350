"""One exchange: asked, judged, and kept as a capture before anybody reads the answer."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.answers import Answer, Meaning, meaning_of
from crawler.downloading import Downloads
from crawler.failures import FETCH_ERRORS, meaning_of_error
from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.hosts import Hosts
from crawler.keeping import Keeper
from crawler.middlewares.politeness import SIDE_LOAD, retry_after
from crawler.middlewares.robots import FETCH, PURPOSE
from crawler.middlewares.shells import FOLLOW_SHELLS
from crawler.records.captures import EarlierCapture, last_validators
from crawler.trail import TRAIL, Trail, header_text
from crawler.visit import Visit
from storage.archive import ArchiveError
from storage.captures import Exchange
from storage.clock import utc_now

_TOLD_BY_STATUS = frozenset({Outcome.OK, Outcome.GONE})
"""Outcomes that the status tells by itself; all others leave their reason in the capture."""
_NOT_MODIFIED = 304

RobotsFetch = Callable[[Ask], Awaitable[Fetched]]


class Exchanger:
    """Makes exchanges on behalf of one portal, one at a time, without a second attempt."""

    def __init__(self, crawler: Crawler, keeper: Keeper, visit: Visit, hosts: Hosts) -> None:
        self._crawler = crawler
        self._downloads = Downloads(crawler)
        self._hosts = hosts
        self._keeper = keeper
        self._visit = visit
        settings = crawler.settings
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._headers: dict[str, str] = {
            **settings.getdict("DEFAULT_REQUEST_HEADERS"),
            "User-Agent": settings["USER_AGENT"],
        }

    async def exchange(
        self, ask: Ask, fetch_robots: RobotsFetch, *, side: Trail | None = None
    ) -> tuple[Fetched, Meaning]:
        """Make one exchange and keep it.

        Args:
            ask: what to ask for.
            fetch_robots: fetches robots.txt on behalf of the same portal.
            side: for what a page in the browser loads, the trail to fill.

        Raises:
            StorageError: if it cannot be kept.
        """
        if self._visit.requests >= self._visit.max_requests:
            return _unasked(ask, f"{self._visit.max_requests} requests were made")
        if time.monotonic() > self._visit.deadline:
            return _unasked(ask, "the time for this portal is over")
        self._visit.requests += 1
        trail = side or Trail()
        earlier = await self._earlier(ask)
        try:
            request = self._request(ask, trail, earlier, fetch_robots, side=side is not None)
            response = await self._downloads.download(request)
        except FETCH_ERRORS as error:
            meaning = meaning_of_error(error)
            return await self._keep_failure(ask, trail, meaning), meaning
        if earlier and response.status == _NOT_MODIFIED:
            return await self._keep_unchanged(ask, trail, response, earlier, fetch_robots)
        headers = headers_of(response)
        meaning = self._judge(ask, trail, response, headers)
        fetched = await self._keep_answer(ask, trail, meaning, response, headers)
        await self._hosts.take(fetched)
        return fetched, meaning

    async def _earlier(self, ask: Ask) -> EarlierCapture | None:
        if not ask.conditional or ask.method != "GET":
            return None
        return await self._keeper.read(last_validators, ask.url)

    def _request(
        self,
        ask: Ask,
        trail: Trail,
        earlier: EarlierCapture | None,
        fetch_robots: RobotsFetch,
        *,
        side: bool,
    ) -> Request:
        meta = {
            TRAIL: trail,
            PURPOSE: ask.purpose,
            FETCH: fetch_robots,
            FOLLOW_SHELLS: ask.follow_shells and not ask.rendered,
            SIDE_LOAD: side,
            "cookiejar": self._visit.portal.id,
            "download_timeout": self._timeout,
        }
        asking = earlier.asking if earlier else {}
        if ask.rendered:
            from crawler.rendering import rendering_meta  # noqa: PLC0415 - see crawler.drawing

            async def for_browser(wanted: Ask, own: Trail) -> Fetched:
                return (await self.exchange(wanted, fetch_robots, side=own))[0]

            meta |= rendering_meta(self._crawler.settings, ask, for_browser)
        return Request(
            ask.url,
            method=ask.method,
            body=ask.body,
            headers={**self._headers, **_capitalised(ask.headers), **asking},
            meta=meta,
            dont_filter=True,
        )

    def _judge(
        self, ask: Ask, trail: Trail, response: Response, headers: Mapping[str, str]
    ) -> Meaning:
        answer = Answer(
            status=response.status,
            url=response.url,
            headers=headers,
            body=response.body,
            redirected=len(trail.served) > 1,
            length_unknown=trail.served[-1].length_unknown,
        )
        return meaning_of(
            ask,
            answer,
            official=self._visit.portal.official_hosts,
            home_text=self._visit.home_text,
        )

    async def _keep_failure(self, ask: Ask, trail: Trail, meaning: Meaning) -> Fetched:
        if trail.requested_at is None and not meaning.attempted:
            return _without_answer(ask, meaning)  # nothing was sent: there is nothing to keep
        now = utc_now()
        exchange = Exchange(
            crawl_id=self._visit.crawl_id,
            url=ask.url,
            method=ask.method,
            purpose=ask.purpose,
            redirects=trail.hops(answered=False),
            requested_at=trail.requested_at or now,
            fetched_at=now,
            request_headers=trail.request_headers,
            request_body=ask.body or None,
            rendered=ask.rendered,
            address=trail.link.address,
            tls=trail.link.tls,
            certificates=trail.link.certificates,
            error=meaning.reason,
        )
        kept = await self._keeper.keep(exchange)
        return replace(_without_answer(ask, meaning), capture_id=kept.capture_id)

    async def _keep_answer(
        self,
        ask: Ask,
        trail: Trail,
        meaning: Meaning,
        response: Response,
        headers: Mapping[str, str],
    ) -> Fetched:
        exchange = self._answered(ask, trail, response, meaning)
        kept = await self._keeper.keep(exchange)
        return replace(
            _without_answer(ask, meaning),
            url=response.url,
            status=response.status,
            headers=headers,
            body=response.body,
            sha256=kept.sha256,
            fetched_at=exchange.fetched_at,
            capture_id=kept.capture_id,
            retry_after=retry_after(response),
        )

    async def _keep_unchanged(
        self,
        ask: Ask,
        trail: Trail,
        response: Response,
        earlier: EarlierCapture,
        fetch_robots: RobotsFetch,
    ) -> tuple[Fetched, Meaning]:
        """Keep a 304, and answer with the body it speaks of."""
        exchange = self._answered(ask, trail, response)
        answered = await self._keeper.keep(exchange)
        try:
            body = await self._keeper.original(earlier.sha256)
        except ArchiveError:  # lost or damaged: here is a chance to get it back
            return await self.exchange(replace(ask, conditional=False), fetch_robots)
        meaning = Meaning(outcome=Outcome.OK, media_type=earlier.media_type)
        fetched = replace(
            _without_answer(ask, meaning),
            url=earlier.final_url,
            status=response.status,
            headers=earlier.headers,
            body=body,
            sha256=earlier.sha256,
            fetched_at=exchange.fetched_at,
            capture_id=earlier.capture_id,
            answered_by=answered.capture_id,
            not_modified=True,
        )
        await self._hosts.take(fetched)
        return fetched, meaning

    def _answered(
        self, ask: Ask, trail: Trail, response: Response, meaning: Meaning | None = None
    ) -> Exchange:
        """Return the exchange; ``meaning`` is None for one whose body does not count."""
        self._visit.pages += ask.purpose is not Purpose.ROBOTS
        last = trail.served[-1]
        return Exchange(
            crawl_id=self._visit.crawl_id,
            url=ask.url,
            final_url=response.url,
            method=ask.method,
            purpose=ask.purpose,
            redirects=trail.hops(answered=True),
            requested_at=trail.requested_at or last.received_at,
            fetched_at=last.received_at,
            status=response.status,
            request_headers=trail.request_headers,
            request_body=ask.body or None,
            headers=last.headers,
            rendered=ask.rendered,
            address=last.link.address,
            tls=last.link.tls,
            certificates=last.link.certificates,
            media_type=meaning.media_type if meaning else None,
            body=response.body if meaning else None,
            wire_body=last.wire_body if meaning and not ask.rendered else None,
            error=meaning.reason if meaning and meaning.outcome not in _TOLD_BY_STATUS else None,
        )


def headers_of(response: Response) -> dict[str, str]:
    """Return response headers by name in lower case, several values joined by commas."""
    return {
        name.decode("latin-1").lower(): ", ".join(header_text(value) for value in values)
        for name, values in response.headers.items()
    }


def _capitalised(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers under the names that the usual ones have, so that they take their place."""
    return {name.title(): value for name, value in headers.items()}


def _without_answer(ask: Ask, meaning: Meaning) -> Fetched:
    return Fetched(
        ask=ask,
        outcome=meaning.outcome,
        reason=f"{ask.url}: {meaning.reason}" if meaning.reason else "",
        url=ask.url,
        media_type=meaning.media_type,
        fetched_at=utc_now(),
        block=meaning.block,
        evidence=meaning.evidence,
    )


def _unasked(ask: Ask, why: str) -> tuple[Fetched, Meaning]:
    meaning = Meaning(outcome=Outcome.BUDGET, reason=f"not asked: {why}")
    return _without_answer(ask, meaning), meaning
