"""What damages and errors of reading are called, for people."""

from collections.abc import Mapping

from monitor.language import Bilingual
from monitor.reading.model import Damage, UnreadableError

DAMAGE_NAMES: Mapping[str, Bilingual] = {
    "pages-lost": Bilingual("有页面丢失", "pages are lost"),
    "rows-lost": Bilingual("表格有行丢失", "rows are lost"),
    "heading-lost": Bilingual("章节标题丢失", "headings are lost"),
    "label-cut": Bilingual("表格行名残缺", "a label is cut"),
    "cells-flattened": Bilingual("表格数字连成一串，无法唯一切分", "numbers have run together"),
    "cells-doubtful": Bilingual("单元格内容存疑", "cells are doubtful"),
    "text-undecodable": Bilingual("部分文字无法解码", "characters cannot be decoded"),
    "numbering-lost": Bilingual("自动编号丢失", "automatic numbers are lost"),
    "readers-disagree": Bilingual("两种读取方法结果不一致", "two ways of reading disagree"),
    "no-text-layer": Bilingual("页面是图片，没有文字层", "the page is a picture without text"),
    "picture-unread": Bilingual("有图片未能识别", "a picture was not read"),
    "part-unread": Bilingual("有附件未能读取", "another file of it was not read"),
    "other-reports": Bilingual("页面另有其他年报", "the page shows other reports too"),
    "sums-disagree": Bilingual(
        "识别出的数字合计不符", "the sums of what was recognised do not agree"
    ),
}
"""By the codes of ``Damage``."""

ERROR_NAMES: Mapping[str, Bilingual] = {
    "empty": Bilingual("文件是空的", "the file is empty"),
    "too-large": Bilingual("文件过大", "the file is too large"),
    "unknown-type": Bilingual("不是已知的文件类型", "the file is of no known type"),
    "encrypted": Bilingual("文件需要密码", "the file asks for a password"),
    "damaged": Bilingual("文件已损坏", "the file is damaged"),
    "no-text-layer": Bilingual("文件只有图片，没有文字", "the file holds pictures only, no text"),
    "undecodable": Bilingual("文字无法解码", "its text cannot be decoded"),
    "not-a-report": Bilingual("文件中没有报告正文", "the file does not hold a report"),
    "limits-exceeded": Bilingual("超出读取限制", "reading it would exceed the limits"),
    "missing": Bilingual("文件不存在", "there is no such file"),
    "unsupported-type": Bilingual("不支持该文件类型", "there is no reader for this type"),
    "crashed": Bilingual("读取进程因该文件崩溃", "the reading process died of the file"),
    "no-converter": Bilingual("缺少转换程序", "a converter is not installed"),
    "no-recognition": Bilingual("未安装文字识别组件", "text recognition is not installed"),
    "too-coarse": Bilingual("图片过小，无法可靠识别", "the picture is too coarse to be read"),
    "no-font": Bilingual("没有中文字体", "no font with Chinese characters"),
    "several-reports": Bilingual(
        "含有多个机关或者年度的年报", "it holds reports of several agencies or years"
    ),
    "archive": Bilingual("存档无法给出原件", "the archive cannot give the original"),
}
"""By the codes of ``UnreadableError``."""


def damage_name(damage: Damage) -> Bilingual:
    """Return what a damage is called: its kind in Chinese, its detail in English."""
    name = DAMAGE_NAMES.get(damage.code)
    return Bilingual(name.zh if name else damage.code, damage.detail)


def error_name(error: UnreadableError) -> Bilingual:
    """Return what an error means, with its detail."""
    name = ERROR_NAMES.get(error.code, Bilingual(error.code, error.code))
    return Bilingual(f"{name.zh}（{error}）", f"{name.en} ({error})")
