"""The rule about reports that were changed after publication."""

from collections.abc import Iterator, Sequence

from monitor.history.cells import changed_cells
from monitor.history.furniture import own_text
from monitor.history.model import CellChange, PartChange, Turn
from monitor.history.prose import changed_parts
from monitor.history.wording import cell_line, part_name
from monitor.language import Bilingual
from monitor.reading.model import Report
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.likeness import difference
from monitor.rules.model import (
    CaptureFacts,
    EarlierVersion,
    Evidence,
    Facts,
    Finding,
    PublicationFacts,
    Severity,
)
from monitor.rules.quoting import cell_evidence, flatten, passages
from monitor.rules.timeliness.numbers import counted
from storage.clock import local_date

_SHOWN = 3
_FILES_SHOWN = 5
_DIGITS = 16
"""Of a hash in a quotation; the evidence names all of it."""


@rule(
    "report-changed",
    zh="发布后改动",
    en="changed after publication",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《中华人民共和国政府信息公开条例》第四十九条、第五十条；第三方评估将发布后改动列为问题",
    basis_2008="国务院令第492号第三十一条、第三十二条；第三方评估将发布后改动列为问题",
    needs=frozenset({"publication"}),
    version=3,
    thresholds={"changed_share": 0.005},
    unread=True,
)
def report_changed(facts: Facts) -> Iterator[Finding]:
    """The text or a figure of the report is not the one first published.

    What it does: Compares it with the first version read whole: cells, sections, tables, and prose
        without blanks (over 0.5 %), and what intruders wrote. Versions that could not be read, not
        whole or not in the same way, give no answer.
    Why it matters: Figures changed in silence after the due day cannot be relied on.
    Legal basis: 《政府信息公开条例》第四十九条; evaluators (the Academy of Social Sciences in 2016)
        name reports changed after publication among the faults.
    Example that fails: 本年新收 总计 was 12 on 2024-01-30 and is 21 on 2024-03-05.
    Example that passes: Only the counter of visitors or the menu of the page has changed.
    How to put it right: Say on the page what was corrected, when and why.
    """
    publication = facts.publication
    assert publication is not None
    version, earlier = publication.earlier, publication.previous_version
    if version is not None and version.injected:
        yield _broken_into(version)
    elif earlier is None or facts.report is None:
        yield from _not_compared(facts, publication)
    else:
        yield from _compared(facts, earlier, facts.report, version)


def _broken_into(version: EarlierVersion) -> Finding:
    return fail(
        f"年报发布后，页面疑似被篡改：{_days(version).zh}，新版本中有不良信息（不予引用）。",
        "After publication the page seems to have been broken into: "
        f"{_days(version).en}; the later one shows what intruders write (not quoted).",
        *_captures(version),
        severity=Severity.ERROR,
    )


def _not_compared(facts: Facts, publication: PublicationFacts) -> Iterator[Finding]:
    version = publication.earlier
    if version is None:
        if publication.first_seen_at is None or facts.report is None:
            yield not_applicable("没有先前版本。", "There is no earlier version.")
        return
    which = Bilingual("现行版本", "the version that stands")
    if publication.previous_version is None:
        which = Bilingual("旧版本", "the earlier version")
    code = f"（{version.error}）" if version.error else ""
    code_en = f" ({version.error})" if version.error else ""
    yield indeterminate(
        f"年报文件发布后有变化，但{which.zh}未能读出年报{code}，无法判断改了什么。",
        f"Files of the report have changed since it was published, but no report could be read in "
        f"{which.en}{code_en}: what was changed cannot be told.",
        *_captures(version),
    )


