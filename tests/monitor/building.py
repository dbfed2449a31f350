"""Builders of reports for tests: a clean one, and small changes to it.

``a_report()`` is a report of 示例县科技局 for fiscal year 2023 that no rule objects to: six
sections, three tables whose sums agree with each other and with the prose, a fee statement.
Every builder returns a new report.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from monitor.formats import Format, RowSpec, load_format
from monitor.reading.model import (
    Damage,
    Paragraph,
    Place,
    PrintedLabel,
    ReadTable,
    Report,
    Section,
    Value,
)

AGENCY = "示例县科技局"

PREAMBLE = (
    "根据《中华人民共和国政府信息公开条例》（国务院令第711号，以下简称《条例》）和《国务院办公厅政府"
    "信息与政务公开办公室关于印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知》（国办公开办函"
    "〔2021〕30号）要求，现发布示例县科技局2023年政府信息公开工作年度报告。本报告由总体情况、主动公开"
    "政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议、行政诉讼情况、存在的主要问题"
    "及改进情况、其他需要报告的事项六个部分组成。本报告所列数据的统计期限自2023年1月1日起至2023年"
    "12月31日止。"
)

PROSE: Mapping[str, tuple[str, ...]] = {
    "overview": (
        "2023年，示例县科技局认真贯彻落实《条例》，扎实推进政府信息公开工作。",
        (
            "（一）主动公开。全年通过政府网站主动公开政府信息86条，其中政策文件12条、工作动态74条。"
            "全年制发行政规范性文件2件，废止1件，现行有效6件。"
        ),
        (
            "（二）依申请公开。全年新收政府信息公开申请10件，上年结转1件，办理10件，结转下年度继续办理"
            "1件。发生行政复议1件，结果维持；没有发生行政诉讼。"
        ),
        (
            "（三）政府信息管理。落实信息发布审核制度，对已公开的86条信息逐条核对文号、成文日期和有效性，"
            "更新失效信息3条。"
        ),
        (
            "（四）政府信息公开平台建设。做好局门户网站公开专栏的内容保障，全年改版栏目2个，检修失效链接"
            "5处。"
        ),
        (
            "（五）监督保障。将政府信息公开纳入年度考核，组织业务培训2次，社会评议结果良好，没有发生责任"
            "追究的情形。"
        ),
    ),
    "proactive_disclosure": (),
    "requests": (),
    "remedies": (),
    "problems": (
        (
            "（一）存在的主要问题。一是部分科室报送信息的时间偏晚，有7条工作动态在活动结束五日后才公开；"
            "二是政策解读以文字为主，全年仅有1件采用图解。"
        ),
        (
            "（二）改进情况。一是建立信息报送台账，按周核对各科室的报送时间；二是对新制发的行政规范性文件"
            "同步编写图解，与文件同时公开。"
        ),
    ),
    "other_matters": ("2023年，示例县科技局没有收取政府信息公开信息处理费。",),
}

PROACTIVE: Mapping[str, Mapping[str, str]] = {
    "regulations": {"issued": "0", "repealed": "0", "in_force": "0"},
    "normative_docs": {"issued": "2", "repealed": "1", "in_force": "6"},
    "licensing": {"decisions": "14"},
    "penalties": {"decisions": "0"},
    "coercion": {"decisions": "0"},
    "admin_fees": {"amount_wan": "0"},
}

PROACTIVE_2019: Mapping[str, Mapping[str, str]] = {
    "regulations": {"made_new": "0", "disclosed_new": "0", "disclosed_total": "0"},
    "normative_docs": {"made_new": "2", "disclosed_new": "2", "disclosed_total": "6"},
    "licensing": {"prev_items": "3", "change": "-1", "decisions": "14"},
    "other_services": {"prev_items": "2", "change": "0", "decisions": "0"},
    "penalties": {"prev_items": "0", "change": "0", "decisions": "0"},
    "coercion": {"prev_items": "0", "change": "0", "decisions": "0"},
    "admin_fees": {"prev_items": "0", "change": "0"},
    "procurement": {"items": "1", "amount": "251000元"},
}

REQUESTS: Mapping[str, tuple[int, int, int, int, int, int]] = {
    "new": (8, 2, 0, 0, 0, 0),
    "carried_in": (1, 0, 0, 0, 0, 0),
    "granted": (5, 1, 0, 0, 0, 0),
    "partial": (1, 0, 0, 0, 0, 0),
    "unable_not_held": (2, 1, 0, 0, 0, 0),
    "handled_total": (8, 2, 0, 0, 0, 0),
    "carried_out": (1, 0, 0, 0, 0, 0),
}
"""Applicants of the rows that are not all zero; the row's total is their sum."""

