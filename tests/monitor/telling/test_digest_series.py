"""When which digest is due, and what is made up for after the program was away."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.telling.digest_round import put_due_digests
from monitor.telling.digest_series import Frequency, all_series, newest_day
from storage.database import reading
from storage.models import DigestWindow
from storage.settings import ScheduleSettings, Settings
from storage.subscription_settings import SubscriptionSettings
from tests.monitor.scene import Scene, make_scene

MONDAY = datetime(2024, 2, 5, 0, 30, tzinfo=UTC)
"""Half past eight in China."""


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    yield scene
    scene.engine.dispose()


def subscription(*when: str, to: str = "a@example.cn", **more: object) -> SubscriptionSettings:
    return SubscriptionSettings.model_validate({"to": [to], "when": list(when), **more})


def sent(scene: Scene, now: datetime, *when: str) -> int:
    return len(put_due_digests(scene.engine, Settings(), [subscription(*when)], now))


@pytest.mark.parametrize(
    ("frequency", "today", "settings", "expected"),
    [
        ("daily", "2024-02-07", {}, "2024-02-07"),
        ("weekly", "2024-02-05", {}, "2024-02-05"),
        ("weekly", "2024-02-04", {}, "2024-01-29"),
        ("weekly", "2024-02-04", {"digest_weekday": "sun"}, "2024-02-04"),
        ("monthly", "2024-02-01", {}, "2024-02-01"),
        ("monthly", "2024-02-29", {"digest_monthday": 31}, "2024-02-29"),
        ("monthly", "2024-03-30", {"digest_monthday": 31}, "2024-02-29"),
        ("monthly", "2024-01-14", {"digest_monthday": 15}, "2023-12-15"),
    ],
)
def test_the_newest_day_of_a_digest(
    frequency: Frequency, today: str, settings: dict[str, object], expected: str
) -> None:
    schedule = ScheduleSettings.model_validate(settings)
    day = newest_day(frequency, schedule, date.fromisoformat(today))
    assert day.isoformat() == expected


def test_daily_runs_send_each_frequency_on_its_day(scene: Scene) -> None:
    """From Monday, 5 February on, when the first of each comes at once."""
    days = [MONDAY + timedelta(days=number) for number in range(36)]
    counts = {
        often: [number for number, day in enumerate(days) if sent(scene, day, often)]
        for often in ("daily", "weekly", "monthly")
    }
    assert counts["daily"] == list(range(36))
    assert counts["weekly"] == [0, 7, 14, 21, 28, 35]
    assert counts["monthly"] == [0, 25]  # 1 March


def test_a_second_run_on_the_same_day_sends_nothing(scene: Scene) -> None:
    assert sent(scene, MONDAY, "daily", "weekly", "monthly") == 3
    assert sent(scene, MONDAY + timedelta(hours=9), "daily", "weekly", "monthly") == 0


def test_after_weeks_away_one_digest_covers_them_all(scene: Scene) -> None:
    sent(scene, MONDAY, "weekly")
    back = MONDAY + timedelta(days=24)  # a Thursday
    assert sent(scene, back, "weekly") == 1
    assert sent(scene, back + timedelta(days=1), "weekly") == 0
    assert sent(scene, back + timedelta(days=4), "weekly") == 1
    with reading(scene.engine) as session:
        windows = session.query(DigestWindow).order_by(DigestWindow.number).all()
    assert [(row.number, row.since) for row in windows[1:]] == [(2, MONDAY), (3, back)]


def test_series_are_by_recipient_language_and_frequency() -> None:
    series = all_series(
        [
            subscription("at_once", "weekly"),
            subscription("weekly", "daily", divisions=["13"]),
            subscription("weekly", language="en"),
            subscription("at_once", to="b@example.cn"),
        ],
        "zh",
    )
    assert [(one.language, one.frequency, len(one.subscriptions)) for one in series] == [
        ("zh", "weekly", 2),
        ("zh", "daily", 1),
        ("en", "weekly", 1),
    ]
