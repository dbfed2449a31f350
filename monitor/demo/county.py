"""An invented county: its portals, its agencies, what each published in three years.

Most reports are clean. For the last year the county shows one case of everything that nianbao
must tell apart: late, missing, wrong sums, an old format, a portal that blocks, one that is down.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from io import StringIO
from pathlib import Path

from monitor.specimens.clean import Counts, clean_report, disclosure_cells, request_cells
from monitor.specimens.model import Specimen

YEARS = 3

COUNTY = "shifan-county"
ZONE = "shifan-zone"
TOWNS = "shifan-towns"
POLICE = "shifan-police"
WATER = "shifan-water"

HOSTS = {
    COUNTY: "www.shifan.example",
    ZONE: "kfq.shifan.example",
    TOWNS: "xz.shifan.example",
    POLICE: "gaj.shifan.example",
    WATER: "slj.shifan.example",
}

_PORTALS = (
    (COUNTY, "示范县人民政府门户网站", "990101", "county"),
    (ZONE, "示范经济开发区网站", "990101", "department"),
    (TOWNS, "示范县乡镇信息公开平台", "990101", "county"),
    (POLICE, "示范县公安局网站", "990101", "department"),
    (WATER, "示范县水利局网站", "990101", "department"),
)

_AGENCIES = (
    ("sf-gov", "示范县人民政府", "government", COUNTY, ""),
    ("sf-office", "示范县人民政府办公室", "government_office", COUNTY, ""),
    ("sf-finance", "示范县财政局", "department", COUNTY, ""),
    ("sf-education", "示范县教育局", "department", COUNTY, ""),
    ("sf-civil", "示范县民政局", "department", COUNTY, ""),
    ("sf-health", "示范县卫生健康局", "department", COUNTY, "示范县卫健局"),
    ("sf-farming", "示范县农业农村局", "department", COUNTY, ""),
    ("sf-science", "示范县科学技术局", "department", COUNTY, "示范县科技局"),
    ("sf-transport", "示范县交通运输局", "department", COUNTY, ""),
    ("sf-ecology", "示范市生态环境局示范县分局", "dispatched", COUNTY, "示范县生态环境分局"),
    ("sf-tax", "国家税务总局示范县税务局", "vertical", COUNTY, ""),
    ("sf-zone", "示范经济开发区管理委员会", "dispatched", ZONE, "示范经济开发区管委会"),
    ("sf-zone-build", "示范经济开发区建设局", "department", ZONE, ""),
    ("sf-zone-trade", "示范经济开发区经济发展局", "department", ZONE, ""),
    ("sf-east", "东河镇人民政府", "township", TOWNS, ""),
    ("sf-west", "西山镇人民政府", "township", TOWNS, ""),
    ("sf-street", "城关街道办事处", "dispatched", TOWNS, ""),
    ("sf-police", "示范县公安局", "department", POLICE, ""),
    ("sf-water", "示范县水利局", "department", WATER, ""),
)


class Form(StrEnum):
    """The form a report is published in."""

    PAGE = "page"
    PDF_ATTACHED = "pdf-attached"
    DOCX_ATTACHED = "docx-attached"
    PDF_ROW = "pdf-row"
    """The list links the PDF itself."""
    ONCLICK = "onclick"
    """The list opens the page by a script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One report on one portal."""

    portal: str
    agency_id: str
    number: int
    report: Specimen
    form: Form = Form.PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoy:
    """A list entry that is no annual report."""

    portal: str
    number: int
    title: str
    published_on: date


Change = Callable[[Specimen], Specimen]


def last_fiscal_year(today: date) -> int:
    """Return the latest fiscal year whose reports are due of all but governments (31 January).

    Governments have until 31 March, but the invented one is never behind.
    """
    return today.year - 1 if (today.month, today.day) > (1, 31) else today.year - 2


def write_registry(directory: Path) -> list[Path]:
    """Write the portals and agencies as registry files and return their paths."""
    portals = [
        {
            "portal": key,
            "name": name,
            "division": division,
            "level": level,
            "url": f"http://{HOSTS[key]}/",
        }
        for key, name, division, level in _PORTALS
    ]
    agencies = [
        {
            "agency": key,
            "name": name,
            "kind": kind,
            "division": "990101",
            "portal": portal,
            "aliases": aliases,
        }
        for key, name, kind, portal, aliases in _AGENCIES
    ]
    paths = []
    for file_name, rows in (("portals.csv", portals), ("agencies.csv", agencies)):
        stream = StringIO()
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        path = directory / file_name
        path.write_text(stream.getvalue(), encoding="utf-8")
        paths.append(path)
    return paths


def publications(today: date) -> list[Publication]:
    """Return every report of the county's agencies, newest first."""
    last = last_fiscal_year(today)
    found = [
        publication
        for fiscal_year in range(last - YEARS + 1, last + 1)
        for publication in _of_year(fiscal_year, today, final=fiscal_year == last)
    ]
    return sorted(found, key=lambda item: (item.report.published_on, item.number), reverse=True)


