"""What the signs of picture fonts stand for, as far as they are characters.

Word puts the code of such a sign into the private range F000 to F0FF (ECMA-376 part 1 §17.3.3.30).
"""

_FIRST, _LAST = 0xF000, 0xF0FF
_HIGHEST = 0x10FFFF
_WINGDINGS = {
    0x6C: "●",
    0x6E: "■",
    0x6F: "□",
    0x71: "□",
    0x75: "◆",
    0xA8: "□",
    0xFB: "×",
    0xFC: "√",
    0xFD: "☒",
    0xFE: "☑",
}
_WINGDINGS_2 = {0x4F: "×", 0x50: "√", 0x51: "☒", 0x52: "☑", 0xA3: "□"}
# The first circled digits, on white and on black ground.
_WINGDINGS |= {0x80 + number: "⓪①②③④⑤⑥⑦⑧⑨⑩"[number] for number in range(11)}
_WINGDINGS |= {0x8B + number: "⓿❶❷❸❹❺❻❼❽❾❿"[number] for number in range(11)}
_SYMBOL = {code: chr(code) for code in (*range(0x30, 0x3A), *b" !%()+,./:;<=>?[]{|}")} | {
    0x2D: "-",
    0xB1: "±",
    0xB4: "×",
    0xB7: "•",
    0xB8: "÷",
    0xD6: "√",
}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}


def read_symbol(font: str, code: str) -> str | None:
    """Return the character a sign stands for, ``code`` in hexadecimal; None if it is no character.

    Signs in the private range stand for one only in the fonts known here.
    """
    try:
        number = int(code, 16)
    except ValueError:
        return None
    signs = _FONTS.get(font.strip().lower())
    if signs is not None:
        return signs.get(number - _FIRST if _FIRST <= number <= _LAST else number)
    if 0xE000 <= number <= 0xF8FF or 0xD800 <= number <= 0xDFFF or not 32 <= number <= _HIGHEST:
        return None
    return chr(number)
