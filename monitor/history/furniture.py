"""Lines that a page puts around a report, in case a reading took them for its text. Pure."""

import re

_LONGEST = 60
"""Characters of such a line."""
_FURNITURE = re.compile(
    r"[\s\[【〖（(|·*]*(?:"
    r"(?:浏览|阅读|访问|点击|查看|下载)(?:次数|量|数)|打印(?:本页|日期|时间|时刻)?\s*(?:[\]】:：|]|$)|"
    r"字[体号][:：大\[【(（]|分享(?:到|至)|扫一扫|关闭(?:本页|窗口|页面)|上一[篇条]|下一[篇条]|"
    r"责任编辑|(?:信息)?来源[:：]|作者[:：]|发[布文](?:日期|时间)[:：]|(?:更新|成文|生成)(?:日期|时间)[:：]|"
    r"相关(?:链接|阅读|文章|附件|信息|稿件)|推荐(?:阅读|链接)|版权所有|网站标识码|当前位置|您(?:的|现在的|当前)位置|"
    r"返回(?:顶部|首页|列表)|主办(?:单位)?[:：]|承办(?:单位)?[:：]|\S{0,3}ICP备|\S{0,6}公网安备|今天是"
    r")"
)


def own_text(text: str) -> str:
    """Return a text without the lines that count visits, print the day of the visit or lead on."""
    lines = text.splitlines()
    return "\n".join(one for one in lines if len(one) > _LONGEST or not _FURNITURE.match(one))
