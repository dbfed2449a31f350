"""Which links a search follows next, and on which sites."""

from crawler.frontier import Frontier
from crawler.hubs import Hubs, below_agency
from crawler.platforms.agencies import AGENCY, BESIDE, KNOWN
from crawler.platforms.model import ColumnLink, Page
from storage.registry.names import AgencyName

HOME = "http://www.qinghe.gov.cn/"


def link(url: str, score: float = KNOWN, step: str = AGENCY) -> ColumnLink:
    return ColumnLink(url=url, text="财政局", score=score, step=step, why="agency")


def urls(frontier: Frontier, least: float) -> list[str]:
    found = []
    while step := frontier.next_own(least):
        found.append(step[1].url)
    return found


def test_the_site_of_an_agency_of_the_registry_is_followed_like_the_own() -> None:
    frontier = Frontier(HOME)
    entry = link("http://czj.other.gov.cn/")
    stranger = link("http://x.third.gov.cn/", score=0.62)
    frontier.add([entry, stranger, link("http://czj.example.com/")], 1)
    assert urls(frontier, 0.6) == [entry.url]

    below = link("http://czj.other.gov.cn/nb/", step="column")
    frontier.adopt(entry.url, (entry,))
    frontier.add([below], 2)
    assert urls(frontier, 0.6) == [below.url]


def test_a_site_without_such_an_entry_stays_foreign() -> None:
    frontier = Frontier(HOME)
    stranger = link("http://x.third.gov.cn/", score=0.62)
    frontier.adopt(stranger.url, (stranger,))
    frontier.add([link("http://x.third.gov.cn/nb/", step="column")], 2)
    assert urls(frontier, 0.3) == []
    assert not below_agency((stranger,))


def test_once_one_agency_has_led_to_a_column_the_others_are_worth_it_too() -> None:
    frontier = Frontier(HOME)
    frontier.add([link(f"{HOME}czj/", score=BESIDE)], 2)
    assert urls(frontier, 0.6) == []
    frontier.raise_to(AGENCY, 0.6)
    assert urls(frontier, 0.6) == [f"{HOME}czj/"]


def test_the_entries_of_a_hub_are_known_by_short_names_of_the_place() -> None:
    hubs = Hubs(
        [AgencyName(id="a", name="清河县财政局"), AgencyName(id="b", name="清河县人民政府")],
        ["清河县"],
    )
    body = "<ul><li><a href='/czj/'>县财政局</a></li><li><a href='/zf/'>清河县政府</a></li></ul>"
    found = hubs.entries(
        Page(url=f"{HOME}bm/", text=f"<html><body>{body}</body></html>"),
        (link(f"{HOME}bm/", step="hub"),),
    )
    assert {each.score for each in found} == {KNOWN}
    assert hubs.entries(Page(url=f"{HOME}czj/", text=body), (found[0],)) == ()


def test_hosts_that_the_registry_vouches_for_are_official() -> None:
    entry = link("http://czj.example.com/")
    for official, found in (((), []), (("czj.example.com",), [entry.url])):
        frontier = Frontier(HOME, official)
        frontier.add([entry], 1)
        assert urls(frontier, 0.6) == found
