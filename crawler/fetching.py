"""Fetching for one portal: second attempts where they may help, and the other scheme once."""

import asyncio
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from scrapy.crawler import Crawler

from crawler.answers import Meaning
from crawler.exchanging import Exchanger
from crawler.fetched import Ask, Fetched, Outcome
from crawler.hosts import Hosts, host_key
from crawler.keeping import Keeper
from crawler.middlewares.politeness import LONGEST_RETRY_AFTER
from crawler.pages.urls import other_scheme
from crawler.visit import Visit

_LONGEST_PAUSE = 30.0


class Fetcher:
    """Fetches on behalf of one portal; what the net does wrong is an outcome, not an exception."""

    def __init__(self, crawler: Crawler, keeper: Keeper, visit: Visit, hosts: Hosts) -> None:
        self._visit = visit
        self._hosts = hosts
        self._exchanger = Exchanger(crawler, keeper, visit, hosts)
        self._delay = crawler.settings.getfloat("NIANBAO_DELAY")
        self._retries = crawler.settings.getint("RETRY_TIMES")
        self._retry_codes = {int(code) for code in crawler.settings.getlist("RETRY_HTTP_CODES")}

    async def fetch(self, ask: Ask) -> Fetched:
        """Fetch, with what politeness allows to get an answer.

        Raises:
            StorageError: if an exchange cannot be kept; nothing may be said without it.
        """
        ask = replace(ask, url=self._with_known_scheme(ask.url))
        host = host_key(ask.url)
        fetched = await self._attempts(ask)
        silent = fetched.outcome is Outcome.UNREACHABLE and fetched.status is None
        tried = host in self._visit.answered or host in self._visit.swapped
        if silent and not fetched.evidence and not tried:
            fetched = await self._under_other_scheme(ask, fetched)
        if fetched.status is not None:
            self._visit.answered.add(host)
        return fetched

    def _with_known_scheme(self, url: str) -> str:
        host = host_key(url)
        scheme = self._visit.schemes.get(host) or self._hosts.schemes.get(host)
        return urlunsplit(urlsplit(url)._replace(scheme=scheme)) if scheme else url

    async def _under_other_scheme(self, ask: Ask, fetched: Fetched) -> Fetched:
        """Try http for https or the reverse, once per host: some answer only one of them."""
        host, other = host_key(ask.url), other_scheme(ask.url)
        self._visit.swapped.add(host)
        self._visit.schemes[host] = urlsplit(ask.url).scheme
        second = await self._attempts(replace(ask, url=other))
        if second.status is None:
            return fetched
        self._visit.schemes[host] = urlsplit(other).scheme
        await self._hosts.remember_scheme(other)
        return second

    async def _attempts(self, ask: Ask) -> Fetched:
        """Ask again where the failure may pass by itself."""
        attempt = 0
        while True:
            fetched, meaning = await self._exchanger.exchange(ask, self._attempts)
            attempt += 1
            if attempt > self._retries or not self._may_pass(fetched, meaning, attempt):
                return fetched
            await asyncio.sleep(min(_LONGEST_PAUSE, self._delay * 2**attempt))

    def _may_pass(self, fetched: Fetched, meaning: Meaning, attempt: int) -> bool:
        if self._hosts.is_left_alone(fetched.url):
            return False
        if fetched.retry_after is not None and fetched.retry_after > LONGEST_RETRY_AFTER:
            return False
        if fetched.status in self._retry_codes:
            return True
        return attempt == 1 and fetched.ask.insistent and (meaning.cut or meaning.passing)
