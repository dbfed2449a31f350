"""The last day for an answer: none falls on a day on which offices are closed. Pure."""

from datetime import date, timedelta

from storage.law import load_law

_SATURDAY = 5
_A_DAY = timedelta(days=1)
_HOLIDAYS = frozenset(
    {(1, 1), *((5, day) for day in range(1, 6)), *((10, day) for day in range(1, 8))}
)
"""Month and day of the holidays that the sun's calendar fixes, as long as they are made yearly.

Source: 全国年节及纪念日放假办法 (2024). Those of the moon's calendar are not known here.
"""


def is_working_day(day: date) -> bool:
    """Tell whether offices are open on a day, as far as is known here.

    Weekends that are worked off (调休) count as closed, which only gives more time.
    """
    closed = day.weekday() >= _SATURDAY or (day.month, day.day) in _HOLIDAYS
    return not closed and day.isoformat() not in load_law("deadlines")["spring_festival"]["days"]


def last_day(answer_by: date) -> date:
    """Return the day until which an answer is in time: where offices are closed, the next open."""
    while not is_working_day(answer_by):
        answer_by += _A_DAY
    return answer_by
