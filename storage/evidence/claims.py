"""What an evidence pack proves, sentence by sentence, each with its captures. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from storage.clock import SHANGHAI, iso_utc
from storage.evidence.model import LoggedCapture, Role, Selection
from storage.models import Column, ColumnReading, Filing, Original


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence that the captures named prove."""

    key: str
    zh: str
    en: str
    positions: tuple[int, ...]
    """Places in the log of its captures."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What it says, for a program: instants, addresses, numbers. Each stands in both sentences."""

    def as_json(self) -> dict[str, Any]:
        """Return it as the pack keeps it."""
        facts = {
            name: iso_utc(value) if isinstance(value, datetime) else value
            for name, value in self.facts.items()
        }
        positions = list(self.positions)
        return {
            "key": self.key, "zh": self.zh, "en": self.en, "captures": positions, "facts": facts
        }  # fmt: skip


def claims_of(selection: Selection) -> list[Claim]:
    """Return what the selection proves, in the order in which a reader asks."""
    by_id = {each.capture.id: each for each in selection.captures}
    return [
        *(claim for each in selection.filings for claim in _of_filing(selection, each, by_id)),
        *_of_timelines(selection.told.timelines, by_id),
        *_of_absence(selection, by_id),
    ]


def shanghai(instant: datetime) -> str:
    """Return an instant as people in China read it."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def utc(instant: datetime) -> str:
    """Return an instant in UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _when(instant: datetime) -> tuple[str, str]:
    """Return an instant in both zones, in Chinese and English."""
    local, world = shanghai(instant), utc(instant)
    return f"北京时间 {local}（UTC {world}）", f"{local} Beijing time ({world})"


def _of_filing(
    selection: Selection, filing: Filing, by_id: Mapping[int, LoggedCapture]
) -> Iterator[Claim]:
    for original in filing.originals:
        capture = by_id.get(original.capture_id)
        if capture is not None:
            yield _answered(original, capture)
    if selection.told.timelines:  # they tell first seen, absent, changed and removed
        return
    readings = [each for each in selection.readings if each.column_id == filing.column_id]
    absent = [
        each
        for each in readings
        if filing.last_absent_at is not None and each.read_at <= filing.last_absent_at
    ]
    for reading in absent[-1:]:
        zh, en = _when(reading.read_at)
        url = filing.column.url
        yield Claim(
            key="last-absent",
            zh=f"{zh} 完整读取栏目 {url} 时，其列表中没有这份年报。",
            en=f"When the column {url} was read to its end at {en}, its list did not show the "
            "report.",
            positions=_pages(selection, reading, by_id),
            facts={"at": reading.read_at, "url": url},
        )


def _answered(original: Original, found: LoggedCapture) -> Claim:
    capture = found.capture
    zh, en = _when(capture.fetched_at)
    until_zh, until_en = "", ""
    if original.superseded_at is not None:
        later = _when(original.superseded_at)
        until_zh = f"该内容后来被替换，{later[0]} 时已是另一内容。"
        until_en = f" Another document had taken its place by {later[1]}."
    return Claim(
        key="document",
        zh=f"{zh}，向 {capture.url} 请求，应答状态 {capture.status}，内容 {original.size} 字节，"
        f"SHA-256 为 {original.sha256}。{until_zh}",
        en=f"At {en}, {capture.url} was asked for and answered with status {capture.status} and "
        f"{original.size} bytes, SHA-256 {original.sha256}.{until_en}",
        positions=(found.position,),
        facts={
            "at": capture.fetched_at,
            "url": capture.url,
            "status": capture.status,
            "bytes": original.size,
            "sha256": original.sha256,
            **({} if original.superseded_at is None else {"until": original.superseded_at}),
        },
    )


def _of_timelines(
    timelines: Sequence[Mapping[str, Any]], by_id: Mapping[int, LoggedCapture]
) -> Iterator[Claim]:
    for timeline in timelines:
        for happening in timeline["happenings"]:
            at = datetime.fromisoformat(happening["at"])
            positions = _of_happening(happening, at, by_id)
            if positions and happening["certain"]:
                zh, en = _when(at)
                yield Claim(
                    key=happening["kind"].replace("_", "-"),
                    zh=f"{zh}：{happening['message_zh'].removesuffix('。')}。",
                    en=f"{en}: {happening['message_en'].removesuffix('.')}.",
                    positions=positions,
                    facts={"at": at},
                )


def _of_happening(
    happening: Mapping[str, Any], at: datetime, by_id: Mapping[int, LoggedCapture]
) -> tuple[int, ...]:
    """Return the places in the log of what proves a happening, and of what its time is that of.

    A report is first seen in a list, a moment before it is captured itself.
    """
    named = [by_id.get(proof["capture"]) for proof in happening["captures"]]
    found = [each.position for each in named if each is not None]
    then = [each.position for each in by_id.values() if each.capture.fetched_at == at]
    return tuple(sorted({*found, *then})) if found else ()


