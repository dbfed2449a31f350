"""The rule about a page and its attachments that do not say the same."""

from collections.abc import Iterator

from monitor.formats.naming import cell_name
from monitor.reading.model import Beside, CellDifference, Differences, Report
from monitor.reading.normalise import parse_amount
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.publication.known import RECOGNISED
from monitor.rules.quoting import quote

_SHOWN = 5


@rule(
    "attachment-differs",
    zh="附件与网页不一致",
    en="page and attachment differ",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《政府信息公开条例》第六条（及时、准确公开政府信息）",
    basis_2008="国务院令第492号第六条（及时、准确公开政府信息）",
    thresholds={"attachment_likeness": 0.98},
)
def attachment_differs(facts: Facts) -> Iterator[Finding]:
    """The page and a file attached to it give the same report with other figures or words.

    What it does: Compares the cells that both have for certain, where both are numbers, and the
        texts of the sections that both have: less than 98 % alike is a difference. Where either was
        recognised from a picture, it says that it cannot tell.
    Why it matters: Nobody can know which of the two is the report.
    Legal basis: 《政府信息公开条例》第六条: information is disclosed accurately.
    Example that fails: 本年新收 总计 12 on the page, 21 in the attached PDF.
    Example that passes: The PDF has page numbers and other line breaks.
    How to put it right: Find the right version and publish it in both places.
    """
    report = facts.report
    assert report is not None
    compared = [item for item in report.beside if item.differences is not None]
    if not compared:
        yield not_applicable("没有可以比对的另一版本。", "There is no other version to compare.")
        return
    for beside in compared:
        yield from _difference(facts, report, beside)


def _difference(facts: Facts, report: Report, beside: Beside) -> Iterator[Finding]:
    differences = beside.differences
    assert differences is not None
    if not differences.compared:
        yield indeterminate(
            "另一版本没有可以确定比对的内容。", "Nothing of the other version is certain enough."
        )
        return
    cells = [cell for cell in differences.cells if _differ_in_number(cell)]
    alike = likeness(report, differences)
    if not cells and alike >= facts.thresholds["attachment_likeness"]:
        return
    name = _name(facts, beside)
    evidence = (*_of_cells(beside, cells), *_of_texts(beside, differences))
    if _may_be_misread(facts, report, beside):
        yield indeterminate(
            f"“{name}”与年报读取结果不同，但其中有从图片识别的内容，差异可能来自识别。",
            f"{name} reads differently, but one of the two was recognised from pictures.",
            *evidence,
        )
        return
    where = cell_name(report.format_found or "v2021", cells[0].table, cells[0].row,
                      cells[0].column) if cells else None  # fmt: skip
    one, other = (quote(cells[0].text), quote(cells[0].other)) if cells else ("", "")
    first_zh = f"，如{where.zh}“{one}”与“{other}”" if where else ""
    first_en = f', such as {where.en}: "{one}", "{other}"' if where else ""
    yield fail(
        f"网页与附件“{name}”不一致：{len(cells)} 个表格数据不同{first_zh}，"
        f"文字相似度 {alike:.1%}。",
        f"The page and {name} differ: {len(cells)} table cells{first_en}; the texts are "
        f"{alike:.1%} alike.",
        *evidence,
    )


def likeness(report: Report, differences: Differences) -> float:
    """Return how much the texts that both have are alike, 0 to 1, longer sections weighing more."""
    alike = {item.section: item.alike for item in differences.texts}
    missing = set(differences.only_here)
    lengths = {
        section.key: len(section.text)
        for section in reversed(report.sections)
        if section.key and f"section:{section.key}" not in missing
    }
    whole = sum(lengths.values())
    if not whole:
        return min(alike.values(), default=1.0)
    return sum(length * alike.get(key, 1.0) for key, length in lengths.items()) / whole


def _differ_in_number(cell: CellDifference) -> bool:
    one, other = parse_amount(cell.text), parse_amount(cell.other)
    return one is not None and other is not None and one != other


def _may_be_misread(facts: Facts, report: Report, beside: Beside) -> bool:
    """Tell whether either version was recognised; one in a bundle is told by its name."""
    if _is_recognised(report.method):
        return True
    if (beside.source.member or "").lower().endswith((".png", ".jpg", ".jpeg", ".tif", ".bmp")):
        return True
    known = facts.publication.originals if facts.publication else ()
    methods = (item.method for item in known if item.sha256 == beside.source.sha256)
    return any(method is not None and _is_recognised(method) for method in methods)


def _is_recognised(method: str) -> bool:
    return method in RECOGNISED or "+" in method


def _name(facts: Facts, beside: Beside) -> str:
    known = facts.publication.originals if facts.publication else ()
    found = next((item for item in known if item.sha256 == beside.source.sha256), None)
    name = beside.source.member or (found and (found.name or found.url)) or beside.title
    return quote(name) if name else "另一版本"


def _of_cells(beside: Beside, cells: list[CellDifference]) -> Iterator[Evidence]:
    for cell in cells[:_SHOWN]:
        for text, place, sha256 in (
            (cell.text, cell.place, None),
            (cell.other, cell.other_place, beside.source.sha256),
        ):
            yield Evidence(
                quote=quote(text),
                table=cell.table,
                row=cell.row,
                column=cell.column,
                place=place,
                sha256=sha256,
            )


def _of_texts(beside: Beside, differences: Differences) -> Iterator[Evidence]:
    for text in sorted(differences.texts, key=lambda item: item.alike)[:1]:
        yield Evidence(quote=quote(text.text), section=text.section, place=text.place)
        yield Evidence(
            quote=quote(text.other),
            section=text.section,
            place=text.other_place,
            sha256=beside.source.sha256,
        )
