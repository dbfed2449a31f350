"""The truth of a world is consistent, and the same for the same seed."""

import csv
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.simulator.calendar import SEASONS, crawl_days, season_days
from monitor.simulator.county import World, build_world
from monitor.simulator.documents import file_of, report_markup, report_of
from monitor.simulator.model import REPOST, Form
from monitor.simulator.registry import write_registry
from monitor.simulator.site import PortalSite
from monitor.simulator.truth import is_closed, items_of, truth
from storage.clock import SHANGHAI
from tests.monitor.simulator.conftest import LATER, Ask


@pytest.fixture(scope="module")
def world() -> World:
    return build_world("consistent", 30)


def test_the_same_seed_gives_the_same_world_to_the_byte(world: World, ask: Ask) -> None:
    again = build_world("consistent", 30)
    for one, other in zip(world.portals, again.portals, strict=True):
        assert (one.id, one.host, one.family, one.layout, one.troubles) == (
            other.id, other.host, other.family, other.layout, other.troubles,
        )  # fmt: skip
        assert [item.title for item in one.items] == [item.title for item in other.items]
        assert [item.spans for item in one.items] == [item.spans for item in other.items]
        if not one.troubles:
            pages = [ask(PortalSite(portal), "/").body for portal in (one, other)]
            assert pages[0] == pages[1]


def test_another_seed_gives_another_world(world: World) -> None:
    other = build_world("other", 30)
    assert {portal.host for portal in world.portals}.isdisjoint(
        portal.host for portal in other.portals
    )


def test_what_stands_in_the_truth_stands_on_the_portal(world: World, ask: Ask) -> None:
    checked = 0
    everybody = truth(world, LATER)
    for portal in world.portals:
        if portal.troubles:
            continue
        site = PortalSite(portal)
        # Some of each portal: every page takes writing a report.
        for one in [one for one in everybody if one.portal is portal][:12]:
            for item in items_of(portal, one.agency, one.fiscal_year):
                answer = ask(site, site.before.item_path(item))
                assert (answer.status == 200) == item.stands(LATER)
                checked += 1
            if one.stands:
                assert one.since is not None
    assert checked > 70


def test_nobody_may_be_called_missing_who_published_or_cannot_be_looked_at(world: World) -> None:
    for day in crawl_days(world.fiscal_year, 120):
        for one in truth(world, day):
            if "missing" in one.may:
                assert one.since is None
                assert day > one.due_at
                assert not is_closed(one.portal)
            else:
                assert one.since is not None or day <= one.due_at or is_closed(one.portal)


def test_a_world_has_reports_of_every_fate(world: World) -> None:
    season = [one for one in truth(world, LATER) if one.fiscal_year == world.fiscal_year]
    late = [one for one in season if one.since and one.since > one.due_at]
    never = [one for one in season if one.since is None]
    assert len(late) > len(season) / 20
    assert 0 < len(never) < len(season) / 3
    items = [item for portal in world.portals for item in portal.reports]
    assert any(item.spans and item.shown_on < item.spans[0][0].date() for item in items)
    assert any(item.changed_at for item in items)
    assert any(len(item.spans) == 2 for item in items)
    assert {item.form for item in items} >= {Form.PAGE, Form.PDF_ROW, Form.DOCX_ATTACHED}


def test_a_central_list_may_lead_to_the_hosts_of_the_agencies(ask: Ask) -> None:
    world = build_world("elsewhere", 6, families=("trs", "gkmlpt"), layouts=("elsewhere",))
    portal = next(p for p in world.portals if p.layout == "elsewhere" and not p.troubles)
    site = PortalSite(portal)
    [central, *columns] = portal.columns
    page = ask(site, site.before.node_path(central)).body.decode()
    for column in columns:
        link = site.before.node_url(column)
        assert f'href="{link}"' in page
        assert link.startswith(f"http://{portal.host_of(column.agency)}/")
    assert len(portal.hosts) == 1 + len(columns)
    assert {one.agency.id for one in truth(world, LATER) if one.portal is portal} == {
        agency.id for agency in portal.agencies
    }


def test_crawl_days_are_denser_around_the_due_days() -> None:
    days = [day.date() for day in crawl_days(2025, 90)]
    assert date(2026, 2, 1) in days
    assert date(2026, 4, 1) in days
    near = [day for day in days if abs((day - date(2026, 2, 1)).days) <= 2]
    assert len(near) >= 2
    assert max(later - day for day, later in pairwise(days)) <= timedelta(12)


@pytest.fixture(scope="module")
def year() -> World:
    return build_world("year4", 30, season=SEASONS["year"])


