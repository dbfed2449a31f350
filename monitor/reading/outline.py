"""Which numbers of a document are those of its top level, where these are no 一、二、三、.

Converters turn automatic numbers into 1. 2. 3., some agencies write them so, and the lists inside
a section look the same. The headings are the one chain, each number behind the one before,
in which the topics of a report come.
"""

from collections.abc import Sequence

FEWEST_TOPICS = 3
_MOST_CANDIDATES = 300
_TOPIC = 1.0
_OTHER = 0.05
_SKIPPED = 0.5
"""What a number left out takes from a chain: a section may be missing."""
_MOST_SKIPPED = 2


def numbered_chain(lines: Sequence[tuple[int, str | None, float]]) -> list[int]:
    """Return the places of the lines that make the chain with most topics, none without three.

    A line is given by its number, the topic that its words are of (None for other words), and how
    alike they are to the official ones, from 0 to 1.
    """
    best: list[tuple[float, int]] = []
    for place, (number, topic, alike) in enumerate(lines[:_MOST_CANDIDATES]):
        ways = [
            (best[i][0] - _SKIPPED * (number - lines[i][0] - 1), i)
            for i in range(place)
            if lines[i][0] < number <= lines[i][0] + _MOST_SKIPPED + 1
        ]
        score, before = max(ways, default=(0.0, -1))
        best.append((score + (_TOPIC + alike if topic else _OTHER), before))
    chain: list[int] = []
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    while at >= 0:
        chain.append(at)
        at = best[at][1]
    topics = {topic for i in chain if (topic := lines[i][1])}
    return chain[::-1] if len(topics) >= FEWEST_TOPICS else []
