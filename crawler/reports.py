"""Fetching one report: its page, then the files attached to it and the pictures in its text."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.fetching import Fetcher
from crawler.keeping import Keeper
from crawler.platforms import choose_platform
from crawler.platforms.addresses import canonical_url
from crawler.platforms.model import Article, Attachment, ListItem, Platform
from crawler.records.absences import mark_gone
from crawler.records.failures import LinkedFile, note_files
from crawler.records.filings import (
    drop_attachments,
    file_attachment,
    file_page,
    note_opened,
    settle_moved,
)
from crawler.records.originals import Kept, attached_urls
from crawler.visit import Visit

log = logging.getLogger(__name__)

MAX_ATTACHMENTS = 30
MAX_PICTURE_BYTES = 64 * 2**20
"""Of all pictures of one report together."""
_CONCLUSIVE = frozenset({Outcome.OK, Outcome.GONE})
"""Outcomes that answer a question for good; anything else leaves the crawl partial."""
_NO_PICTURE = _CONCLUSIVE | {Outcome.SOFT_GONE, Outcome.BROKEN, Outcome.REFUSED}
"""Outcomes after which a picture is not to be had; pages often show some that never were there."""


@dataclass(slots=True)
class ReportPage:
    """The page of a report as it came."""

    fetched: Fetched
    article: Article | None = None
    """None if the address gave a file."""


@dataclass(slots=True)
class ReportReader:
    """Fetches reports for one portal and files them."""

    fetcher: Fetcher
    keeper: Keeper
    visit: Visit
    unfinished: list[str] = field(default_factory=list)
    """What could not be had, with reasons."""
    opened: int = 0
    """How many pages were asked for."""

    async def open(self, url: str, referer: str, platform: Platform | None) -> ReportPage:
        """Fetch the page of a report, or of what may be one."""
        self.opened += 1
        headers = {"Referer": referer} if referer != url else {}
        fetched = await self.fetcher.fetch(
            Ask(url=url, purpose=Purpose.PAGE, headers=headers, conditional=True)
        )
        opened = ReportPage(fetched=fetched)
        if fetched.ok and fetched.is_page:
            opened = read_report(fetched, platform)
        self._count(opened.fetched)
        return opened

    async def file(
        self,
        filing_id: int,
        report: ReportPage,
        row: ListItem | None = None,
        *,
        only_if_changed: bool = False,
    ) -> None:
        """File a page that was opened, and the files that it, or its ``row``, links.

        ``only_if_changed`` leaves the files of a page that is as it was for their turn.
        """
        if report.fetched.outcome is Outcome.GONE:
            await self.keeper.write(mark_gone, filing_id)
        if not report.fetched.ok:
            return
        source = row.source_name if row else None
        kept = await self.keeper.write(file_page, filing_id, report.fetched, report.article, source)
        filing_id = self._add(kept, filing_id)
        unfinished = len(self.unfinished)
        files = _files_of(report, row)
        if only_if_changed and not await self._is_changed(filing_id, kept, files):
            return
        if report.article is not None:
            filing_id = await self._attachments(filing_id, report, report.article, files, kept)
        at = report.fetched.fetched_at
        filing_id = await self.keeper.write(settle_moved, filing_id, at)
        if len(self.unfinished) == unfinished:
            await self.keeper.write(note_opened, filing_id, report.fetched.ask.url, at)

    async def _is_changed(self, filing_id: int, kept: Kept, files: Sequence[Attachment]) -> bool:
        """Tell whether a page is not what it was: by its text, or by a file it did not link."""
        if kept.new or kept.changed:
            return True
        known = await self.keeper.read(attached_urls, filing_id)
        return not known.issuperset(url for url, _ in _distinct(files)[:MAX_ATTACHMENTS])

    async def _attachments(
        self,
        filing_id: int,
        report: ReportPage,
        article: Article,
        linked_files: Sequence[Attachment],
        kept: Kept,
    ) -> int:
        """Fetch the files of a report; return the filing that it is of in the end."""
        fetched, files, asked = report.fetched, _distinct(linked_files), []
        for url, attachment in files[:MAX_ATTACHMENTS]:
            file, filing_id = await self._attachment(filing_id, url, attachment, fetched.url)
            asked.append(file)
        if article.recognised:  # else some of them may be the site's own and not the report's
            await self.keeper.write(note_files, filing_id, asked)
        if len(files) > MAX_ATTACHMENTS:
            self.unfinished.append(f"{fetched.url}: more than {MAX_ATTACHMENTS} files attached")
        pictures, filing_id = await self._pictures(filing_id, article, fetched.url)
        if kept.changed and article.recognised:
            linked = {url for url, _ in files} | pictures
            await self.keeper.write(drop_attachments, filing_id, linked, fetched.fetched_at)
        return filing_id

    async def _pictures(
        self, filing_id: int, article: Article, referer: str
    ) -> tuple[set[str], int]:
        """Fetch the pictures in the text; return the addresses of all, fetched or not."""
        pictures = _distinct(article.pictures)
        room = MAX_PICTURE_BYTES
        for url, picture in pictures:
            fetched = await self._fetch_file(url, referer)
            if fetched.outcome not in _NO_PICTURE:
                self._count(fetched)
            if fetched.ok and fetched.media_type.startswith("image/"):
                room -= len(fetched.body)
                filing_id = self._add(
                    await self.keeper.write(file_attachment, filing_id, fetched, picture.name),
                    filing_id,
                )
            if room < 0:
                self.unfinished.append(
                    f"{referer}: more than {MAX_PICTURE_BYTES} bytes of pictures"
                )
                break
        return {url for url, _ in pictures}, filing_id

    async def _attachment(
        self, filing_id: int, url: str, attachment: Attachment, referer: str
    ) -> tuple[LinkedFile, int]:
        fetched = await self._fetch_file(url, referer)
        self._count(fetched)
        if fetched.ok:
            name = attachment.name or name_in(fetched.headers.get("content-disposition", ""))
            kept = await self.keeper.write(file_attachment, filing_id, fetched, name or None)
            filing_id = self._add(kept, filing_id)
        return LinkedFile(name=attachment.name, fetched=fetched), filing_id

    async def _fetch_file(self, url: str, referer: str) -> Fetched:
        return await self.fetcher.fetch(
            Ask(
                url=url,
                purpose=Purpose.ATTACHMENT,
                headers={"Referer": referer},
                follow_shells=False,
                conditional=True,
            )
        )

    def _add(self, kept: Kept, filing_id: int) -> int:
        """Count what was kept; return the filing that it is of now."""
        self.visit.originals_new += kept.new
        self.visit.originals_changed += kept.changed
        return kept.filing_id or filing_id

    def _count(self, fetched: Fetched) -> None:
        if fetched.outcome in _CONCLUSIVE:
            return
        self.unfinished.append(fetched.reason)
        self.visit.count_trouble(fetched.outcome)


def read_report(fetched: Fetched, platform: Platform | None) -> ReportPage:
    """Have an adapter read a page; one that breaks on it costs this page, not the portal."""
    page = fetched.page()
    try:
        chosen = choose_platform(page)
        article = chosen.read_article(page)
        if not article.recognised and platform is not None and platform is not chosen:
            article = platform.read_article(page)
    except Exception as error:  # the boundary that keeps one page from the others
        log.exception("%s: no adapter can read this page", fetched.url)
        reason = f"{fetched.url}: the page could not be read: {type(error).__name__}"
        return ReportPage(fetched=replace(fetched, outcome=Outcome.BROKEN, reason=reason))
    return ReportPage(fetched=fetched, article=article)


def _files_of(report: ReportPage, row: ListItem | None) -> tuple[Attachment, ...]:
    if report.article is None:
        return ()
    return (*report.article.attachments, *(row.attachments if row else ()))


def _distinct(attachments: Sequence[Attachment]) -> list[tuple[str, Attachment]]:
    files: dict[str, Attachment] = {}
    for attachment in attachments:
        files.setdefault(canonical_url(attachment.url), attachment)
    return list(files.items())


def name_in(disposition: str) -> str:
    """Return the file name of a Content-Disposition (RFC 6266), empty if it gives none."""
    parameters = {
        name.strip().lower(): value.strip().strip('"')
        for name, _, value in (part.partition("=") for part in disposition.split(";")[1:])
    }
    extended = parameters.get("filename*", "")
    if extended.lower().startswith("utf-8''"):
        return unquote(extended[len("utf-8''") :])
    return unquote(parameters.get("filename", ""))
