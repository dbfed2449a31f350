"""Specimens without a fault: every section, every sum, every citation right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.formats import load_format
from monitor.specimens.model import Specimen

_REMEDIES = ("review", "suit_direct", "suit_after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The counts a clean report is made from."""

    new: int = 4
    carried_in: int = 0
    carried_out: int = 0
    normative_issued: int = 0
    normative_in_force: int = 2
    licensing: int = 0
    penalties: int = 0
    fees: str = "0"
    review_upheld: int = 0
    items: int = 126
    extra: Mapping[str, int] = field(default_factory=dict)


def request_cells(counts: Counts, format_id: str = "v2021") -> dict[str, dict[str, str]]:
    """Return the cells of the table of requests: all granted, natural persons and one company."""
    spec = load_format(format_id).tables["requests"]
    handled = counts.new + counts.carried_in - counts.carried_out
    totals = {
        "new": counts.new,
        "carried_in": counts.carried_in,
        "granted": handled,
        "handled_total": handled,
        "carried_out": counts.carried_out,
    }
    cells = {}
    for row in spec.rows:
        total = totals.get(row.key, 0)
        commercial = 1 if row.key in ("new", "granted", "handled_total") and handled > 1 else 0
        values = {column.key: "0" for column in row.columns}
        values |= {
            "natural": str(total - commercial),
            "commercial": str(commercial),
            "total": str(total),
        }
        cells[row.key] = values
    return cells


def disclosure_cells(counts: Counts, format_id: str = "v2021") -> dict[str, dict[str, str]]:
    """Return the cells of the table of proactive disclosure."""
    spec = load_format(format_id).tables["proactive_disclosure"]
    cells = {row.key: {column.key: "0" for column in row.columns} for row in spec.rows}
    if format_id == "v2021":
        cells["normative_docs"] = {
            "issued": str(counts.normative_issued),
            "repealed": "0",
            "in_force": str(counts.normative_in_force),
        }
        cells["licensing"]["decisions"] = str(counts.licensing)
        cells["penalties"]["decisions"] = str(counts.penalties)
        cells["admin_fees"]["amount_wan"] = counts.fees
    else:
        cells["normative_docs"]["disclosed_total"] = str(counts.normative_in_force)
        cells["licensing"]["decisions"] = str(counts.licensing)
    return cells


def remedy_cells(counts: Counts) -> dict[str, dict[str, str]]:
    """Return the cells of the table of reviews and suits."""
    cells = {
        group: dict.fromkeys(("upheld", "corrected", "other", "pending", "total"), "0")
        for group in _REMEDIES
    }
    cells["review"] |= {"upheld": str(counts.review_upheld), "total": str(counts.review_upheld)}
    return cells


def clean_report(
    agency: str, fiscal_year: int, published_on: date, counts: Counts, *, government: bool = False
) -> Specimen:
    """Return a report without a fault: every section, every sum, every citation right.

    ``government`` is True for a people's government of any level, which owes some results more.
    """
    return Specimen(
        agency=agency,
        fiscal_year=fiscal_year,
        title=f"{agency}{fiscal_year}年政府信息公开工作年度报告",
        preamble=preamble(agency, fiscal_year),
        texts={
            "overview": overview(agency, fiscal_year, counts, government=government),
            "problems": problems(fiscal_year),
            "other_matters": fee_statement(fiscal_year),
        },
        tables={
            "proactive_disclosure": disclosure_cells(counts),
            "requests": request_cells(counts),
            "remedies": remedy_cells(counts),
        },
        published_on=published_on,
    )


def preamble(agency: str, fiscal_year: int) -> str:
    """Return an opening that cites the right documents and states the period."""
    return (
        "根据《中华人民共和国政府信息公开条例》(国务院令第711号)和《国务院办公厅政府信息与政务公开办公室"
        "关于印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知》(国办公开办函〔2021〕30号)要求,"
        f"现公布{agency}{fiscal_year}年政府信息公开工作年度报告。本报告由总体情况、主动公开政府信息情况、"
        "收到和处理政府信息公开申请情况、政府信息公开行政复议、行政诉讼情况、存在的主要问题及改进情况、"
        f"其他需要报告的事项等六部分组成。本报告所列数据的统计期限自{fiscal_year}年1月1日起至"
        f"{fiscal_year}年12月31日止。"
    ).translate(_FULL_WIDTH)


def overview(agency: str, fiscal_year: int, counts: Counts, *, government: bool = False) -> str:
    """Return section one with its five aspects."""
    us = _whole_area(agency) if government else "我局"
    support = (
        "把政府信息公开纳入年度工作考核,组织开展社会评议1次,全年未发生责任追究情形。"
        if government
        else "明确专人负责,开展业务培训2次,接受社会监督,全年未发生责任追究情形。"
    )
    handled = counts.new + counts.carried_in - counts.carried_out
    return (
        f"{fiscal_year}年,{agency}严格执行政府信息公开规定,各项工作有序推进。\n"
        f"(一)主动公开。{us}通过门户网站和政务新媒体共公开政府信息{counts.items}条,"
        "内容涵盖机构职能、规划计划、财政预算决算和民生保障等方面。\n"
        f"(二)依申请公开。{us}收到政府信息公开申请{counts.new}件,办结{handled}件,均按时答复。\n"
        "(三)政府信息管理。健全信息发布审核制度,落实保密审查,及时清理失效文件,"
        f"现行有效行政规范性文件{counts.normative_in_force}件。\n"
        "(四)政府信息公开平台建设。规范设置政府信息公开专栏,做好栏目更新和网站维护。\n"
        f"(五)监督保障。{support}"
    ).translate(_FULL_WIDTH)


def _whole_area(government: str) -> str:
    return "全镇" if government.endswith("镇人民政府") else "全县"


def problems(fiscal_year: int) -> str:
    """Return section five with problems and remedies."""
    return (
        "存在的主要问题:一是政策解读形式不够丰富;二是公开内容与群众需求仍有差距。\n"
        f"改进情况:{fiscal_year + 1}年,将增加图文和视频解读,围绕群众关切细化公开内容,"
        "加强业务培训,提高答复质量。"
    ).translate(_FULL_WIDTH)


def fee_statement(fiscal_year: int) -> str:
    """Return section six with the statement on the processing fee (国办函〔2020〕109号)."""
    return (
        "按照《政府信息公开信息处理费管理办法》,"
        f"{fiscal_year}年未发出收费通知,未收取信息处理费。没有其他需要报告的事项。"
    ).translate(_FULL_WIDTH)


_FULL_WIDTH = str.maketrans({"(": "（", ")": "）", ",": "，", ";": "；", ":": "："})
