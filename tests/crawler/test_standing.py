"""When a host is left alone, for how long, and when it is asked again."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.pages.obstacles import Block, BlockKind
from crawler.standing import LONGEST_REST, Conduct, Standing, next_standing, trouble_of
from storage.models import HostTrouble

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def answer(
    status: int | None,
    kind: BlockKind | None = None,
    *,
    purpose: Purpose = Purpose.LIST,
    retry_after: float | None = None,
) -> Fetched:
    outcome = Outcome.BLOCKED if kind else Outcome.OK if status == 200 else Outcome.UNREACHABLE
    return Fetched(
        ask=Ask(url="http://x.gov.cn/a", purpose=purpose),
        outcome=outcome,
        reason="why",
        url="http://x.gov.cn/a",
        status=status,
        fetched_at=NOW,
        capture_id=7,
        sha256="0" * 64,
        block=Block(kind=kind, excerpt="$_ts") if kind else None,
        retry_after=retry_after,
    )


FINE = answer(200)
CHALLENGE = answer(412, BlockKind.RUISHU)
FORBIDDEN = answer(403, BlockKind.FORBIDDEN)
ERROR = answer(502)


@pytest.mark.parametrize(
    ("fetched", "trouble"),
    [
        (FINE, None),
        (answer(404), None),
        (answer(None), None),
        (CHALLENGE, HostTrouble.BLOCKED),
        (answer(200, BlockKind.SCRIPT_STUB), HostTrouble.BLOCKED),
        (answer(200, BlockKind.SOFT_404), None),
        (answer(200, BlockKind.PARKED), None),
        (FORBIDDEN, HostTrouble.BLOCKED),
        (answer(429), HostTrouble.BUSY),
        (ERROR, HostTrouble.BUSY),
        (answer(403, BlockKind.FORBIDDEN, purpose=Purpose.ROBOTS), None),
        (answer(521, BlockKind.JIASULE, purpose=Purpose.ROBOTS), HostTrouble.BLOCKED),
    ],
)
def test_an_answer_shows_its_trouble(fetched: Fetched, trouble: HostTrouble | None) -> None:
    assert trouble_of(fetched) is trouble


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        ([CHALLENGE], HostTrouble.BLOCKED),
        ([FORBIDDEN], HostTrouble.BLOCKED),
        ([FINE, FORBIDDEN], None),  # one forbidden file is no forbidden host
        ([FINE, CHALLENGE], None),
        ([FINE, CHALLENGE, CHALLENGE], HostTrouble.BLOCKED),
        ([FINE, CHALLENGE, FINE, CHALLENGE], None),
        ([FINE, *[FORBIDDEN] * 5], None),
        ([FINE, *[FORBIDDEN] * 6], HostTrouble.BLOCKED),
        ([ERROR, ERROR], None),
        ([ERROR] * 3, HostTrouble.BUSY),
        ([FINE, *[ERROR] * 5], None),
        ([FINE, *[ERROR] * 6], HostTrouble.BUSY),
        ([answer(200, purpose=Purpose.ROBOTS), FORBIDDEN], HostTrouble.BLOCKED),
    ],
)
def test_a_host_is_left_alone_at_its_door_or_after_several_in_a_row(
    answers: list[Fetched], trouble: HostTrouble | None
) -> None:
    conduct = Conduct()
    assert [conduct.take(each) for each in answers][-1] is trouble


def test_the_delay_grows_with_trouble_and_shrinks_without() -> None:
    conduct = Conduct()
    strains = []
    for each in (FINE, ERROR, ERROR, ERROR, FINE, FINE):
        conduct.take(each)
        strains.append(conduct.strain)
    assert strains == [0, 1, 2, 3, 1, 0]


def again(before: Standing | None, fetched: Fetched, now: datetime = NOW) -> Standing:
    trouble = trouble_of(fetched)
    assert trouble is not None
    return next_standing(before, fetched, trouble, "x.gov.cn", now, first_rest=DAY)


def test_a_host_that_refuses_rests_a_day_then_a_week_each() -> None:
    standing, rests = None, []
    for _ in range(4):
        standing = again(standing, CHALLENGE)
        rests.append(standing.not_before - NOW)
    assert rests == [DAY, 7 * DAY, 7 * DAY, 7 * DAY]
    assert standing is not None
    assert (standing.times, standing.since) == (4, NOW)


def test_an_overloaded_host_rests_longer_each_time() -> None:
    standing, rests = None, []
    for _ in range(5):
        standing = again(standing, ERROR)
        rests.append((standing.not_before - NOW) / timedelta(hours=1))
    assert rests == [pytest.approx(1 / 6), 1, 6, 24, 24]


def test_another_trouble_begins_anew() -> None:
    standing = again(again(again(None, ERROR), ERROR), CHALLENGE)
    assert (standing.times, standing.trouble) == (1, HostTrouble.BLOCKED)


def test_a_server_that_says_how_long_is_taken_at_its_word_within_reason() -> None:
    assert again(None, answer(503, retry_after=7200.0)).not_before - NOW == timedelta(hours=2)
    assert again(None, answer(503, retry_after=1e9)).not_before - NOW == LONGEST_REST


def test_the_evidence_names_the_answer() -> None:
    standing = again(None, CHALLENGE)
    assert standing.evidence == {
        "kind": "rs",
        "url": "http://x.gov.cn/a",
        "status": 412,
        "sha256": "0" * 64,
        "reason": "why",
        "text": "$_ts",
        "capture": 7,
        "at": "2026-11-22T02:00:00.000000Z",
    }
    assert standing.block == Block(kind=BlockKind.RUISHU, excerpt="$_ts")
    assert again(None, ERROR).block is None


def test_a_rest_ends() -> None:
    standing = again(None, CHALLENGE)
    assert standing.is_left_alone(NOW + DAY - timedelta(seconds=1))
    assert not standing.is_left_alone(NOW + DAY)
