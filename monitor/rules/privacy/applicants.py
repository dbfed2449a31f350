"""The rule about the names and homes of people who asked or sued."""

from collections.abc import Iterator

from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import letters_doubtful, nothing_found
from monitor.rules.privacy.spans import Span, person_spans

_SHOWN = {
    "applicant": ("申请人或者诉讼当事人的姓名", "the name of somebody who asked or sued"),
    "home": ("家庭住址", "somebody's home address"),
}


@rule(
    "pii-applicant",
    zh="公开申请人姓名、住址",
    en="applicant's name or home shown",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《政府信息公开条例》第十五条；《中华人民共和国个人信息保护法》第四条",
    basis_2019="《政府信息公开条例》第十五条",
    basis_2008="国务院令第492号第十四条（不得公开涉及个人隐私的政府信息）",
)
def pii_applicant(facts: Facts) -> Iterator[Finding]:
    """The report names somebody who asked or sued, or gives a home address.

    What it does: Looks for a Chinese name between 申请人, 原告 or the like and what they did, for
        a person suing an office, and for a house and room behind 住址. 张某, officials, companies,
        villages and the addresses of offices are left alone. Names are quoted masked.
    Why it matters: Who asked for what is nobody's business; applicants must not be exposed.
    Legal basis: 《政府信息公开条例》第十五条: no disclosure of personal privacy.
    Example that fails: 申请人张**向我局申请公开征地批复, with the name in full.
    Example that passes: 申请人张某向我局申请公开征地批复; 联系人：李四
    How to put it right: Take the page down at once and leave out name and address.
    """
    report = facts.report
    assert report is not None
    found = False
    for span in person_spans(report):
        found = True
        yield _answer(span, blurred=letters_doubtful(report, span.item.place))
    if not found:
        yield from nothing_found(report, "是否公开了申请人信息", "whether applicants are exposed")


def _answer(span: Span, *, blurred: bool) -> Finding:
    zh, en = _SHOWN[span.kind]
    if blurred:
        return indeterminate(
            f"该处可能公开了{zh}，但文字读取存疑，请核对。",
            f"It may show {en} there, but the text was not read for certain; check it.",
            span.evidence(),
        )
    return fail(
        f"正文公开了{zh}（已作遮盖）。", f"The text shows {en} (masked here).", span.evidence()
    )
