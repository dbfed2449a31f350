"""What does not fit into a letter is named or counted, the least urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from monitor.language import Bilingual
from monitor.telling.fitting import LONGEST_HTML, LONGEST_POSTS, NAMED, Fitted, Whole, fitted


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    stands_for: int = 1


def sections(urgent: int, others: int) -> list[Whole]:
    return [
        Whole(heading=Bilingual("未公布", "Missing"), entries=named("局", urgent), urgent=True),
        Whole(heading=Bilingual("警告", "Warnings"), entries=named("处", others)),
    ]


def named(word: str, count: int) -> list[Entry]:
    return [Entry(f"第{number}{word}") for number in range(count)]


def letter(shown: Sequence[Fitted]) -> tuple[str, str]:
    text = "".join(
        f"{each.heading.zh} {each.count} 详{len(each.entries)} 名{each.named} 余{each.left}\n"
        for each in shown
    )
    bulk = "x" * sum(len(each.entries) * 1000 for each in shown)
    return text + bulk, text + bulk


@pytest.mark.parametrize(
    ("urgent", "others", "shown"),
    [
        (5, 60, ["未公布 5 详5 名0 余0", "警告 60 详60 名0 余0"]),
        (50, 60, ["未公布 50 详50 名0 余0", "警告 60 详23 名0 余37"]),
        (100, 60, ["未公布 100 详73 名27 余0", "警告 60 详0 名0 余60"]),
        (900, 0, [f"未公布 900 详73 名{NAMED} 余{900 - 73 - NAMED}", "警告 0 详0 名0 余0"]),
    ],
)
def test_the_urgent_come_first_and_nobody_is_left_out_in_silence(
    urgent: int, others: int, shown: list[str]
) -> None:
    text, html = fitted(sections(urgent, others), letter)
    assert text.split("\n")[:2] == shown
    assert len(html.encode()) <= LONGEST_HTML


def test_for_a_channel_it_is_the_text_that_is_short() -> None:
    text, _ = fitted(sections(10, 100), letter, posts=True)
    assert len(text.encode()) <= LONGEST_POSTS
    assert text.startswith("未公布 10 详10")


def test_groups_of_several_are_counted_by_all_of_them() -> None:
    many = [Whole(heading=Bilingual("错误", "Errors"), entries=[Entry("", 40)] * 300, urgent=True)]
    text, _ = fitted(many, letter)
    assert text.startswith("错误 12000 详73 名0 余9080")
