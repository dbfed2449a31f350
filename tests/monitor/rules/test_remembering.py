"""What is worked out of an object is worked out once, and never taken for another object's."""

from dataclasses import dataclass

from monitor.rules.remembering import once


@dataclass(frozen=True)
class Box:
    """Equal boxes are not the same box."""

    held: list[int]


def test_the_same_object_is_asked_once() -> None:
    asked: list[Box] = []

    @once
    def total(box: Box) -> int:
        asked.append(box)
        return sum(box.held)

    box = Box([1, 2])

    assert [total(box), total(box)] == [3, 3]
    assert asked == [box]


def test_an_equal_object_is_another_one() -> None:
    asked: list[Box] = []

    @once
    def total(box: Box) -> int:
        asked.append(box)
        return sum(box.held)

    assert [total(Box([1])), total(Box([1]))] == [1, 1]
    assert len(asked) == 2


def test_other_arguments_are_another_question() -> None:
    @once
    def total(box: Box, plus: int, *, times: int = 1) -> int:
        return times * (sum(box.held) + plus)

    box = Box([1])

    assert [total(box, 1), total(box, 2), total(box, 1, times=3), total(box, 1)] == [2, 3, 6, 2]


def test_a_crowd_of_objects_is_answered_rightly_after_the_first_are_forgotten() -> None:
    @once
    def total(box: Box) -> int:
        return sum(box.held)

    boxes = [Box([number]) for number in range(500)]

    assert [total(box) for box in (*boxes, *boxes)] == [*range(500), *range(500)]
