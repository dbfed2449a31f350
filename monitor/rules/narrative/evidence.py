"""Quoting a statement of the prose as evidence."""

from bisect import bisect_left

from monitor.reading.statements import Count, Quotation
from monitor.rules.model import Evidence
from monitor.rules.quoting import passage


def quoted(stated: Count | Quotation) -> Evidence:
    """Return a statement's words, with what stands about them in their sentence, and its place."""
    quotation = stated.quotation if isinstance(stated, Count) else stated
    sentence = quotation.sentence
    item = passage(sentence.text, section=sentence.section, place=sentence.place)
    start = bisect_left(item.offsets, quotation.start - sentence.offset)
    end = bisect_left(item.offsets, quotation.end - sentence.offset)
    return item.evidence(start, end)
