"""What reading lost, in words for messages."""

from monitor.language import Bilingual
from monitor.reading.model import Damage

_NAMES = {
    "pages-lost": "有页面丢失",
    "rows-lost": "表格有行丢失",
    "heading-lost": "章节标题丢失",
    "label-cut": "表格行名残缺",
    "cells-flattened": "表格数字连成一串，无法唯一切分",
    "cells-doubtful": "单元格内容存疑",
    "text-undecodable": "部分文字无法解码",
    "numbering-lost": "自动编号丢失",
    "readers-disagree": "两种读取方法结果不一致",
    "no-text-layer": "页面是图片，没有文字层",
}


def damage_name(damage: Damage) -> Bilingual:
    """Return what a damage is called: its kind in Chinese, its detail in English."""
    return Bilingual(_NAMES.get(damage.code, damage.code), damage.detail)
