"""Numbers of the top level are told from those of lists."""

import pytest

from monitor.reading.outline import numbered_chain


@pytest.mark.parametrize(
    ("lines", "chain"),
    [
        ([(1, "a", 1.0), (2, "b", 1.0), (3, "c", 1.0)], [0, 1, 2]),
        ([(1, "a", 1.0), (1, None, 0), (2, None, 0), (2, "b", 1.0), (3, "c", 1.0)], [0, 3, 4]),
        ([(1, "a", 0.4), (1, "a", 1.0), (2, "b", 1.0), (3, "c", 0.9)], [1, 2, 3]),
        ([(1, "a", 1.0), (2, None, 0), (3, "b", 1.0), (4, "c", 1.0)], [0, 1, 2, 3]),
        ([(1, "a", 1.0), (2, "b", 1.0), (4, "c", 1.0)], [0, 1, 2]),
        ([(1, "a", 1.0), (2, "b", 1.0)], []),
        ([(1, "a", 1.0), (2, "a", 1.0), (3, "a", 1.0)], []),
        ([], []),
    ],
)
def test_the_chain_is_the_one_with_most_topics(
    lines: list[tuple[int, str | None, float]], chain: list[int]
) -> None:
    assert numbered_chain(lines) == chain
