"""The live view of a crawl: what it counts, and that foreign text does nothing to a terminal."""

import io

from rich.console import Console

from monitor.cli.crawl_view import CrawlView, showing_progress


def progress(portal: str, spider: str = "watch", **counts: int) -> dict[str, object]:
    return {"event": "progress", "portal": portal, "spider": spider, **counts}


def end(portal: str, spider: str, state: str | None, **counts: object) -> dict[str, object]:
    return {"event": "end", "portal": portal, "spider": spider, "state": state, **counts}


def drawn(view: CrawlView) -> str:
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    console.print(view)
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


def test_portals_done_now_and_closed_to_us_are_counted() -> None:
    view = CrawlView("en")
    view.take({"event": "begin", "run_id": "r", "portals": ["a", "b", "c", "d"]})
    view.take(end("a", "watch", "complete", pages=5))
    view.take(end("b", "discovery", "blocked", pages=1))
    view.take(progress("c", pages=7, reports=3, requests=9))
    assert view.summary().startswith("2 of 4 portals, 1 now, 1 closed to us; 13 pages")
    assert "3 reports" in view.summary()
    assert "c" in drawn(view)


def test_a_search_that_found_columns_does_not_end_a_portal() -> None:
    view = CrawlView("en")
    view.take({"event": "begin", "run_id": "r", "portals": ["a"]})
    view.take(progress("a", "discovery", pages=4, reports=0))
    view.take(end("a", "discovery", None, pages=4))
    assert view.summary().startswith("0 of 1 portals, 0 now")
    view.take(progress("a", "watch", pages=2, reports=6))
    assert view.summary().startswith("0 of 1 portals, 1 now, 0 closed to us; 6 pages")
    assert "6 reports" in view.summary()


def test_the_busiest_portals_are_shown_and_the_rest_counted() -> None:
    view = CrawlView("zh")
    for number in range(20):
        view.take(progress(f"p{number:02}", pages=number))
    text = drawn(view)
    assert "p19" in text
    assert "p02" not in text
    assert "+8" in text


def test_without_a_terminal_only_ends_are_told_and_escape_codes_are_not_passed_on() -> None:
    written = io.StringIO()
    with showing_progress(Console(file=written, force_terminal=False), "en") as tell:
        tell({"event": "begin", "run_id": "r", "portals": ["a"]})
        tell(progress("a", pages=3))
        tell(end("a", "watch", "partial", reason="title \x1b[31mred [bold]x[/bold]"))
    assert written.getvalue().count("\n") == 1
    assert "\x1b" not in written.getvalue()
    assert "[bold]x[/bold]" in written.getvalue()


def test_on_a_terminal_the_ends_stay_when_the_view_is_gone() -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=100)
    with showing_progress(console, "en") as tell:
        tell({"event": "begin", "run_id": "r", "portals": ["a", "b"]})
        tell(progress("a", pages=3, reports=1))
        tell(end("b", "watch", "complete", pages=2))
    assert "b  watch  complete" in written.getvalue()