def test_a_year_of_troubles_is_looked_at_around_the_due_days(year: World) -> None:
    days = season_days(SEASONS["year"], 2025, 0)
    assert days[0].date() == date(2025, 12, 1)
    assert days[-1].date() == date(2026, 8, 15)
    assert {date(2026, 2, 1), date(2026, 4, 1)} <= {day.date() for day in days}
    items = [i for p in year.portals for i in p.reports if i.fiscal_year == year.fiscal_year]
    assert sum(item.changed_at is not None for item in items) > len(items) / 20
    gone = [item for item in items if item.spans and item.spans[0][1] is not None]
    assert len(gone) > len(items) / 20
    troubles = [trouble for portal in year.portals for trouble in portal.troubles]
    assert sum(trouble.startswith("down") for trouble in troubles) >= 3
    assert {"moved", "redesigned"} & set(troubles)


def test_a_portal_that_is_down_allows_no_claim_but_what_was_known(year: World) -> None:
    down = datetime(2026, 2, 1, 20, tzinfo=SHANGHAI)
    concerned = [one for one in truth(year, down) if is_closed(one.portal, down)]
    assert len(concerned) > len([one for one in truth(year, down) if is_closed(one.portal)])
    assert all("missing" not in one.may for one in concerned)
    later = truth(year, down + timedelta(days=10))
    assert any("down" in one.portal.troubles and "missing" in one.may for one in later)


def test_a_county_reposts_reports_of_others_among_its_news_and_none_of_its_own(
    world: World, ask: Ask
) -> None:
    reposting = 0
    for portal in world.portals:
        own = [agency for agency in portal.agencies if agency.kind != "department"]
        reposts = [item for item in portal.items if item.lure == REPOST]
        assert not any(item.is_report or item.agency in own for item in reposts)
        assert {item.number for item in reposts} <= {item.number for item in portal.news.items}
        if not reposts or portal.troubles:
            continue
        reposting += 1
        site = PortalSite(portal)
        [item, *_] = [item for item in portal.news.rows(LATER) if item in reposts]
        text = ask(site, site.before.item_path(item)).body.decode()
        assert item.title in text
        assert "行政复议" in text, "it is the whole report"
        assert any(each.agency and each.agency.id is None for each in reposts), "the city's"
    assert reposting >= 2


def test_portals_that_share_a_server_have_one_address() -> None:
    sharing = build_world("sharing", 12, sharing=0.6)
    servers = [portal.server for portal in sharing.portals]
    assert 1 < len(set(servers)) < len(servers)
    alone = build_world("sharing", 12)
    assert len({portal.server for portal in alone.portals}) == 12
    assert [p.host for p in alone.portals] == [p.host for p in sharing.portals]


def test_a_world_can_be_of_one_layout() -> None:
    shells = build_world("shells", 6, layouts=("shell",), troubled=0)
    assert {portal.layout for portal in shells.portals} == {"shell"}


def test_the_registry_names_every_registered_agency_and_no_stranger(
    world: World, tmp_path: Path
) -> None:
    portals, agencies = write_registry(world, tmp_path)
    with agencies.open(encoding="utf-8") as stream:
        listed = {row["name"] for row in csv.DictReader(stream)}
    assert listed == {agency.name for portal in world.portals for agency in portal.agencies}
    strangers = {
        item.agency.name
        for portal in world.portals
        for item in portal.reports
        if item.agency and item.agency.id is None
    }
    assert strangers
    assert strangers.isdisjoint(listed)
    assert len(portals.read_text(encoding="utf-8").splitlines()) == 31


def test_an_altered_report_reads_otherwise_and_files_are_the_same_bytes_each_time(
    world: World,
) -> None:
    item = next(i for p in world.portals for i in p.reports if i.changed_at and i.agency)
    assert report_markup(item, "plain") != report_markup(item, "plain", changed=True)
    first = file_of(item, "docx")
    file_of.cache_clear()
    assert file_of(item, "docx") == first


def test_old_files_are_what_they_are_called(world: World) -> None:
    item = next(item for portal in world.portals for item in portal.reports if item.agency)
    old = replace(item, form=Form.OLE_ATTACHED)
    assert file_of(old, "doc").startswith(b"\xd0\xcf\x11\xe0")
    assert file_of(old, "wps") != file_of(old, "wps", changed=True)
    altered = replace(item, form=Form.RTF_ATTACHED)
    assert file_of(altered, "rtf") != file_of(altered, "rtf", changed=True)
    rtf = file_of(replace(item, form=Form.RTF_ATTACHED), "rtf").decode("ascii")
    letters = re.findall(r"\\u(-?\d+)\?", rtf)
    assert "".join(chr(int(number) % 2**16) for number in letters).startswith(
        re.sub(r"[ -~\n]", "", report_of(item).title)
    )
