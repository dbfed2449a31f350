"""Walking a column: where it ends, and when its end is not believed."""

from datetime import UTC, datetime

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.platforms.model import ColumnLink, ListItem, ListPage, PageRequest
from crawler.walking import ColumnWalk

URL = "http://a.gov.cn/zfxxgknb/"
NOW = datetime(2024, 2, 1, tzinfo=UTC)


def items(*numbers: int, folder: str = "202401") -> tuple[ListItem, ...]:
    """Return rows of the column."""
    return tuple(ListItem(url=f"{URL}{folder}/t{n}.html", title=f"第{n}份") for n in numbers)


def page(rows: tuple[ListItem, ...], *following: PageRequest, **facts: object) -> ListPage:
    """Return a list page."""
    return ListPage(items=rows, recognised=True, next_pages=following, **facts)  # type: ignore[arg-type]


def following(number: int, *, probe: bool = False) -> PageRequest:
    """Return the request for a further page."""
    return PageRequest(url=f"{URL}index_{number - 1}.html", number=number, probe=probe)


def failed(outcome: Outcome, status: int | None = None) -> Fetched:
    """Return an answer that is no page."""
    ask = Ask(url=URL, purpose=Purpose.LIST)
    return Fetched(
        ask=ask, outcome=outcome, reason=f"{URL}: {outcome}", url=URL, status=status, fetched_at=NOW
    )


def walk_through(*answers: ListPage | Fetched, max_pages: int = 50) -> ColumnWalk:
    """Walk with the answers given, one for each step."""
    walk = ColumnWalk(URL, max_pages=max_pages)
    remaining = list(answers)
    while step := walk.next_step():
        assert remaining, f"asked for {step.request.url} beyond the answers"
        answer = remaining.pop(0)
        if isinstance(answer, Fetched):
            walk.miss(step, answer)
        else:
            walk.take(step, answer, NOW)
    assert not remaining, f"never asked for {len(remaining)} answers"
    return walk


def test_a_list_of_one_page_is_read_to_its_end() -> None:
    walk = walk_through(page(items(1, 2)))
    assert walk.read_to_end
    assert len(walk.items) == 2
    assert set(walk.seen_at.values()) == {NOW}


def test_pages_are_followed_until_none_is_announced() -> None:
    walk = walk_through(
        page(items(1, 2), following(2), announced_pages=2), page(items(3), announced_pages=2)
    )
    assert walk.read_to_end
    assert walk.pages_seen == 2


def test_a_guess_that_is_not_there_ends_the_list() -> None:
    walk = walk_through(
        page(items(1), following(2, probe=True), following(3, probe=True)),
        failed(Outcome.GONE, 404),
        failed(Outcome.SOFT_GONE, 200),
    )
    assert walk.read_to_end


def test_a_guess_that_fails_by_a_server_error_of_its_own_ends_the_list() -> None:
    walk = walk_through(page(items(1), following(2, probe=True)), failed(Outcome.UNREACHABLE, 500))
    assert walk.read_to_end


def test_a_guess_that_could_not_be_reached_leaves_the_list_unread() -> None:
    for outcome in (Outcome.UNREACHABLE, Outcome.BLOCKED, Outcome.BUDGET, Outcome.ROBOTS_DENIED):
        walk = walk_through(page(items(1), following(2, probe=True)), failed(outcome))
        assert not walk.read_to_end


def test_a_guess_counts_only_with_rows_like_those_before() -> None:
    walk = walk_through(
        page(items(1), following(2, probe=True)),
        page((ListItem(url="http://a.gov.cn/xw/1.html", title="新闻"),)),
    )
    assert walk.read_to_end
    assert len(walk.items) == 1


def test_a_guess_with_rows_of_another_month_counts() -> None:
    walk = walk_through(page(items(1), following(2, probe=True)), page(items(9, folder="202301")))
    assert len(walk.items) == 2


def test_page_one_again_ends_a_list_that_announces_no_more() -> None:
    walk = walk_through(
        page(items(1, 2), following(2, probe=True)), page(items(1, 2), following(3, probe=True))
    )
    assert walk.read_to_end
    assert walk.pages_seen == 1


def test_page_one_again_where_more_is_announced_is_not_the_end() -> None:
    walk = walk_through(
        page(items(1, 2), following(2), announced_pages=3), page(items(1, 2), following(3))
    )
    assert not walk.read_to_end
    assert "not seen before" in walk.problems[0]


def test_an_announced_page_that_is_missing_is_not_the_end() -> None:
    walk = walk_through(page(items(1), following(2), announced_pages=2), failed(Outcome.GONE, 404))
    assert not walk.read_to_end


def test_a_list_that_says_it_goes_on_and_gives_no_way_is_not_read() -> None:
    assert not walk_through(page(items(1), last=False)).read_to_end


def test_fewer_rows_than_announced_contradict_the_end() -> None:
    walk = walk_through(page(items(1, 2), announced_items=5))
    assert not walk.read_to_end
    assert walk.announced == 5


def test_a_stale_count_does_not_contradict_the_end() -> None:
    assert walk_through(page(items(*range(21)), announced_items=5)).read_to_end
    assert walk_through(page(items(*range(19)), announced_items=20)).read_to_end


def test_a_layout_that_is_not_understood_is_not_an_empty_list() -> None:
    walk = walk_through(ListPage(items=(), recognised=False))
    assert not walk.read_to_end
    assert not walk.lost


def test_a_column_that_is_gone_is_lost() -> None:
    assert walk_through(failed(Outcome.GONE, 404)).lost
    assert not walk_through(failed(Outcome.UNREACHABLE)).lost


