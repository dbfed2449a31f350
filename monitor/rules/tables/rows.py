"""Rules about tables and rows that are not there."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from monitor.formats import load_format
from monitor.formats.naming import row_name, table_name
from monitor.language import Bilingual
from monitor.reading.model import Damage, Image, Place, ReadTable, Report, Section
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.losses import damage_name
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.originals import keeps_cells, page_lost
from monitor.rules.quoting import heading_evidence, quote

_ARTICLE_50 = "《政府信息公开条例》第五十条"
_BASIS = f"{_ARTICLE_50}；国办公开办函〔2021〕30号《政府信息公开工作年度报告格式》"
_BASIS_2019 = f"{_ARTICLE_50}；国办公开办函〔2019〕60号《政府信息公开工作年度报告格式（试行）》"
_OTHER_ROWS = frozenset({"other_no_correction", "other_fee_unpaid", "other_other"})
_OTHER_TOTAL = "other_total"
_PERHAPS = Bilingual("可能在转换中丢失", "they may be lost in conversion")


@rule(
    "table-missing",
    zh="缺少表格",
    en="table missing",
    severity=Severity.ERROR,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
    needs=frozenset({"outline"}),
)
def table_missing(facts: Facts) -> Iterator[Finding]:
    """One of the three tables is not in the report.

    What it does: Looks for the tables of sections two, three and four. If the reading was damaged
        there, or a picture stands where the table should, it says that it cannot tell.
    Why it matters: The figures the Regulation asks for are not reported.
    Legal basis: 《政府信息公开条例》第五十条; 国办公开办函〔2021〕30号, sections two to four.
    Example that fails: 三、收到和处理政府信息公开申请情况 followed by a sentence and no table.
    Example that passes: All three tables, each under its heading.
    How to put it right: Publish the report again with the table as text, not as a picture.
    """
    report, form = facts.report, facts.format
    assert report is not None
    assert form is not None
    for key in form.tables:
        if key not in report.tables:
            yield _missing_table(report, key)


@rule(
    "table-row-missing",
    zh="表格缺行",
    en="table row missing",
    severity=Severity.ERROR,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
)
def table_row_missing(facts: Facts) -> Iterator[Finding]:
    """A row of the format is not in its table.

    What it does: Compares the rows of each table with those of its format. Where the original marks
        no cells (text, PDF), several rows missing together, the first or the last one may be lost
        in conversion, as may any where pages were lost: it says that it cannot tell.
    Why it matters: What the row asks for is not reported.
    Legal basis: 国办公开办函〔2021〕30号: the rows of the tables are part of the format.
    Example that fails: 1.属于国家秘密 is followed by 3.危及“三安全一稳定”.
    Example that passes: All 25 rows of the requests table.
    How to put it right: Put the row back, with 0 if there was nothing.
    """
    report = facts.report
    assert report is not None
    if not report.tables:
        yield not_applicable("没有可以核对的表格。", "There is no table to look at.")
    for table in report.tables.values():
        yield from _missing_rows(report, table)


def _missing_table(report: Report, key: str) -> Finding:
    name = table_name(key)
    section = report.section(key)
    evidence = () if section is None else (heading_evidence(section),)
    damage = report.doubtful(table=key, section=key) or page_lost(report, key)
    if damage is not None:
        return doubtful(f"是否有{name.zh}", f"whether there is a {name.en}", damage, *evidence)
    pictures = _pictures(report, key)
    if pictures:
        return indeterminate(
            f"没有读到{name.zh}，该处有图片，表格可能是图片。",
            f"No {name.en} was read; a picture stands there and may be the table.",
            *evidence,
            *(Evidence(quote=quote(image.alt or ""), place=image.place) for image in pictures),
        )
    return fail(f"缺少{name.zh}。", f"There is no {name.en}.", *evidence)


def _pictures(report: Report, key: str) -> tuple[Image, ...]:
    """Return the unread pictures that may stand in a section; all where no order is known."""
    images = tuple(image for image in report.images if not image.recognised)
    index = next((i for i, item in enumerate(report.sections) if item.key == key), None)
    if index is None:
        return images
    section = report.sections[index]
    following = report.sections[index + 1] if index + 1 < len(report.sections) else None
    return tuple(image for image in images if _may_be_in(image.place, section, following))


def _may_be_in(place: Place, section: Section, following: Section | None) -> bool:
    after = _before(section.place, place)
    before = _before(place, following.place) if following is not None else True
    return after is not False and before is not False


def _before(one: Place, other: Place) -> bool | None:
    """Whether one place comes before the other; None if their order is not known."""
    if one.page is not None and other.page is not None:
        return _page_order(one, other)
    if one.offset is not None and other.offset is not None:
        return one.offset <= other.offset
    return None


def _page_order(one: Place, other: Place) -> bool | None:
    if one.page != other.page:
        return (one.page or 0) < (other.page or 0)
    if one.bbox is None or other.bbox is None:
        return None
    return one.bbox[1] <= other.bbox[1]


def _missing_rows(report: Report, table: ReadTable) -> Iterator[Finding]:
    expected = _expected_rows(table)
    lost = [row for row in expected if row not in table.values]
    for run in _runs(expected, table):
        if _proves_nothing(report, table, run, expected):
            yield _perhaps_lost(report, table, run)
        else:
            yield from (_missing_row(table, row) for row in run)
    if not lost:
        damage = report.doubtful(table=table.key)
        if damage is not None and damage.code == "rows-lost":
            name = table_name(table.key)
            yield doubtful(f"{name.zh}的行是否齐全", f"the rows of the {name.en}", damage)


def _expected_rows(table: ReadTable) -> tuple[str, ...]:
    """Return the rows to be there; 其他处理 in either make-up, as others judge that."""
    spec = load_format(table.format).tables[table.key]
    rows = tuple(row.key for row in spec.rows)
    if _OTHER_TOTAL in table.values:
        return tuple(row for row in rows if row not in _OTHER_ROWS)
    if _OTHER_ROWS & set(table.values):
        return tuple(row for row in rows if row != _OTHER_TOTAL)
    return rows


def _runs(expected: Sequence[str], table: ReadTable) -> Iterator[tuple[str, ...]]:
    """Yield the rows that are not there, those next to each other together."""
    for there, rows in groupby(expected, key=lambda row: row in table.values):
        if not there:
            yield tuple(rows)


def _proves_nothing(
    report: Report, table: ReadTable, run: tuple[str, ...], expected: Sequence[str]
) -> bool:
    if _damage(report, table, run) is not None:
        return True
    at_an_end = run[0] == expected[0] or run[-1] == expected[-1]
    return not keeps_cells(report) and (len(run) > 1 or at_an_end)


def _damage(report: Report, table: ReadTable, run: tuple[str, ...]) -> Damage | None:
    """Return the damage that may have taken rows: to one of them, or to a page they stood on."""
    named = (report.doubtful(table=table.key, row=row) for row in run)
    return next(filter(None, named), None) or page_lost(report, table.key)


def _perhaps_lost(report: Report, table: ReadTable, run: tuple[str, ...]) -> Finding:
    name = table_name(table.key)
    rows = f"“{row_name(table.format, table.key, run[0]).zh}”"
    more = f"等{len(run)}行" if len(run) > 1 else "行"
    damage = _damage(report, table, run)
    why = damage_name(damage) if damage is not None else _PERHAPS
    return indeterminate(
        f"{name.zh}没有读到{rows}{more}：{why.zh}。",
        f"Rows {', '.join(run)} of the {name.en} were not read: {why.en}.",
    )


def _missing_row(table: ReadTable, row: str) -> Finding:
    name, label = table_name(table.key), row_name(table.format, table.key, row)
    return fail(
        f"{name.zh}缺少“{label.zh}”行。",
        f"The {name.en} has no row {label.en} (“{label.zh}”).",
        Evidence(quote="", table=table.key, row=row, place=table.place),
    )
