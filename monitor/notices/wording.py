"""The standing sentences of a notice, in both languages. Pure."""

from monitor.language import Bilingual, Language
from monitor.notices.model import Notice
from monitor.rules.naming import SEVERITY_NAMES

_DIGITS = "〇一二三四五六七八九"
_TEN = 10
_MOST = 99


def title(notice: Notice) -> Bilingual:
    """Return what the notice is called."""
    again = notice.follows is not None
    report = f"{notice.fiscal_year}年度政府信息公开工作年度报告"
    return Bilingual(
        f"关于{'再次' if again else ''}限期整改{report}有关问题的通知",
        f"{'Reminder' if again else 'Notice'} to put right the annual disclosure report for "
        f"{notice.fiscal_year}",
    )


def opening(notice: Notice) -> Bilingual:
    """Return the paragraph that says what was looked at, and what is asked for."""
    count, day = len(notice.items), notice.answer_by
    again_zh = f"《通知》（第{notice.follows}号）所列问题尚未全部整改。" if notice.follows else ""
    again_en = (
        f"Not everything in notice No. {notice.follows} has been put right. "
        if notice.follows
        else ""
    )
    return Bilingual(
        f"{again_zh}经核查，你单位{notice.fiscal_year}年度政府信息公开工作年度报告的编制、公布"
        f"存在下列{count}项问题。请对照依据逐项核实整改，并于{chinese_day(day)}前书面反馈整改情况。",
        f"{again_en}It was examined how your agency made and published its annual disclosure "
        f"report for {notice.fiscal_year}; points found: {count}, as listed below. Please check "
        f"each against its legal basis, put it right, and answer in writing by {day}.",
    )


def ending(language: Language) -> str:
    """Return the words with which a Chinese notice ends; an English one has none."""
    return "特此通知。" if language == "zh" else ""


def objection(notice: Notice) -> Bilingual:
    """Return the paragraph that says how to object."""
    contact = notice.contact.strip()
    return Bilingual(
        "对上述认定有异议的，请在反馈中说明理由并附佐证，经复核成立的予以撤销。"
        + (f"联系方式：{contact}。" if contact else ""),
        "If you disagree with a point, say why in your answer and enclose the proof; it will be "
        "withdrawn if that holds." + (f" Contact: {contact}." if contact else ""),
    )


def proof(notice: Notice) -> Bilingual | None:
    """Say which archived original the findings were read from; None if there is no report."""
    report = notice.report
    if report is None:
        return None
    day = report.fetched_on
    zh = f"核查对象：{report.title}，{report.url}"
    en = f"Examined: {report.title}, {report.url}"
    if day is not None:
        zh += f"，{chinese_day(day)}存档"
        en += f", archived on {day}"
    if report.sha256 is not None:
        zh += f"，原件 SHA-256 {report.sha256}"
        en += f", original SHA-256 {report.sha256}"
    return Bilingual(f"{zh}。", f"{en}.")


def ordinal(number: int, language: Language) -> str:
    """Return how an item is counted: 一、 or 1."""
    return f"{chinese_count(number)}、" if language == "zh" else f"{number}. "


def severity(name: str, language: Language) -> str:
    """Return the name of a severity."""
    return SEVERITY_NAMES[name].in_language(language)


def quoted(quote: str) -> tuple[Bilingual, str]:
    """Return what a quotation is called, and how it is shown: an address is none of the report."""
    if quote.startswith(("http://", "https://")):
        return Bilingual("网页", "Page"), quote
    return Bilingual("原文", "Passage"), f"“{quote}”"


def chinese_count(number: int) -> str:
    """Return 1 to 99 in Chinese numerals; digits above that."""
    if not 0 < number <= _MOST:
        return str(number)
    tens, ones = divmod(number, _TEN)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def chinese_day(day: object) -> str:
    """Return a day as notices write it: 2026年3月5日."""
    year, month, number = str(day).split("-")
    return f"{year}年{int(month)}月{int(number)}日"