def test_the_number_of_pages_is_limited_and_said() -> None:
    walk = walk_through(page(items(1), following(2)), page(items(2), following(3)), max_pages=2)
    assert not walk.read_to_end
    assert "2 list pages" in walk.problems[0]


def test_parts_of_a_column_are_read_too() -> None:
    part = ColumnLink(url=f"{URL}2023n/", text="2023年", score=1, step="column", why="year")
    walk = walk_through(page(items(1), subcolumns=(part,)), page(items(2), subcolumns=(part,)))
    assert walk.read_to_end
    assert len(walk.items) == 2


def test_a_part_that_could_not_be_read_leaves_the_column_unread_but_not_lost() -> None:
    part = ColumnLink(url=f"{URL}2023n/", text="2023年", score=1, step="column", why="year")
    walk = walk_through(page(items(1), subcolumns=(part,)), failed(Outcome.GONE, 404))
    assert not walk.read_to_end
    assert not walk.lost


def test_a_pager_in_a_circle_ends() -> None:
    walk = walk_through(
        page(items(1), following(2)), page(items(2), PageRequest(url=URL, number=1), following(2))
    )
    assert walk.pages_seen == 2


def test_the_list_is_looked_for_in_each_frame_of_a_page_without_one() -> None:
    frames = (f"{URL}count.html", f"{URL}menu.html", f"{URL}list.html")
    walk = walk_through(
        ListPage(items=(), recognised=False, frames=frames),
        failed(Outcome.GONE, 404),
        ListPage(items=(), recognised=False, frames=(URL,)),
        page(items(1, 2)),
    )
    assert walk.read_to_end
    assert len(walk.items) == 2
    assert not walk.lost


def test_frames_without_a_list_leave_the_column_unread() -> None:
    walk = walk_through(
        ListPage(items=(), recognised=False, frames=(f"{URL}a.html",)),
        ListPage(items=(), recognised=False),
    )
    assert not walk.read_to_end


def test_a_linked_page_of_another_column_is_not_taken_in() -> None:
    news = tuple(
        ListItem(url=f"http://a.gov.cn/xw/{n}.html", title=f"县领导调研第{n}次") for n in range(9)
    )
    walk = walk_through(page(items(1, 2), following(2), announced_pages=2), page(news))
    assert not walk.read_to_end
    assert len(walk.items) == 2


def test_a_linked_page_with_reports_in_another_folder_is_of_the_column() -> None:
    older = ListItem(url="http://a.gov.cn/2013/1.htm", title="2013年政府信息公开工作年度报告")
    walk = walk_through(page(items(1, 2), following(2), announced_pages=2), page((older,)))
    assert walk.read_to_end
    assert len(walk.items) == 3


def parts(*names: str) -> tuple[ColumnLink, ...]:
    """Return the parts of a column on pages of their own."""
    return tuple(
        ColumnLink(url=f"{URL}{name}/", text=name, score=0.9, step="column", why="year")
        for name in names
    )


ROOM = frozenset({"ul list < div main < body"})


def unread(**facts: object) -> ListPage:
    """Return a page on which no list is understood."""
    return ListPage(items=(), recognised=False, **facts)  # type: ignore[arg-type]


def test_a_part_with_room_for_rows_where_others_have_theirs_is_empty() -> None:
    walk = walk_through(
        page((), subcolumns=parts("2025", "2024")),
        unread(vacant=ROOM),
        page(items(1, 2), holders=ROOM),
    )
    assert walk.read_to_end


def test_a_part_in_another_template_or_a_column_without_any_rows_is_not_called_empty() -> None:
    other = frozenset({"div app < body"})
    for rows in (page(items(1, 2), holders=other), unread(vacant=ROOM)):
        walk = walk_through(page((), subcolumns=parts("2025", "2024")), unread(vacant=ROOM), rows)
        assert not walk.read_to_end
        assert "layout is not understood" in walk.problems[0]
    assert not walk_through(unread(vacant=ROOM)).read_to_end


def test_a_part_that_could_not_be_had_is_not_called_empty() -> None:
    walk = walk_through(
        page((), subcolumns=parts("2025", "2024")),
        page((), following(2), last=False, vacant=ROOM),
        failed(Outcome.UNREACHABLE),
        page(items(1, 2), holders=ROOM),
    )
    assert not walk.read_to_end


def test_a_script_that_parts_share_is_asked_for_by_each() -> None:
    def script(category: str) -> PageRequest:
        return PageRequest(url=f"{URL}common.js", number=1, known={"category": category})

    walk = walk_through(
        page((), subcolumns=parts("2025", "2024")),
        page((), script("1"), last=False),
        unread(onward=True, next_pages=(following(1),)),
        page(items(1), last=True),
        page((), script("2"), last=False),
        unread(onward=True, next_pages=(following(3),)),
        page(items(2), last=True),
    )
    assert walk.read_to_end
    assert len(walk.items) == 2


def test_a_part_whose_service_says_that_it_has_no_rows_is_empty() -> None:
    none = page((), announced_items=0)
    walk = walk_through(
        page((), subcolumns=parts("2025", "2024")),
        page((), following(1), last=False),
        none,
        page(items(1, 2)),
    )
    assert walk.read_to_end


def test_of_a_whole_column_or_a_guessed_service_no_rows_are_not_believed() -> None:
    none = page((), announced_items=0)
    assert not walk_through(page((), following(1), last=False), none).read_to_end
    walk = walk_through(
        page((), subcolumns=parts("2025")), page((), following(1, probe=True), last=False), none
    )
    assert not walk.read_to_end
