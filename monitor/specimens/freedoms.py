"""The freedoms agencies take with headings, labels and the order of things."""

from dataclasses import replace
from random import Random

from monitor.formats import TABLE_KEYS
from monitor.specimens.model import Heading, Specimen, format_outline
from monitor.specimens.prose import Voice, passage, stock

_BRACKETS = str.maketrans("（）", "()")
_QUOTES = str.maketrans("“”", '""')


def varied(specimen: Specimen, chance: Random, voice: Voice) -> Specimen:
    """Return the specimen with the freedoms agencies take."""
    below = {key: passage(chance, voice, "tables") for key in TABLE_KEYS if chance.random() < 0.2}
    specimen = replace(specimen, below=below, wordings=other_prints(specimen, chance))
    outline = list(format_outline(specimen.format_id))
    texts = dict(specimen.texts)
    numbering = chance.choice(("han",) * 7 + ("arabic", "part", "none"))
    if numbering == "arabic" and voice.listing == "dots":
        numbering = "han"  # 1、 at both levels is more than a person could tell apart
    if chance.random() < 0.35 and numbering != "none":
        outline = [_reworded(heading, chance) for heading in outline]
    if chance.random() < 0.1:
        del outline[chance.choice((0, 4, 5))]
        outline = _renumbered(outline) if chance.random() < 0.5 else outline
    if chance.random() < 0.1 and numbering != "none":
        last = (outline[-1].number or 0) + 1
        outline.append(Heading(text=chance.choice(_EXTRA), number=last, slot="extra"))
        texts["extra"] = passage(chance, voice, "extra")
    specimen = replace(specimen, outline=tuple(outline), texts=texts, numbering=numbering)
    return _without_a_row(specimen, chance) if chance.random() < 0.08 else specimen


_EXTRA = ("政策解读和回应关切情况", "机构设置和保障经费情况", "下一步工作打算")


def _without_a_row(specimen: Specimen, chance: Random) -> Specimen:
    """Leave out a row of the table of requests that counts nothing, so that all sums still hold."""
    rows = specimen.tables["requests"]
    empty = [key for key, values in rows.items() if set(values.values()) <= {"0", "０"}]
    if not empty:
        return specimen
    left_out = chance.choice(empty)
    kept = {key: values for key, values in rows.items() if key != left_out}
    return replace(specimen, tables={**specimen.tables, "requests": kept})


def _reworded(heading: Heading, chance: Random) -> Heading:
    return replace(heading, text=chance.choice(stock()["headings"][heading.key]))


def _renumbered(outline: list[Heading]) -> list[Heading]:
    return [replace(heading, number=n) for n, heading in enumerate(outline, start=1)]


def other_prints(specimen: Specimen, chance: Random) -> dict[str, str]:
    """Return another print of the labels: brackets, quotes, blanks, the mark after a number."""
    if chance.random() < 0.6:
        return {}
    brackets, quotes = chance.random() < 0.5, chance.random() < 0.5
    mark = chance.choice((".", ". ", "．", "、"))
    printed = {}
    for label in _labels(specimen):
        text = label
        if brackets:
            text = text.translate(_BRACKETS)
        if quotes:
            text = text.translate(_QUOTES)
        if text[:1].isdigit() and text[1:2] == ".":
            text = text[0] + mark + text[2:]
        printed[label] = text
    return {label: text for label, text in printed.items() if text != label}


def _labels(specimen: Specimen) -> set[str]:
    labels: set[str] = set()
    for key in TABLE_KEYS:
        spec = specimen.table(key)
        labels |= {label for row in spec.rows for label in row.path}
        labels |= {block.caption for block in spec.blocks} | {spec.corner or ""}
    return labels - {""}
