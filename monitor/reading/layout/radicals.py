"""Radical code points put back to the ideographs they stand for.

Many programs that print PDF write down the first code point that shares a glyph, so 长 comes
out as the radical ⻓ (U+2ED3) and 一 as ⼀ (U+2F00). The page shows the same sign either way.
Source: EquivalentUnifiedIdeograph of the Unicode Character Database.
"""

import unicodedata

_RADICALS = (
    "⺂⺃⺅⺉⺋⺏⺐⺒⺓⺔⺕⺖⺘⺙⺛⺞⺟⺠⺡⺣⺤⺦⺨⺭⺯⺰⺱⺳⺹⺺⺾⻂⻅⻆⻈"
    "⻉⻋⻌⻐⻑⻒⻓⻔⻖⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻮⻯⻰⻱⻲⻳⼾"
)
_IDEOGRAPHS = (
    "乛乚亻刂㔾尣尢巳幺彑彐忄扌攵旡歺母民氵灬爫丬犭礻糹纟罓㓁耂肀艹衤见角讠"
    "贝车辶钅長镸长门阝青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐齿竜龙龜亀龟户"
)
_PLAIN = dict(zip(_RADICALS, _IDEOGRAPHS, strict=True))


def plain_character(char: str) -> str:
    """Return the ideograph for a radical or a compatibility form, else ``char`` itself."""
    if char in _PLAIN:
        return _PLAIN[char]
    code = ord(char)
    if 0x2F00 <= code <= 0x2FD5 or 0xF900 <= code <= 0xFAFF or 0x2F800 <= code <= 0x2FA1F:
        return unicodedata.normalize("NFKC", char)
    return char