def decoys(today: date) -> list[Decoy]:
    """Return list entries that only look like annual reports."""
    last = last_fiscal_year(today)
    found = []
    for portal in (COUNTY, ZONE, TOWNS):
        for index, fiscal_year in enumerate(range(last - YEARS + 1, last + 1)):
            found += [
                Decoy(
                    portal=portal,
                    number=7_700_000 + 10 * index + offset,
                    title=title,
                    published_on=date(fiscal_year + 1, 1, 15 + offset),
                )
                for offset, title in enumerate(
                    (
                        f"示范县{fiscal_year}年政府网站工作年度报表",
                        f"一图读懂：示范县{fiscal_year}年政府信息公开工作年度报告",
                        f"示范县{fiscal_year}年法治政府建设年度报告",
                    )
                )
            ]
    return found


def _of_year(fiscal_year: int, today: date, *, final: bool) -> Iterator[Publication]:
    for index, (agency_id, name, kind, portal, _) in enumerate(_AGENCIES):
        if kind == "vertical" or portal in (POLICE, WATER):
            continue
        if final and agency_id == "sf-civil":
            continue  # the missing report
        counts = _counts(index, fiscal_year)
        published_on = date(fiscal_year + 1, 1, 8) + timedelta(days=index)
        if kind == "government":
            published_on = date(fiscal_year + 1, 3, 12)
        government = kind in ("government", "township")
        report = clean_report(name, fiscal_year, published_on, counts, government=government)
        if final and agency_id in _CASES:
            report = _CASES[agency_id](report)
        report = replace(report, published_on=min(report.published_on, today))
        yield Publication(
            portal=portal,
            agency_id=agency_id,
            number=8_300_000 + fiscal_year * 100 + index,
            report=report,
            form=_FORMS.get(agency_id, Form.PAGE) if final else Form.PAGE,
        )


def _counts(index: int, fiscal_year: int) -> Counts:
    return Counts(
        new=3 + (index * 7 + fiscal_year) % 9,
        normative_in_force=index % 3,
        licensing=(index * 13) % 40,
        penalties=(index * 5) % 12,
        items=80 + (index * 37 + fiscal_year) % 300,
    )


def _late(report: Specimen) -> Specimen:
    return replace(report, published_on=date(report.fiscal_year + 1, 3, 5))


def _wrong_sum(report: Specimen) -> Specimen:
    requests = {row: dict(values) for row, values in report.tables["requests"].items()}
    requests["handled_total"]["total"] = str(int(requests["handled_total"]["total"]) + 2)
    return replace(report, tables={**report.tables, "requests": requests})


def _old_format(report: Specimen) -> Specimen:
    counts = Counts(new=int(report.tables["requests"]["new"]["total"]))
    tables = {
        "proactive_disclosure": disclosure_cells(counts, "v2019"),
        "requests": request_cells(counts, "v2019"),
        "remedies": report.tables["remedies"],
    }
    preamble = report.preamble.replace(
        "国务院办公厅政府信息与政务公开办公室关于印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知",
        "国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知",
    ).replace("〔2021〕30号", "〔2019〕60号")
    return replace(report, format_id="v2019", tables=tables, preamble=preamble)


def _work_report(report: Specimen) -> Specimen:
    return replace(report, title=report.title.replace("工作年度报告", "工作报告"))


def _no_fee_statement(report: Specimen) -> Specimen:
    return replace(report, texts={**report.texts, "other_matters": "无其他需要报告的事项。"})


def _blank_cells(report: Specimen) -> Specimen:
    requests = {row: dict(values) for row, values in report.tables["requests"].items()}
    for row in ("deny_state_secret", "refuse_repeat"):
        requests[row] = dict.fromkeys(requests[row], "")
    return replace(report, tables={**report.tables, "requests": requests})


def _left_over_year(report: Specimen) -> Specimen:
    old = report.fiscal_year - 1
    text = f"截至{old}年12月31日，现行有效行政规范性文件1件。\n" + report.texts["overview"]
    return replace(report, texts={**report.texts, "overview": text})


_CASES: dict[str, Change] = {
    "sf-education": _late,
    "sf-health": _wrong_sum,
    "sf-farming": _old_format,
    "sf-science": _work_report,
    "sf-zone-trade": _no_fee_statement,
    "sf-west": _blank_cells,
    "sf-zone-build": _left_over_year,
}

_FORMS = {
    "sf-finance": Form.PDF_ATTACHED,
    "sf-transport": Form.DOCX_ATTACHED,
    "sf-office": Form.ONCLICK,
    "sf-ecology": Form.PDF_ROW,
    "sf-zone": Form.PDF_ATTACHED,
}
