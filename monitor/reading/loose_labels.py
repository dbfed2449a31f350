"""The labels of the tables as patterns for running text: blanks anywhere, any punctuation."""

import re
from functools import cache

from monitor.formats import RowSpec, load_format
from monitor.reading.normalise import normalise_label, split_ordinal

_FOLDED = {
    "（": "[（(]",
    "）": "[）)]",
    "、": "[、，,]",
    "，": "[，,、]",
    "：": "[：:]",
    "“": '[“”"「]',
    "”": '[“”"」]',
    ".": "[.．、]",
    "/": "[/／]",
}


@cache
def anchor_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return what each table begins with in running text."""
    caption, stub, first_row = (loosely(x) for x in ("第二十条第（一）项", "信息内容", "规章"))
    first_columns = "|".join(loosely(x) for x in ("本年制发", "本年新制作"))
    captions = rf"{caption}\s*(?:{stub}|{first_row}\s*\d)|{stub}\s*(?:{first_columns})"
    applicants = loosely("申请人情况") + r"\s*" + loosely("自然人")
    corner = f"[（(]?{loosely('本列数据的勾稽关系为')}"
    new = loosely("一、本年新收政府信息公开申请数量") + r"\s*\d"
    review, suit, first = (loosely(x) for x in ("行政复议", "行政诉讼", "结果维持"))
    remedies = rf"{review}\s*(?:{suit}\s*)?{first}"
    return (
        ("proactive_disclosure", re.compile(captions)),
        ("requests", re.compile(f"{corner}|{applicants}|{new}")),
        ("remedies", re.compile(remedies)),
    )


def loosely(label: str) -> str:
    """Return a pattern for a label that allows blanks anywhere and either form of punctuation."""
    return r"\s*".join(_FOLDED.get(char, re.escape(char)) for char in label)


def _row_pattern(spec: RowSpec) -> re.Pattern[str]:
    """Return a pattern for a row label; the number may be missing only before a long label."""
    label = spec.label
    ordinal, core = split_ordinal(label)
    if ordinal is None or len(core) < 5:
        return re.compile(loosely(label))
    tail = label[next(i for i in range(len(label)) if normalise_label(label[i:]) == core) :]
    head = label[: len(label) - len(tail)]
    return re.compile(f"(?:{loosely(head)}" + r"\s*)?" + loosely(tail))


@cache
def row_patterns(table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the row labels of a table in printed order, those of both formats."""
    newer = load_format("v2021").tables[table].rows
    older = load_format("v2019").tables[table].rows
    if table == "requests":
        single = next(row for row in older if row.key == "other_total")
        last = (single.key, re.compile(loosely(single.label) + r"(?=\s*\d)(?!\s*1\s*[.．、])"))
        return (*((row.key, _row_pattern(row)) for row in newer), last)
    labels = {row.label: row.key for row in (*newer, *older)}
    by_length = sorted(labels, key=len, reverse=True)
    return tuple((labels[label], re.compile(loosely(label))) for label in by_length)


@cache
def remedy_labels() -> str:
    """Return a pattern for any one label of the remedies table."""
    rows = load_format("v2021").tables["remedies"].rows
    labels = {part for row in rows for part in row.path}
    labels |= {column.label for column in rows[0].columns}
    return "|".join(loosely(label) for label in sorted(labels, key=len, reverse=True))