def _compared(
    facts: Facts, earlier: Report, report: Report, version: EarlierVersion | None
) -> Iterator[Finding]:
    cells = list(changed_cells(earlier, report))
    parts = list(changed_parts(earlier, report))
    moved = [part for part in parts if part.turn is not Turn.REPLACED]
    share = difference(flatten(own_text(earlier.text)), flatten(own_text(report.text)))
    if not cells and not moved and share <= facts.thresholds["changed_share"]:
        return
    captures = _captures(version) if version else ()
    if earlier.method != report.method or not (earlier.complete and report.complete):
        yield indeterminate(
            "前后两个版本读取方式不同或读取不完整，差异可能来自读取。",
            "The two versions were read in different ways or not completely; the difference may "
            "come from that.",
            *captures,
        )
        return
    yield _changed(earlier, report, cells, moved, share, version)


def _changed(
    earlier: Report,
    report: Report,
    cells: Sequence[CellChange],
    moved: Sequence[PartChange],
    share: float,
    version: EarlierVersion | None,
) -> Finding:
    gone = _named(moved)
    shown = [cell_line(cell) for cell in cells[:_SHOWN]]
    zh = f"（{'；'.join(line.zh for line in shown)}{'等' if len(cells) > _SHOWN else ''}）"
    en = f" ({'; '.join(line.en for line in shown)}{' …' if len(cells) > _SHOWN else ''})"
    days = _days(version) if version else None
    return fail(
        f"年报发布后有改动：{len(cells)} 个表格数据不同{zh if shown else ''}，"
        f"文字改动约 {share:.1%}{gone.zh}{f'；{days.zh}' if days else ''}。",
        f"The report was changed after publication: {_cells_differ(len(cells))}"
        f"{en if shown else ''}, and about {share:.1%} of the text{gone.en}"
        f"{f'; {days.en}' if days else ''}.",
        *_cell_pairs(earlier, report, cells),
        *_new_text(earlier, report),
        *(_captures(version) if version else ()),
    )


def _cells_differ(count: int) -> str:
    return f"{counted(count, 'table cell')} {'differs' if count == 1 else 'differ'}"


def _named(moved: Sequence[PartChange]) -> Bilingual:
    """Name the sections and tables that came or went."""
    zh = [f"{'缺少' if part.turn is Turn.REMOVED else '新增'}{_name(part).zh}" for part in moved]
    en = [
        f"{'without' if part.turn is Turn.REMOVED else 'with'} {_name(part).en}" for part in moved
    ]
    return Bilingual("".join(f"，{each}" for each in zh), "".join(f", now {each}" for each in en))


def _name(part: PartChange) -> Bilingual:
    return part_name(part.part, part.heading)


def _days(version: EarlierVersion) -> Bilingual:
    until = f"至{local_date(version.seen_until)}" if version.seen_until else ""
    until_en = f" to {local_date(version.seen_until)}" if version.seen_until else ""
    return Bilingual(
        f"第{version.number}版见于{local_date(version.seen_from)}{until}，"
        f"现行版本自{local_date(version.later_from)}起",
        f"version {version.number} was seen {local_date(version.seen_from)}{until_en}, the one "
        f"that stands from {local_date(version.later_from)} on",
    )


def _captures(version: EarlierVersion) -> Iterator[Evidence]:
    """Name the captures of the files that differ: those of then, and those of now."""
    for captures in (version.captures, version.later):
        yield from (_capture_evidence(each) for each in captures[:_FILES_SHOWN])


def _capture_evidence(capture: CaptureFacts) -> Evidence:
    return Evidence(
        quote=f"{local_date(capture.at)} SHA-256 {(capture.sha256 or '')[:_DIGITS]}…",
        url=capture.url,
        sha256=capture.sha256,
        capture=capture.id,
        position=capture.position,
    )


def _cell_pairs(earlier: Report, later: Report, cells: Sequence[CellChange]) -> Iterator[Evidence]:
    for cell in cells[:_SHOWN]:
        for report in (earlier, later):
            if cell.table in report.tables:
                yield cell_evidence(report, cell.table, cell.row, cell.column)


def _new_text(earlier: Report, later: Report) -> Iterator[Evidence]:
    known = {item.flat for item in passages(earlier)}
    new = (item for item in passages(later) if item.flat not in known)
    for item, _ in zip(new, range(_SHOWN), strict=False):
        yield item.evidence()
