"""Personal data, slips of the pen, leftovers of programs, and what others put in."""

from dataclasses import replace
from random import Random

from monitor.specimens.defects.editing import prose_slot, with_sentence, with_text
from monitor.specimens.defects.model import ALL, defect
from monitor.specimens.filings import Filing

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def _saying(filing: Filing, text: str) -> Filing:
    """Return the filing with a sentence more in its first section of prose."""
    report = filing.report
    return replace(filing, report=with_sentence(report, prose_slot(report), text))


def identity_number(chance: Random) -> str:
    """Return an identity number with a right check digit; nobody is meant."""
    first = (
        f"110199{chance.randint(1950, 2004)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    )
    first += f"{chance.randrange(1000):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return first + _CHECKS[total % 11]


def card_number(chance: Random) -> str:
    """Return a card number with a right check digit (Luhn)."""
    first = "622202" + "".join(str(chance.randrange(10)) for _ in range(12))
    digits = [int(digit) for digit in reversed(first)]
    total = sum(sum(divmod(2 * d, 10)) if n % 2 == 0 else d for n, d in enumerate(digits))
    return first + str(-total % 10)


@defect("pii-id-number", "error", formats=ALL, may="pii-applicant")
def an_identity_number(filing: Filing, chance: Random) -> Filing:
    """An identity number is printed in full."""
    return _saying(filing, f"登记时核验申请人身份证号码{identity_number(chance)}。")


@defect("pii-bank-card", "error", formats=ALL)
def a_bank_card(filing: Filing, chance: Random) -> Filing:
    """A card number is printed in full."""
    return _saying(filing, f"有关费用退回银行卡号{card_number(chance)}。")


@defect("pii-mobile", "warning", formats=ALL)
def a_mobile_number(filing: Filing, chance: Random) -> Filing:
    """A mobile number is printed in full."""
    number = f"1{chance.choice((38, 39, 50, 86))}{chance.randint(10**7, 10**8 - 1)}"
    return _saying(filing, f"咨询请联系工作人员，手机{number}。")


@defect("pii-applicant", "error", formats=ALL)
def an_applicant_by_name(filing: Filing, chance: Random) -> Filing:
    """An applicant is named."""
    name = chance.choice(("张建国", "李秀英", "王志强"))
    return _saying(filing, f"其中，申请人{name}向本机关申请公开征地补偿安置方案。")


@defect("typo-duplicate", "info", formats=ALL)
def a_character_twice(filing: Filing, chance: Random) -> Filing:
    """A character is doubled by a slip."""
    text = chance.choice(
        ("各办公室室积极配合，按时报送。", "不断提升政府信息公开工作的的质量。",
         "进一步进一步规范公开程序。")
    )  # fmt: skip
    return _saying(filing, text)


@defect("typo-suspect", "info", formats=ALL)
def a_wrong_order_of_characters(filing: Filing, _chance: Random) -> Filing:
    """Two characters have changed places."""
    return _saying(filing, "进下一步规范公开程序，提高公开质量。")


@defect("punctuation-odd", "info", formats=ALL)
def two_stops(filing: Filing, chance: Random) -> Filing:
    """A mark is doubled, or two marks follow one another."""
    return _saying(filing, f"及时更新公开目录{chance.choice(('。。', '，，并做好维护。', '、。'))}")


@defect("bracket-unbalanced", "info", formats=ALL)
def a_bracket_not_closed(filing: Filing, chance: Random) -> Filing:
    """A bracket is opened and not closed, or the other way round."""
    text = chance.choice(
        ("落实“三审三校制度，规范发布程序。", "按照《政务公开工作要点要求，细化任务分工。",
         "梳理公开事项清单含动态调整事项），明确公开标准。")
    )  # fmt: skip
    return _saying(filing, text)


@defect("stray-latin", "info", formats=ALL)
def an_english_word(filing: Filing, chance: Random) -> Filing:
    """An English word stands in Chinese prose."""
    word = chance.choice(("and", "with", "the"))
    return _saying(filing, f"通过信息平台{word}微信公众号发布政策信息。")


@defect("conversion-residue", "warning", formats=ALL)
def residue_of_a_program(filing: Filing, chance: Random) -> Filing:
    """What a program left behind stands in the text."""
    mark = chance.choice(("[bookmark: _GoBack]", "&nbsp;", 'HYPERLINK "http://www.example.gov.cn"'))
    return _saying(filing, f"做好栏目维护{mark}和内容更新。")


@defect("placeholder-left", "error", formats=ALL)
def a_placeholder(filing: Filing, chance: Random) -> Filing:
    """A placeholder of a model text was left."""
    text = chance.choice(
        ("全年开展业务培训XX次。", "由XX局负责统筹协调。", "（待补充）",
         "XXXX年，公开工作有序推进。", "全年组织培训____期。")
    )  # fmt: skip
    return _saying(filing, text)


@defect("term-wrong", "info")
def a_wrong_term(filing: Filing, chance: Random) -> Filing:
    """A term is not the right one."""
    text = chance.choice(
        ("全年办理政协建议2件，均已答复。", "全年办理人大提案2件，均已答复。",
         "及时调整政府公开目录。", "全年未收取信息公开处理费。")
    )  # fmt: skip
    return _saying(filing, text)


@defect("stale-content", "warning", may="year-leftover")
def words_of_years_ago(filing: Filing, _chance: Random) -> Filing | None:
    """A sentence speaks of what was over years before."""
    last_sold = 2020
    if filing.fiscal_year < last_sold:
        return None
    return _saying(filing, "认真贯彻新修订的《条例》，做好新旧条例的衔接过渡工作。")


@defect("seo-injection", "error", formats=ALL, may="stray-latin punctuation-odd")
def a_line_of_a_betting_site(filing: Filing, chance: Random) -> Filing:
    """A line of a betting site stands in the text."""
    text = chance.choice(
        ("澳门新葡京娱乐城真人百家乐在线开户送彩金", "时时彩投注平台官方网站手机版下载",)
    )  # fmt: skip
    slot = prose_slot(filing.report)
    report = with_text(filing.report, slot, filing.report.texts[slot] + "\n" + text)
    return replace(filing, report=report)


@defect(
    "too-short", "warning",
    may="overview-thin overview-subparts-missing problems-perfunctory problems-missing "
    "cite-format-missing cite-missing gov-accountability-missing stat-period-missing "
    "numbering-inconsistent overview-long",
)  # fmt: skip
def four_sentences(filing: Filing, _chance: Random) -> Filing:
    """The prose of the whole report is four sentences."""
    year = filing.fiscal_year
    texts = {
        "overview": f"{year}年，认真落实《条例》，主动公开政府信息{filing.ledger.items}条。",
        "problems": "解读形式单一。下一步将增加图文解读，改进公开方式。",
        "other_matters": f"{year}年未发出收费通知，没有收取信息处理费。",
    }
    preamble = f"本报告数据统计期限为{year}年1月1日至12月31日。"
    return filing.saying(texts=texts, below={}, preamble=preamble)
