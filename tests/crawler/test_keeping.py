"""Exchanges of many portals are kept together; one that cannot be kept fails alone."""

import asyncio
from pathlib import Path

import pytest

from crawler.keeping import Keeper
from storage.captures import Exchange
from storage.clock import utc_now
from tests.crawler.workspace import make_field

MORE_THAN_A_DATABASE_TAKES = 10**30


def exchange(url: str, status: int) -> Exchange:
    now = utc_now()
    return Exchange(
        crawl_id=None,
        url=url,
        final_url=url,
        method="GET",
        purpose="page",
        requested_at=now,
        fetched_at=now,
        status=status,
        body=url.encode(),
    )


def test_what_cannot_be_kept_does_not_take_others_with_it(tmp_path: Path) -> None:
    field = make_field(tmp_path)
    keeper = Keeper.of(field.workspace)
    urls = [f"http://www.county{n}.gov.cn/" for n in range(4)]

    async def keep() -> list[object]:
        return await asyncio.gather(
            *(keeper.keep(exchange(url, 200)) for url in urls),
            keeper.keep(exchange("http://odd.gov.cn/", MORE_THAN_A_DATABASE_TAKES)),
            return_exceptions=True,
        )

    *kept, odd = asyncio.run(keep())
    keeper.close()

    assert isinstance(odd, OverflowError)
    assert not any(isinstance(each, BaseException) for each in kept)
    assert [capture.url for capture in field.captures("county")] == urls
    assert field.captures("odd") == []
    field.engine.dispose()


def test_a_keeper_that_can_keep_nothing_says_so_to_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = make_field(tmp_path)
    keeper = Keeper.of(field.workspace)

    def failing(*_arguments: object) -> None:
        raise OSError("no disk")

    monkeypatch.setattr("crawler.keeping.keep_exchanges", failing)

    async def keep() -> list[object]:
        asked = (keeper.keep(exchange(f"http://www.county{n}.gov.cn/", 200)) for n in range(3))
        return await asyncio.gather(*asked, return_exceptions=True)

    assert [str(each) for each in asyncio.run(keep())] == ["no disk"] * 3
    keeper.close()
    field.engine.dispose()
