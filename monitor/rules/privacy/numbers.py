"""The rules about numbers that identify a person."""

import re
from collections.abc import Iterator

from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import ALL, rule
from monitor.rules.masking import plain_digits
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import letters_doubtful, nothing_found
from monitor.rules.privacy.spans import Span, number_spans

_LAW = "《中华人民共和国个人信息保护法》第二十八条；《政府信息公开条例》第十五条"
_LAW_2019 = (
    "《政府信息公开条例》第十五条；继续公开的，适用《中华人民共和国个人信息保护法》"
    "（2021年11月1日起施行）"
)
_LAW_2008 = "国务院令第492号第十四条（不得公开涉及个人隐私的政府信息）"
_LAW_OF_MOBILES = "《中华人民共和国个人信息保护法》第四条；《政府信息公开条例》第十五条"
_ID_WORDS = re.compile(r"身份证|公民身份|证件号|身份号")
_OTHER_CODES = re.compile(
    r"(?:信用代码|机构代码|索引号?|编号|文号|流水号?|代码|案号|许可证|备案|注册号|序列号|单号|编码"
    r"|识别号|标识码|订单)[^,，。;；、]{0,8}$|[A-Za-z/=#._]$"
)
_CARD_WORDS = re.compile(r"卡号|账号|帐号|账户|帐户|银行卡|借记卡|储蓄卡")
_SENTENCE_END = re.compile(r"[。；;！!？?]")
_OFFICE_ACCOUNT = re.compile(
    r"财政|国库|非税|对公|单位|公司|中心|政府|缴款|专户|收款人|户名[:：]?[^,，。]{0,12}[局委厅办]"
)
_QUANTITY = re.compile(r"^[元件条项次份亿万千个户吨米%]")
_LONG_ID = 18


@rule(
    "pii-id-number",
    zh="公开身份证号码",
    en="identity number shown",
    severity=Severity.ERROR,
    formats=ALL,
    basis=_LAW,
    basis_2019=_LAW_2019,
    basis_2008=_LAW_2008,
)
def pii_id_number(facts: Facts) -> Iterator[Finding]:
    """The report shows somebody's resident identity number.

    What it does: Takes 18 digits for one if province, birthday and check digit are right; the old
        form of 15 digits is only a warning and must be called so. Numbers already masked, credit
        codes, index and document numbers are left alone. The number is quoted masked.
    Why it matters: It is sensitive personal information and can be misused by anybody.
    Legal basis: 《中华人民共和国个人信息保护法》第二十八条; GB 11643 for the check digit.
    Example that fails: 申请人身份证号：110*************2X, printed in full.
    Example that passes: 统一社会信用代码11341702486344515H; an identity number masked.
    How to put it right: Take the page down at once, mask the number, put it up again.
    """
    report = facts.report
    assert report is not None
    found = False
    for span in number_spans(report, "id-number"):
        answer = _id_answer(span)
        if answer is not None:
            found = True
            yield answer
    if not found:
        yield from nothing_found(report, "是否公开了身份证号码", "whether identity numbers show")


def _id_answer(span: Span) -> Finding | None:
    named = _ID_WORDS.search(span.before) is not None
    is_long = len(plain_digits(span.text)) == _LONG_ID
    other_code = not named and _OTHER_CODES.search(span.before) is not None
    if other_code and not is_long:
        return None
    if named or (is_long and not other_code):
        return fail(
            "正文公开了完整的身份证号码（已作遮盖）。",
            "The text shows a whole identity number (masked here).",
            span.evidence(),
            severity=None if is_long else Severity.WARNING,
        )
    return indeterminate(
        "有一个号码可能是身份证号码，也可能是其他编号，请核对。",
        "A number may be an identity number or the number of something else; check it.",
        span.evidence(),
    )


@rule(
    "pii-bank-card",
    zh="公开银行卡号",
    en="bank card number shown",
    severity=Severity.ERROR,
    formats=ALL,
    basis=_LAW,
    basis_2019=_LAW_2019,
    basis_2008=_LAW_2008,
)
def pii_bank_card(facts: Facts) -> Iterator[Finding]:
    """The report shows the number of somebody's bank card.

    What it does: Takes 16 to 19 digits for one if the check digit is right and 卡号, 账号 or the
        like stands before them. Accounts of the treasury or of an office are left alone. The number
        is quoted masked.
    Why it matters: A person's financial account is sensitive personal information.
    Legal basis: 《中华人民共和国个人信息保护法》第二十八条; ISO/IEC 7812-1 for the check digit.
    Example that fails: 退费至银行卡号622**************28, printed in full.
    Example that passes: 缴款账号 of the treasury; a document number of 16 digits.
    How to put it right: Take the page down at once, mask the number, put it up again.
    """
    report = facts.report
    assert report is not None
    found = False
    for span in number_spans(report, "bank-card"):
        if not _CARD_WORDS.search(span.before) or _OFFICE_ACCOUNT.search(_sentence_about(span)):
            continue
        found = True
        yield fail(
            "正文公开了完整的银行卡号（已作遮盖）。",
            "The text shows a whole bank card number (masked here).",
            span.evidence(),
        )
    if not found:
        yield from nothing_found(report, "是否公开了银行卡号", "whether bank card numbers show")


def _sentence_about(span: Span) -> str:
    """Return what stands about a number in its own sentence: the one before is about others."""
    return _SENTENCE_END.split(span.before)[-1] + _SENTENCE_END.split(span.after)[0]


@rule(
    "pii-mobile",
    zh="公开手机号码",
    en="mobile number shown",
    severity=Severity.WARNING,
    formats=ALL,
    basis=_LAW_OF_MOBILES,
    basis_2019=_LAW_2019,
    basis_2008=_LAW_2008,
)
def pii_mobile(facts: Facts) -> Iterator[Finding]:
    """The report shows a mobile telephone number.

    What it does: Looks for the eleven digits of a mobile number, with or without 86. Amounts,
        parts of addresses of pages and of document numbers are left alone, and so are fixed
        telephones and service numbers, which are lawful. The number is quoted masked.
    Why it matters: It belongs to a person; a duty mobile is better replaced by a fixed telephone.
    Legal basis: 《中华人民共和国个人信息保护法》第四条.
    Example that fails: 联系人手机：138******00, printed in full.
    Example that passes: 电话：0951-2160600
    How to put it right: Mask the number, or give the office's fixed telephone.
    """
    report = facts.report
    assert report is not None
    found = False
    for span in number_spans(report, "mobile"):
        if _OTHER_CODES.search(span.before) or _QUANTITY.search(span.after):
            continue
        found = True
        yield _mobile_answer(span, blurred=letters_doubtful(report, span.item.place))
    if not found:
        yield from nothing_found(report, "是否公开了手机号码", "whether mobile numbers show")


def _mobile_answer(span: Span, *, blurred: bool) -> Finding:
    if blurred:
        return indeterminate(
            "该处可能公开了手机号码，但文字读取存疑，请核对。",
            "A mobile number may stand there, but the text was not read for certain; check it.",
            span.evidence(),
        )
    return fail(
        "正文公开了完整的手机号码（已作遮盖）。",
        "The text shows a whole mobile number (masked here).",
        span.evidence(),
    )
