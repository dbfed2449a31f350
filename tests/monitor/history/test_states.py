"""Which files a filing was made of, when."""

from datetime import datetime, timedelta

from monitor.history.states import KeptFile, Sighting, bytes_hash, states_of
from storage.models import OriginalRole
from tests.monitor.scene import at

PAGE = "http://www.qh.gov.cn/nb/1.html"
FILE = "http://www.qh.gov.cn/nb/1.pdf"


def kept(sha256: str, when: datetime, capture: int, url: str = PAGE, **more: object) -> KeptFile:
    role = OriginalRole.PAGE if url == PAGE else OriginalRole.ATTACHMENT
    values = {"superseded_at": None, **more}
    return KeptFile(
        url=url,
        sha256=sha256,
        role=role,
        name=None,
        media_type="text/html",
        size=1,
        capture_id=capture,
        fetched_at=when,
        **values,  # type: ignore[arg-type]
    )


def seen(
    capture: int, when: datetime, sha256: str | None, crawl: int, url: str = PAGE, **more: object
) -> Sighting:
    values = {"status": 200, "error": None, **more}
    return Sighting(
        capture_id=capture,
        crawl_id=crawl,
        url=url,
        at=when,
        sha256=sha256,
        **values,  # type: ignore[arg-type]
    )


def shapes(files: list[KeptFile], sightings: list[Sighting]) -> list[list[str]]:
    return [[file.sha256 for file in state.files] for state in states_of(files, sightings)]


def test_nothing_archived_is_no_version() -> None:
    assert states_of([], [seen(1, at(1, 25), "a", 1)]) == ()


def test_a_page_and_its_files_fetched_in_one_crawl_are_one_version() -> None:
    later = at(1, 25) + timedelta(minutes=40)
    files = [kept("a", at(1, 25), 1), kept("f", later, 2, FILE)]
    sightings = [seen(1, at(1, 25), "a", 1), seen(2, later, "f", 1, FILE)]
    [state] = states_of(files, sightings)
    assert [file.sha256 for file in state.files] == ["a", "f"]
    assert (state.seen_from, state.current) == (later, True)


def test_a_page_that_changes_and_turns_back_has_three_versions() -> None:
    files = [kept("a", at(1, 25), 1), kept("b", at(2, 1), 2, superseded_at=at(2, 8))]
    sightings = [
        seen(1, at(1, 25), "a", 1),
        seen(2, at(2, 1), "b", 2),
        seen(3, at(2, 8), "a", 3),
        seen(4, at(2, 9), None, 4, status=304),
    ]
    states = states_of(files, sightings)
    assert [[file.sha256 for file in state.files] for state in states] == [["a"], ["b"], ["a"]]
    assert [state.current for state in states] == [False, False, True]
    assert [file.capture_id for state in states for file in state.files] == [1, 2, 3]
    assert [state.seen_until for state in states] == [at(1, 25), at(2, 1), at(2, 9)]


def test_a_page_whose_article_is_what_it_was_makes_no_version_and_was_seen() -> None:
    files = [kept("a", at(1, 25), 1)]
    [state] = states_of(files, [seen(1, at(1, 25), "a", 1), seen(2, at(2, 1), "a2", 2)])
    assert state.seen_until == at(2, 1)


def test_what_a_page_looked_like_before_it_counted_is_no_version() -> None:
    files = [
        kept("a", at(1, 25), 1, superseded_at=at(2, 8)),
        kept("b", at(2, 8), 3, superseded_at=at(2, 9)),
        kept("a2", at(2, 9), 4),
    ]
    sightings = [
        seen(1, at(1, 25), "a", 1),
        seen(2, at(2, 1), "a2", 2),
        seen(3, at(2, 8), "b", 3),
        seen(4, at(2, 9), "a2", 4),
    ]
    assert shapes(files, sightings) == [["a"], ["b"], ["a2"]]


def test_failures_and_the_front_page_show_nothing() -> None:
    files = [kept("a", at(1, 25), 1)]
    nothing = [
        seen(2, at(2, 1), "x", 2, status=404),
        seen(3, at(2, 2), "y", 3, status=200, error="challenge"),
        seen(4, at(2, 3), "z", 4, to_home=True),
        seen(5, at(2, 4), None, 5, status=None, error="timed out"),
    ]
    [state] = states_of(files, [seen(1, at(1, 25), "a", 1), *nothing])
    assert state.seen_until == at(1, 25)


def test_a_file_that_is_no_longer_linked_ends_with_the_change_of_the_page() -> None:
    files = [
        kept("a", at(1, 25), 1, superseded_at=at(2, 1)),
        kept("f", at(1, 25), 2, FILE, superseded_at=at(2, 1)),
        kept("b", at(2, 1), 3),
    ]
    sightings = [
        seen(1, at(1, 25), "a", 1),
        seen(2, at(1, 25), "f", 1, FILE),
        seen(3, at(2, 1), "b", 2),
    ]
    assert shapes(files, sightings) == [["a", "f"], ["b"]]


def test_a_file_of_a_later_crawl_is_another_version() -> None:
    files = [kept("a", at(1, 25), 1), kept("f", at(2, 1), 2, FILE)]
    sightings = [
        seen(1, at(1, 25), "a", 1),
        seen(2, at(2, 1), "f", 2, FILE),
    ]
    assert shapes(files, sightings) == [["a"], ["a", "f"]]


def test_versions_kept_outside_a_crawl_are_told_by_their_order() -> None:
    files = [
        kept("a", at(1, 25), 1, superseded_at=at(1, 25)),
        kept("f", at(1, 25), 2, FILE),
        kept("b", at(1, 25), 3),
    ]
    assert shapes(files, []) == [["a", "f"], ["b", "f"]]


def test_http_and_https_are_one_address() -> None:
    secure = PAGE.replace("http:", "https:")
    files = [kept("a", at(1, 25), 1, superseded_at=at(2, 1)), kept("b", at(2, 1), 2, secure)]
    sightings = [seen(1, at(1, 25), "a", 1), seen(2, at(2, 1), "b", 2, secure)]
    assert shapes(files, sightings) == [["a"], ["b"]]


def test_the_hash_of_a_version_is_of_addresses_and_bytes_whatever_their_order() -> None:
    one = bytes_hash([(PAGE, "a"), (FILE, "f")])
    assert one == bytes_hash([(FILE, "f"), (PAGE, "a")])
    assert one != bytes_hash([(PAGE, "f"), (FILE, "a")])
