"""Walking lists that stand behind other pages: scripts, trees, several places, captchas."""

from dataclasses import replace

from crawler.fetched import Outcome
from crawler.platforms.model import ColumnLink, ListPage, PageRequest
from crawler.walking import ColumnWalk
from tests.crawler.test_walking import NOW, URL, failed, items, page, walk_through

SHELL = ListPage(items=(), recognised=True, last=False)


def ask(name: str, *, probe: bool = False) -> PageRequest:
    """Return a request to a service."""
    return PageRequest(url=f"{URL}{name}", number=1, probe=probe)


def test_a_page_that_says_where_the_list_is_is_followed_without_rows() -> None:
    settings = replace(SHELL, onward=True, next_pages=(ask("rest"),))

    walk = walk_through(
        replace(SHELL, next_pages=(ask("settings.js"),)), settings, page(items(1, 2), last=True)
    )

    assert walk.read_to_end
    assert len(walk.items) == 2


def test_guesses_at_a_service_are_tried_until_one_brings_rows() -> None:
    shell = replace(SHELL, next_pages=(ask("a", probe=True), ask("b", probe=True)))

    walk = walk_through(shell, SHELL, page(items(1), last=True))

    assert walk.read_to_end


def test_guesses_that_all_bring_nothing_leave_the_list_unread() -> None:
    shell = replace(SHELL, next_pages=(ask("a", probe=True), ask("b", probe=True)))

    walk = walk_through(shell, failed(Outcome.GONE, 404), SHELL)

    assert not walk.read_to_end


def test_an_answer_that_tells_that_all_rows_came_before_ends_the_list() -> None:
    first = page(items(1, 2), ask("2"), last=False)

    walk = walk_through(first, replace(SHELL, onward=True, last=True))

    assert walk.read_to_end


def test_a_part_is_looked_for_at_each_of_its_places() -> None:
    part = ColumnLink(
        url=f"{URL}xlist.shtml", text="年报", score=0.9, step="column", why="tree",
        others=(f"{URL}list.shtml", f"{URL}index.shtml"),
    )  # fmt: skip
    tree = replace(SHELL, onward=True, subcolumns=(part,), last=None)

    walk = walk_through(
        replace(SHELL, next_pages=(ask("tree"),)),
        tree,
        failed(Outcome.GONE, 404),
        ListPage(items=(), recognised=False),
        page(items(1), last=True),
    )

    assert walk.read_to_end
    assert len(walk.items) == 1


def test_a_list_behind_a_captcha_is_unread_and_says_so() -> None:
    walk = walk_through(replace(SHELL, obstacle="its list asks for a captcha"))

    assert not walk.read_to_end
    assert walk.problems == [f"{URL}: its list asks for a captcha"]


def parts(*names: str) -> tuple[ColumnLink, ...]:
    return tuple(
        ColumnLink(url=f"{URL}{name}/", text=name, score=0.9, step="column", why="year")
        for name in names
    )


NONE = ListPage(items=(), recognised=True, announced_items=0)


def test_a_guessed_service_is_believed_that_a_part_is_empty_if_it_serves_another() -> None:
    def shell(category: str, service: str) -> ListPage:
        return replace(SHELL, next_pages=(ask(f"{service}?category={category}", probe=True),))

    tabs = page((), subcolumns=parts("2025", "2024"))
    rows = page(items(1, 2), last=True)
    assert walk_through(tabs, shell("1", "rest"), NONE, shell("2", "rest"), rows).read_to_end
    other = walk_through(tabs, shell("1", "rest"), NONE, shell("2", "other"), rows)
    assert not other.read_to_end


def test_a_service_that_said_so_before_need_not_say_it_again() -> None:
    for was_none in (True, False):
        walk = ColumnWalk(URL, max_pages=9)
        shells = [replace(SHELL, next_pages=(ask(f"rest?c={n}", probe=True),)) for n in (1, 2)]
        answers = iter((page((), subcolumns=parts("2025", "2024")), shells[0], shells[1]))
        while step := walk.next_step():
            if step.request.url.endswith("c=1"):
                walk.skip(step, was_none=was_none)
            elif step.request.probe:
                walk.take(step, page(items(1, 2), last=True), NOW)
            else:
                walk.take(step, next(answers), NOW)
        assert walk.read_to_end is was_none
