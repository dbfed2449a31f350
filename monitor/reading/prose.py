"""Prose cut into sentences, for rules that quote and count."""

import re

_SENTENCE_END = re.compile(
    r"(?<=[。！？!?；;])(?![”’」』）)》])|(?<=[。！？!?；;][”’」』）)》])|\n+"
)


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of ``text`` in order, each with its final stop, outer blanks removed.

    A line break ends a sentence, as does 。！？； also before a closing quotation mark; a full
    stop between digits or Latin letters does not.
    """
    return tuple(part for piece in _SENTENCE_END.split(text) if (part := piece.strip()))