REMEDIES: Mapping[str, tuple[int, int, int, int]] = {
    "review": (1, 0, 0, 0),
    "suit_direct": (0, 0, 0, 0),
    "suit_after": (0, 0, 0, 0),
}


def a_report(format_id: str = "v2021", **changes: Any) -> Report:
    """Return a clean report in a format; keyword arguments replace fields of ``Report``.

    ``v2019`` gives the same report for fiscal year 2019 with the tables of that format.
    """
    form = load_format(format_id)
    report = _clean_report(form)
    return replace(report, **changes)


def with_cell(report: Report, table: str, row: str, column: str, text: str | None) -> Report:
    """Return the report with one cell changed; ``text`` None makes it an unread cell."""
    old = report.tables[table]
    reason = "unread for the test" if text is None else None
    cells = {**old.values[row], column: replace(old.values[row][column], text=text, reason=reason)}
    return _with_table(report, replace(old, values={**old.values, row: cells}))


def with_row(report: Report, table: str, row: str, texts: Mapping[str, str | None]) -> Report:
    """Return the report with several cells of one row changed, by column key."""
    for column, text in texts.items():
        report = with_cell(report, table, row, column, text)
    return report


def without_row(report: Report, table: str, row: str) -> Report:
    """Return the report without one row of a table, its label gone too."""
    old = report.tables[table]
    return _with_table(
        report,
        replace(
            old,
            values={key: cells for key, cells in old.values.items() if key != row},
            row_labels=tuple(label for label in old.row_labels if label.key != row),
            value_counts={key: n for key, n in old.value_counts.items() if key != row},
        ),
    )


def with_row_label(report: Report, table: str, row: str, text: str) -> Report:
    """Return the report with the printed label of one row changed."""
    old = report.tables[table]
    labels = tuple(replace(x, text=text) if x.key == row else x for x in old.row_labels)
    return _with_table(report, replace(old, row_labels=labels))


def without_table(report: Report, table: str) -> Report:
    """Return the report without one of its tables."""
    return replace(report, tables={k: v for k, v in report.tables.items() if k != table})


def with_prose(report: Report, section: str, *paragraphs: str) -> Report:
    """Return the report with the text of one section changed, ``text`` of the report as well."""
    sections = tuple(
        _section(item.key, item.heading, item.ordinal, paragraphs) if item.key == section else item
        for item in report.sections
    )
    return _with_sections(report, sections)


def with_heading(report: Report, section: str, heading: str, ordinal: int | None = None) -> Report:
    """Return the report with the printed heading of one section changed."""
    sections = tuple(
        replace(item, heading=heading, ordinal=ordinal) if item.key == section else item
        for item in report.sections
    )
    return _with_sections(report, sections)


def without_section(report: Report, section: str) -> Report:
    """Return the report without the heading and prose of one section; its table stays."""
    return _with_sections(report, tuple(x for x in report.sections if x.key != section))


def with_section(report: Report, section: Section) -> Report:
    """Return the report with one more section at its end."""
    return _with_sections(report, (*report.sections, section))


def with_preamble(report: Report, text: str) -> Report:
    """Return the report with another text between title and first section."""
    return _with_sections(replace(report, preamble=text), report.sections)


def with_damage(report: Report, code: str = "pages-lost", **touched: Any) -> Report:
    """Return the report with one more damage, touching ``sections``, ``tables``, ``rows``."""
    damage = Damage(code=code, detail="made for the test", **touched)
    return replace(report, damage=(*report.damage, damage))


def with_previous_year(report: Report) -> Report:
    """Return the report as that of the year before, so that what it hands over fits this one."""
    year = report.fiscal_year
    assert year is not None
    earlier = replace(
        report,
        fiscal_year=year - 1,
        title=f"{AGENCY}{year - 1}年政府信息公开工作年度报告",
        published_on=None,
        published_on_source=None,
    )
    in_force = {"issued": "1", "repealed": "0", "in_force": "5"}
    if "issued" not in report.tables["proactive_disclosure"].values["normative_docs"]:
        return earlier
    return with_row(earlier, "proactive_disclosure", "normative_docs", dict(in_force))


