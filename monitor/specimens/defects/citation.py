"""Laws and documents that are cited wrongly."""

from dataclasses import replace
from random import Random

from monitor.specimens.defects.editing import with_text
from monitor.specimens.defects.model import NEW, V2021, defect
from monitor.specimens.filings import Filing

_TITLE_2019 = "《国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知》"
_TITLE_2021 = (
    "《国务院办公厅政府信息与政务公开办公室关于印发〈中华人民共和国政府信息公开工作年度报告格式〉"
    "的通知》"
)
_NUMBER_2019, _NUMBER_2021 = "国办公开办函〔2019〕60号", "国办公开办函〔2021〕30号"
_REGULATION = "《中华人民共和国政府信息公开条例》"
_LAW = f"根据{_REGULATION}（国务院令第711号）"


def _preamble(filing: Filing, basis: str) -> Filing:
    """Return the filing with a preamble on another basis."""
    year = filing.fiscal_year
    period = f"本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
    return filing.saying(preamble=f"{basis}要求，编制本报告。{period}")


def _due(filing: Filing) -> tuple[str, str]:
    """Return title and number of the document due."""
    if filing.report.format_id == "v2021":
        return _TITLE_2021, _NUMBER_2021
    return _TITLE_2019, _NUMBER_2019


@defect("cite-order-superseded", "error")
def order_of_2007(filing: Filing, chance: Random) -> Filing:
    """The repealed order is cited."""
    title, number = _due(filing)
    order = chance.choice(("国务院令第492号", "国务院第492号令", "中华人民共和国国务院令第492号"))
    return _preamble(filing, f"根据{_REGULATION}（{order}）和{title}（{number}）")


@defect("cite-format-superseded", "error", formats=V2021, may="cite-format-missing")
def notice_of_2019(filing: Filing, chance: Random) -> Filing:
    """The notice of 2019 is cited for a report in the format of 2021."""
    basis = chance.choice((f"{_TITLE_2019}（{_NUMBER_2019}）", "国办公开办函〔2019〕60号文件"))
    return _preamble(filing, f"{_LAW}和{basis}")


@defect("cite-format-premature", "warning", formats=NEW - V2021)
def notice_of_2021_too_early(filing: Filing, _chance: Random) -> Filing:
    """A document is cited that was issued after the report."""
    return _preamble(filing, f"{_LAW}和{_TITLE_2021}（{_NUMBER_2021}）")


@defect(
    "cite-number-title-mismatch", "warning", formats=V2021,
    may="cite-format-superseded cite-format-missing",
)  # fmt: skip
def number_and_title_of_two_notices(filing: Filing, chance: Random) -> Filing:
    """The number of one notice stands beside the title of the other."""
    pair = chance.choice(((_TITLE_2019, _NUMBER_2021), (_TITLE_2021, _NUMBER_2019)))
    return _preamble(filing, f"{_LAW}和{pair[0]}（{pair[1]}）")


@defect("cite-issuer-wrong", "warning", may="cite-title-garbled cite-number-title-mismatch")
def issuer_misnamed(filing: Filing, chance: Random) -> Filing:
    """The office that issued the notice is misnamed."""
    title, number = _due(filing)
    wrong = chance.choice(
        ("国务院办公厅政府信息公开与政务公开办公室", "国务院办公厅政务公开与政府信息办公室",
         "国务院办公厅政府信息公开办公室")
    )  # fmt: skip
    title = title.replace("国务院办公厅政府信息与政务公开办公室", wrong)
    return _preamble(filing, f"{_LAW}和{title}（{number}）")


@defect("cite-number-malformed", "info")
def number_malformed(filing: Filing, chance: Random) -> Filing:
    """A number is printed with the wrong brackets, or without 第."""
    title, number = _due(filing)
    if chance.random() < 0.3:
        return _preamble(filing, f"根据{_REGULATION}（国务院令711号）和{title}（{number}）")
    opening, closing = chance.choice(("[]", "【】", "（）", "()"))
    changed = number.replace("〔", opening).replace("〕", closing)
    return _preamble(filing, f"{_LAW}和{title}（{changed}）")


@defect("cite-title-garbled", "warning", may="cite-title-incomplete term-wrong cite-missing")
def title_garbled(filing: Filing, chance: Random) -> Filing:
    """The title of a law has a slip."""
    title, number = _due(filing)
    wrong = chance.choice(
        ("《中华人民共和国政务信息公开条例》", "《中华人民共和国政府信息公开工作条例》",
         "《中华人民共和国政府信息条例》")
    )  # fmt: skip
    return _preamble(filing, f"根据{wrong}（国务院令第711号）和{title}（{number}）")


@defect("cite-title-garbled", "warning", formats=V2021, may="term-wrong fee-statement-missing")
def fee_measure_misnamed(filing: Filing, _chance: Random) -> Filing:
    """The measure on the fee is misnamed."""
    text = (
        f"按照《政府信息公开处理费管理办法》，{filing.fiscal_year}年未发出收费通知，"
        "没有收取信息处理费。"
    )
    return replace(filing, report=with_text(filing.report, "other_matters", text))


@defect("cite-title-incomplete", "info")
def a_measure_without_its_object(filing: Filing, _chance: Random) -> Filing:
    """A title does not say what the measure is of."""
    title, number = _due(filing)
    return _preamble(filing, f"{_LAW}、《河北省实施办法》和{title}（{number}）")


@defect("cite-missing", "info", may="cite-format-missing")
def no_law_at_all(filing: Filing, _chance: Random) -> Filing:
    """The report names no law."""
    changed = _preamble(filing, "按照上级统一部署")
    texts = {
        slot: text.replace("《条例》", "有关规定").replace("《中华人民共和国政府信息公开条例》", "")
        for slot, text in changed.report.texts.items()
    }
    return changed.saying(texts=texts)


@defect("cite-format-missing", "info", formats=V2021)
def no_notice(filing: Filing, _chance: Random) -> Filing:
    """The notice on the format is not named."""
    return _preamble(filing, _LAW)


@defect("cite-stat2014", "info")
def notice_of_2014(filing: Filing, _chance: Random) -> Filing:
    """The notice of 2014 on statistics is cited."""
    title, number = _due(filing)
    return _preamble(filing, f"{_LAW}、{title}（{number}）和国办发〔2014〕32号文件")