def _of_absence(selection: Selection, by_id: Mapping[int, LoggedCapture]) -> Iterator[Claim]:
    absence, ground = selection.absence, selection.told.ground
    if absence is None or ground is None:
        return
    for each in absence.search:
        yield _asked(each)
    read: list[int] = []
    for column in absence.columns:
        reading = absence.readings.get(column.id)
        role = absence.role(column)
        if reading is None or role is Role.LOST:
            continue
        pages = _pages(selection, reading, by_id)
        if role is Role.OTHER:
            if pages:
                yield _list_read(column, reading, pages, by_id)
            continue
        read += pages
        yield _list_read(column, reading, pages, by_id)
        yield _empty(column, pages) if role is Role.EMPTY else _control(column, reading, pages)
    if read:
        agency, year = selection.name, selection.fiscal_year
        zh, en = _when(ground.due_at)
        yield Claim(
            key="not-listed",
            zh=f"在以上列表各页中，程序没有认出{agency}{year}年度的政府信息公开工作年度报告，"
            f"其期限为{zh}（{ground.basis_zh}）。各页原件附后，任何人都可以逐行核对。",
            en=f"In these list pages the program recognised no annual disclosure report of "
            f"{agency} on {year}, which was due by {en} ({ground.basis_en}). The pages are "
            "enclosed as they were served, for anybody to go through row by row.",
            positions=tuple(dict.fromkeys(read)),
            facts={"agency": agency, "fiscal_year": year, "due_at": ground.due_at},
        )


def _asked(found: LoggedCapture) -> Claim:
    capture = found.capture
    zh, en = _when(capture.fetched_at)
    status = capture.error if capture.status is None else capture.status
    return Claim(
        key="search",
        zh=f"{zh}，向 {capture.url} 请求（{_PURPOSES[capture.purpose][0]}），应答：{status}。",
        en=f"At {en}, {capture.url} was asked for ({_PURPOSES[capture.purpose][1]}) and answered: "
        f"{status}.",
        positions=(found.position,),
        facts={"at": capture.fetched_at, "url": capture.url, "answer": status},
    )


_PURPOSES = {
    "robots": ("网站的抓取规则", "the site's rules for crawlers"),
    "home": ("网站首页", "the home page"),
    "platform": ("信息公开平台", "the disclosure platform"),
}


def _list_read(
    column: Column,
    reading: ColumnReading,
    positions: tuple[int, ...],
    by_id: Mapping[int, LoggedCapture],
) -> Claim:
    times = sorted(each.capture.fetched_at for each in by_id.values() if each.position in positions)
    begun, ended = (times[0], times[-1]) if times else (reading.read_at, reading.read_at)
    (zh, en), (to_zh, to_en) = _when(begun), _when(ended)
    whole_zh = "读到末页" if reading.read_to_end else f"没有读完（{reading.reason}）"
    whole_en = "to its end" if reading.read_to_end else f"but not to its end ({reading.reason})"
    said_zh = (
        "网站没有写明总数" if reading.announced is None else f"网站写明共 {reading.announced} 条"
    )
    said_en = (
        "the site states no total"
        if reading.announced is None
        else f"the site states {reading.announced}"
    )
    return Claim(
        key="list-read",
        zh=f"自{zh}至{to_zh}，依次读取栏目 {column.url} 的列表 {reading.pages_seen} 页，"
        f"{whole_zh}；共见 {reading.found} 条（{said_zh}），其中年报 {reading.reports} 份。",
        en=f"From {en} to {to_en}, {reading.pages_seen} pages of the list of the column "
        f"{column.url} were read in order, {whole_en}; they showed {reading.found} rows "
        f"({said_en}), of which {reading.reports} are annual reports.",
        positions=positions,
        facts={
            "from": begun,
            "to": ended,
            "url": column.url,
            "pages": reading.pages_seen,
            "rows": reading.found,
            "reports": reading.reports,
            "announced": reading.announced,
        },
    )


def _control(column: Column, reading: ColumnReading, positions: tuple[int, ...]) -> Claim:
    known, again, reports = reading.known_before, reading.found_again, reading.reports
    passed_zh = "对照通过" if reading.control_passed else f"对照没有通过（{reading.reason}）"
    passed_en = "passed" if reading.control_passed else f"did not pass ({reading.reason})"
    if known:
        zh = f"此前已知的 {known} 份年报中，{again} 份再次出现"
        en = f"{again} of the {known} reports known there before were seen again"
        facts = {"url": column.url, "known": known, "again": again}
    else:
        zh = f"此前没有已知的年报，这次认出其他年报 {reports} 份"
        en = f"no report was known there before, and {reports} annual reports were recognised"
        facts = {"url": column.url, "reports": reports}
    return Claim(
        key="control",
        zh=f"对照检查，栏目 {column.url}：{zh}；{passed_zh}。",
        en=f"The control of the column {column.url} {passed_en}: {en}.",
        positions=positions,
        facts=facts,
    )


def _empty(column: Column, positions: tuple[int, ...]) -> Claim:
    return Claim(
        key="empty",
        zh=f"栏目 {column.url} 没有任何条目，此前也从未见过；同一系统的其他栏目在同一次采集中读全，"
        "其列表页附后作为对照。",
        en=f"The column {column.url} has no row and never had one; other columns of the same "
        "system were read whole in the same crawl; their list pages are enclosed as the control.",
        positions=positions,
        facts={"url": column.url},
    )


def _pages(
    selection: Selection, reading: ColumnReading, by_id: Mapping[int, LoggedCapture]
) -> tuple[int, ...]:
    """Return the places in the log of the list pages of a reading."""
    if reading.pages:
        shown = [page for page in reading.pages if page["how"] != "refused"]
        ids = [page[key] for page in shown for key in ("body", "capture")]
        found = [by_id[one].position for one in ids if one in by_id]
        return tuple(dict.fromkeys(found))
    return tuple(
        each.position
        for each in selection.captures
        if each.capture.crawl_id == reading.crawl_id
        and (each.capture.purpose == "list" or each.capture.url == reading.column.url)
    )
