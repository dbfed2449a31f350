"""That all requests were answered, and units that lost their number."""

import re
from collections.abc import Iterator

from monitor.reading.model import Report
from monitor.reading.statements.flat import Flat
from monitor.reading.statements.model import Completion, Gap, Scope, Thing, Time

_TIME = (
    r"(?:依法依规|依法|依规|按时|按期|及时|如期|在?(?:法定|规定)(?:的)?(?:期限|时限|时间)(?:之)?内?"
    r"|按照?规定|按程序|按要求)"
)
_DONE = re.compile(
    rf"(?:全部|均|都|已全部|均全部)(?:已经?|予以|进行了?|作出了?|得到)?(?P<time>{_TIME}{{0,3}})"
    r"(?:已经?|予以|进行了?|作出了?)?(?P<what>办理完成|办理完毕|办结|办理|答复|回复)"
    r"|(?P<rate>(?:按时|按期)?(?:办结|答复|办理)率)(?:均?为|均?达到?|均?实现)?100[%％]"
)
_NOT_ALL = re.compile(r"除|结转|尚未|正在办理|未到期|建议|提案|信访|复议|诉讼|留言|咨询|案件均")
_ABOUT = re.compile(r"依申请|信息公开申请|公开申请|信息公开的申请")
_AREA = re.compile(r"[全我本各][省市县区州盟旗](?!局)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_GAP = re.compile(
    r"(?:共|共计|累计|合计|总计|全年)[^,。;:、\d零一二两三四五六七八九十百千万多数若几各每无未没]{0,16}?"
    r"(?<!信息)(?<!申请)(?:公开|发布|受理|收到|办理|答复|推送|接收|制发|印发|解读)(?:了)?"
    r"(?:政府信息|政务信息|各类信息|信息|申请|政府信息公开申请|信息公开申请|依申请公开申请|文件|规范性文件)?"
    r"(?P<unit>条(?!例|件|款|目|理|文)|件(?!数|均)|次(?!数|年|日)|篇(?!幅|章))(?=[,。;、)]|$|次[,。;])"
)


def find_completions(flat: Flat, report: Report) -> Iterator[Completion]:
    """Yield that all requests are said to be handled or answered."""
    if flat.sentence.section == "problems":
        return
    on_request = flat.sentence.subpart == "on_request" or flat.sentence.section == "requests"
    if not (on_request or _ABOUT.search(flat.plain)) or _NOT_ALL.search(flat.plain):
        return
    for match in _DONE.finditer(flat.plain):
        answered = "答复" in match[0] or "回复" in match[0]
        before = flat.plain[max(0, match.start() - 200) : match.start()]
        yield Completion(
            thing=Thing.REQUESTS_ANSWERED if answered else Thing.REQUESTS_HANDLED,
            in_time=bool(match["time"]) or (match["rate"] or "").startswith("按"),
            scope=Scope.AREA if _AREA.search(before) else Scope.OWN,
            time=_time(before, report.fiscal_year),
            quotation=flat.quote(match.start(), match.end()),
        )


def _time(before: str, fiscal_year: int | None) -> Time:
    years = _YEAR.findall(before)
    if years and fiscal_year is None:
        return Time.UNCERTAIN
    return Time.OTHER_YEAR if years and int(years[-1]) != fiscal_year else Time.THIS_YEAR


def find_gaps(flat: Flat) -> Iterator[Gap]:
    """Yield units without a number (共主动公开条)."""
    for match in _GAP.finditer(flat.plain):
        yield Gap(quotation=flat.quote(match.start(), match.end()))
