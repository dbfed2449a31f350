"""Crawls of one report, as the crawler would have written them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitor.reading.kinds import file_kind
from storage.captures import Exchange, archive_exchange
from storage.database import transaction
from storage.models import Filing, Original, OriginalRole
from tests.monitor.scene import Scene


@dataclass(slots=True)
class Crawled:
    """A filing that is crawled again and again; ``see`` and ``miss`` are one crawl each."""

    scene: Scene
    filing_id: int
    url: str
    crawls: list[int] = field(default_factory=list)
    asked: str | None = None
    """What the list links, if the server leads from there to the page."""

    def crawl(self, when: datetime) -> int:
        """Begin a crawl of the portal."""
        self.crawls.append(self.scene.crawl(when=when))
        return self.crawls[-1]

    def see(
        self,
        when: datetime,
        page: bytes,
        *files: tuple[str, bytes],
        text: str | None = None,
        drop: bool = False,
    ) -> None:
        """Crawl the page with its files; ``text`` is the fingerprint of its article.

        Without one the page is told by its bytes. ``drop`` ends the files that are not given.
        """
        crawl = self.crawl(when)
        self._keep(crawl, when, self.url, page, None, text)
        for number, (name, body) in enumerate(files, start=1):
            at = when + timedelta(seconds=number)
            self._keep(crawl, at, f"{self.url}/{name}", body, name, None)
        if drop:
            self._drop({f"{self.url}/{name}" for name, _ in files}, when)

    def furniture(self, when: datetime, page: bytes) -> int:
        """Crawl a page whose article is what it was."""
        return self._capture(self.crawl(when), when, self.url, 200, page)

    def unchanged(self, when: datetime) -> int:
        """Crawl a page of which the server says that it has not changed."""
        return self._capture(self.crawl(when), when, self.url, 304, None)

    def miss(self, when: datetime, status: int = 404, error: str | None = None) -> int:
        """Crawl a page that is not there, or that cannot be had."""
        return self._capture(self.crawl(when), when, self.url, status, b"x", error=error)

    def _capture(
        self,
        crawl: int,
        when: datetime,
        url: str,
        status: int,
        body: bytes | None,
        error: str | None = None,
    ) -> int:
        exchange = Exchange(
            url=self.asked if self.asked and url == self.url else url,
            final_url=url,
            purpose="page",
            crawl_id=crawl,
            requested_at=when,
            fetched_at=when,
            status=status,
            body=body,
            error=error,
        )
        [capture] = archive_exchange(self.scene.engine, self.scene.archive, [exchange])
        return capture

    def _keep(
        self, crawl: int, when: datetime, url: str, body: bytes, name: str | None, text: str | None
    ) -> None:
        capture = self._capture(crawl, when, url, 200, body)
        sha256 = self.scene.archive.put(body)
        with transaction(self.scene.engine) as session:
            known = {each.sha256: each for each in self._of(session, url)}
            for each in known.values():
                if each.sha256 != sha256 and each.superseded_at is None:
                    each.superseded_at = when
            if sha256 in known:
                known[sha256].superseded_at = None
                return
            session.add(
                Original(
                    filing_id=self.filing_id,
                    capture_id=capture,
                    url=url,
                    role=OriginalRole.PAGE if name is None else OriginalRole.ATTACHMENT,
                    name=name,
                    sha256=sha256,
                    text_sha256=(text or sha256) if name is None else None,
                    media_type=file_kind(body, name),
                    size=len(body),
                    fetched_at=when,
                )
            )

    def _of(self, session: object, url: str) -> list[Original]:
        filing = session.get_one(Filing, self.filing_id)  # type: ignore[attr-defined]
        return [each for each in filing.originals if each.url == url]

    def _drop(self, kept: set[str], when: datetime) -> None:
        with transaction(self.scene.engine) as session:
            for each in session.get_one(Filing, self.filing_id).originals:
                if each.role is OriginalRole.ATTACHMENT and each.url not in kept:
                    each.superseded_at = each.superseded_at or when


def crawled(scene: Scene, agency: str, slug: str, **more: Any) -> Crawled:
    """Return a filing of an agency that no crawl has opened yet."""
    filing_id = scene.filing(agency, slug=slug, **more)
    return Crawled(scene, filing_id, f"http://www.qh.gov.cn/nb/{slug}.html")
