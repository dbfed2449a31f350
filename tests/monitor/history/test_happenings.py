"""What happened to a report: never told from what proves nothing."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from monitor.history.absences import AbsentReading
from monitor.history.happenings import Known, captures_of, happenings_of
from monitor.history.model import Happening, HappeningKind, Proof
from monitor.history.states import Sighting
from monitor.history.wording import happening_line
from tests.monitor.scene import at

URL = "http://www.qh.gov.cn/nb/1.html"
K = HappeningKind


def seen(capture: int, when: datetime, status: int | None = 200, **more: Any) -> Sighting:
    values: dict[str, Any] = {"crawl_id": capture, "error": None, "sha256": "a", **more}
    return Sighting(capture_id=capture, url=URL, at=when, status=status, **values)


def known(*sightings: Sighting, **more: Any) -> Known:
    values: dict[str, Any] = {
        "first_seen_at": at(1, 25),
        "absences": (),
        "versions": (),
        "day_stated": None,
        "elsewhere": False,
        "aside": False,
        **more,
    }
    return Known(sightings=sightings, **values)


def absent(when: datetime, *captures: int) -> AbsentReading:
    return AbsentReading(at=when, captures=captures)


def told(about: Known) -> tuple[Happening, ...]:
    proofs = {
        capture: Proof(
            capture_id=capture,
            position=capture - 1,
            leaf_hash="00",
            run_id=None,
            url=URL,
            final_url=None,
            status=200,
            error=None,
            fetched_at=at(1, 1),
            sha256="a",
        )
        for capture in captures_of(about)
    }
    return happenings_of(about, proofs)


def kinds(about: Known) -> list[HappeningKind]:
    return [each.kind for each in told(about)]


def proved_by(happening: Happening) -> list[int]:
    return [proof.capture_id for proof in happening.proofs]


SHOWN = seen(10, at(1, 25))
GONE = tuple(seen(20 + day, at(2, day), 404) for day in (1, 2, 3))


def test_a_report_that_stands_was_first_seen_and_nothing_else() -> None:
    [first] = told(known(SHOWN, seen(11, at(2, 1), 304, sha256=None)))
    assert (first.kind, first.at, proved_by(first)) == (K.FIRST_SEEN, at(1, 25), [10])


def test_the_last_reading_without_it_bounds_when_it_came() -> None:
    last, first = told(known(SHOWN, absences=(absent(at(1, 8), 1), absent(at(1, 15), 2, 3))))
    assert (last.kind, last.at, proved_by(last)) == (K.LAST_ABSENT, at(1, 15), [2, 3])
    assert first.after == at(1, 15)


def test_three_crawls_without_it_are_a_removal_with_the_last_good_capture() -> None:
    removed = told(known(SHOWN, *GONE, seen(24, at(2, 4), 404)))[-1]
    assert (removed.kind, removed.certain, removed.at) == (K.REMOVED, True, at(2, 3))
    assert (removed.after, proved_by(removed)) == (at(1, 25), [10, 21, 22, 23])


def test_two_crawls_without_it_prove_nothing() -> None:
    gone = told(known(SHOWN, *GONE[:2]))[-1]
    assert (gone.kind, gone.certain) == (K.GONE, False)
    assert "不能认定" in happening_line(gone).zh


def test_crawls_of_one_hour_are_no_removal_until_a_day_has_passed() -> None:
    hour = [seen(30 + number, at(2, 1, 9 + number), 404) for number in range(4)]
    assert kinds(known(SHOWN, *hour)) == [K.FIRST_SEEN, K.GONE]
    assert kinds(known(SHOWN, *hour, seen(40, at(2, 1, 20)))) == [K.FIRST_SEEN, K.GONE]
    removed = told(known(SHOWN, *hour, seen(40, at(2, 2, 20), 404)))[-1]
    assert (removed.kind, removed.at) == (K.REMOVED, at(2, 2, 20))
    assert proved_by(removed) == [10, 30, 31, 40]


def test_attempts_of_one_crawl_are_one() -> None:
    again = [replace(each, crawl_id=21) for each in GONE]
    assert kinds(known(SHOWN, *again)) == [K.FIRST_SEEN, K.GONE]


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 500, "error": "status 500"},
        {"status": None, "error": "timed out", "sha256": None},
        {"status": 404, "error": "challenge, status 404"},
        {"status": 200, "error": "soft 404"},
    ],
)
def test_what_could_not_be_had_is_not_gone(trouble: dict[str, Any]) -> None:
    failed = [seen(20 + day, at(2, day), **trouble) for day in (1, 2, 3)]
    assert kinds(known(SHOWN, *failed)) == [K.FIRST_SEEN]


def test_a_failure_between_neither_counts_nor_begins_anew() -> None:
    failed = seen(30, at(2, 2, 18), None, error="timed out", sha256=None)
    assert kinds(known(SHOWN, GONE[0], GONE[1], failed, GONE[2]))[-1] is K.REMOVED


def test_the_front_page_instead_is_gone() -> None:
    home = [seen(20 + day, at(2, day), to_home=True) for day in (1, 2, 3)]
    assert kinds(known(SHOWN, *home))[-1] is K.REMOVED


def test_a_page_that_answers_again_is_back() -> None:
    removed, returned = told(known(SHOWN, *GONE, seen(30, at(2, 9))))[-2:]
    assert (removed.kind, returned.kind) == (K.REMOVED, K.RETURNED)
    assert (returned.at, returned.after, proved_by(returned)) == (at(2, 9), at(2, 3), [23, 30])


def test_a_page_that_was_away_for_two_crawls_did_not_return() -> None:
    assert kinds(known(SHOWN, *GONE[:2], seen(30, at(2, 9)))) == [K.FIRST_SEEN, K.GONE]


def test_a_report_that_another_page_shows_is_not_certainly_removed() -> None:
    removed = told(known(SHOWN, *GONE, elsewhere=True))[-1]
    assert (removed.kind, removed.certain) == (K.REMOVED, False)


def test_a_page_that_was_never_there_was_not_removed() -> None:
    assert kinds(known(*GONE)) == [K.FIRST_SEEN]


def test_a_page_of_another_year_by_now_is_not_asked_about() -> None:
    assert kinds(known(SHOWN, *GONE, aside=True)) == [K.FIRST_SEEN]


TWO = (absent(at(2, 5), 1), absent(at(2, 12), 2))


def backdated(*absences: AbsentReading, **more: Any) -> Happening | None:
    values: dict[str, Any] = {
        "first_seen_at": at(2, 19),
        "day_stated": date(2024, 1, 30),
        "absences": absences,
        **more,
    }
    found = told(known(seen(10, at(2, 19)), **values))
    return next((each for each in found if each.kind is K.BACKDATED), None)


def test_a_day_before_two_readings_without_it_is_backdated() -> None:
    found = backdated(*TWO)
    assert found is not None
    assert (found.certain, found.at, found.after) == (True, at(2, 19), at(2, 12))
    assert proved_by(found) == [1, 2, 10]
    assert "2024-02-05" in found.message.zh


@pytest.mark.parametrize(
    ("absences", "more"),
    [
        (TWO[1:], {}),
        ((absent(at(2, 12), 1), absent(at(2, 12, 18), 2)), {}),
        (TWO, {"elsewhere": True}),
    ],
)
def test_what_does_not_prove_a_forged_day_is_told_as_such(
    absences: tuple[AbsentReading, ...], more: dict[str, Any]
) -> None:
    found = backdated(*absences, **more)
    assert found is not None
    assert not found.certain


@pytest.mark.parametrize(
    ("absences", "more"),
    [
        ((absent(at(1, 20), 1), absent(at(1, 29), 2)), {}),
        ((absent(at(1, 31), 1), absent(at(2, 1), 2)), {}),
        (TWO, {"day_stated": None}),
        ((), {}),
    ],
)
def test_readings_before_the_day_and_an_index_that_lags_say_nothing(
    absences: tuple[AbsentReading, ...], more: dict[str, Any]
) -> None:
    assert backdated(*absences, **more) is None