def a_section(
    key: str | None, heading: str, *paragraphs: str, ordinal: int | None = None
) -> Section:
    """Return a section of its own."""
    return _section(key, heading, ordinal, paragraphs)


def _clean_report(form: Format) -> Report:
    old = form.id == "v2019"
    year = 2019 if old else 2023
    sections = tuple(
        _section(
            spec.key, f"{spec.ordinal}、{spec.heading}", number, _of_year(PROSE[spec.key], year)
        )
        for number, spec in enumerate(form.sections, start=1)
    )
    report = Report(
        media_type="text/html",
        method="html",
        title=f"{AGENCY}{year}年政府信息公开工作年度报告",
        agency=AGENCY,
        fiscal_year=year,
        published_on=date(year + 1, 1, 25),
        published_on_source="meta",
        format_found=form.id,
        preamble=_preamble(year),
        sections=(),
        tables={
            "proactive_disclosure": _proactive(form),
            "requests": _requests(form),
            "remedies": _remedies(form),
        },
        title_place=Place(path="/html/body/h1"),
        date_candidates=(("meta", f"{year + 1}-01-25 09:00"),),
    )
    return _with_sections(report, sections)


def _of_year(paragraphs: tuple[str, ...], year: int) -> tuple[str, ...]:
    return tuple(text.replace("2023年", f"{year}年") for text in paragraphs)


def _preamble(year: int) -> str:
    if year != 2019:
        return PREAMBLE
    text = PREAMBLE.replace("2023年", "2019年").replace("〔2021〕30号", "〔2019〕60号")
    return text.replace(
        "关于印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知",
        "关于政府信息公开工作年度报告有关事项的通知",
    ).replace("存在的主要问题及改进情况", "政府信息公开工作存在的主要问题及改进情况")


def _proactive(form: Format) -> ReadTable:
    cells = PROACTIVE_2019 if form.id == "v2019" else PROACTIVE
    columns = {
        c.label: c.key
        for block in form.tables["proactive_disclosure"].blocks
        for c in block.columns
    }
    return _table(
        form,
        "proactive_disclosure",
        {key: dict(row) for key, row in cells.items()},
        tuple(PrintedLabel(key=key, text=label) for label, key in columns.items()),
    )


def _requests(form: Format) -> ReadTable:
    columns = form.tables["requests"].rows[0].columns
    cells = {}
    for row in form.tables["requests"].rows:
        applicants = REQUESTS.get(row.key, (0,) * 6)
        texts = [str(number) for number in (*applicants, sum(applicants))]
        cells[row.key] = dict(zip((c.key for c in columns), texts, strict=True))
    printed = tuple(PrintedLabel(key=c.key, text=c.label) for c in columns)
    return _table(form, "requests", cells, printed)


def _remedies(form: Format) -> ReadTable:
    columns = form.tables["remedies"].rows[0].columns
    cells = {
        group: dict(zip((c.key for c in columns), map(str, (*four, sum(four))), strict=True))
        for group, four in REMEDIES.items()
    }
    printed = tuple(PrintedLabel(key=c.key, text=c.label) for c in columns)
    return _table(form, "remedies", cells, printed)


def _table(
    form: Format,
    key: str,
    cells: Mapping[str, Mapping[str, str]],
    column_labels: tuple[PrintedLabel, ...],
) -> ReadTable:
    specs: tuple[RowSpec, ...] = form.tables[key].rows
    return ReadTable(
        key=key,
        format=form.id,
        values={
            row: {column: Value(text=text) for column, text in texts.items()}
            for row, texts in cells.items()
        },
        row_labels=tuple(PrintedLabel(key=row.key, text=row.label) for row in specs),
        column_labels=column_labels,
        value_counts={row: len(texts) for row, texts in cells.items()},
    )


def _section(
    key: str | None, heading: str, ordinal: int | None, paragraphs: tuple[str, ...]
) -> Section:
    return Section(
        key=key,
        heading=heading,
        ordinal=ordinal,
        text="\n".join(paragraphs),
        paragraphs=tuple(Paragraph(text=text) for text in paragraphs),
    )


def _with_table(report: Report, table: ReadTable) -> Report:
    return replace(report, tables={**report.tables, table.key: table})


def _with_sections(report: Report, sections: tuple[Section, ...]) -> Report:
    parts = [report.preamble]
    for section in sections:
        parts += [section.heading, section.text]
    return replace(report, sections=sections, text="\n".join(part for part in parts if part))
