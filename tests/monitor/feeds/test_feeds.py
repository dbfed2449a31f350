"""What other programs get: each feed is read back by a reader of its kind."""

import csv
import hashlib
import http.client
import io
import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from lxml import etree
from prometheus_client.parser import text_string_to_metric_families

from monitor.feeds.atom import NAMESPACE
from monitor.feeds.publishing import LEDGER, publish_feeds
from monitor.feeds.serving import metrics_server
from monitor.feeds.tables import as_csv
from monitor.feeds.writing import COLUMNS, feed_files, feeds_of, named, write_files
from monitor.findings.faulty import agencies_with_errors
from monitor.rules.rulings import rulings_of_settings
from monitor.telling.digest_matter import load_matter
from monitor.triage import Decided, decide
from monitor.triage.subjects import finding_subject
from storage.database import reading, transaction
from storage.models import Agency, Event, TriageAction, TriageKind
from storage.subscription_settings import SubscriptionSettings
from tests.monitor.cli.program import nianbao
from tests.monitor.scene import HOSTILE, YEAR, Scene, at, make_scene

NOW = at(2, 10)
A = f"{{{NAMESPACE}}}"


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.delenv("NIANBAO_DATABASE_URL", raising=False)
    monkeypatch.setenv("NIANBAO_NOW", NOW.isoformat())
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    scene.agency("edu", HOSTILE)
    filing = scene.filing("fin")
    scene.original(filing, "http://q.gov.cn/1.html", b"<p>1</p>")
    scene.finding(filing)
    for number, (kind, agency) in enumerate((("missing", "edu"), ("published", "edu"))):
        scene.rows(
            Event(
                kind=kind,
                fingerprint=f"{kind}|{agency}",
                agency_id=agency,
                portal_id=None,
                fiscal_year=YEAR,
                happened_at=at(2, 2 + number),
                details={"url": 'https://q.gov.cn/1.html?"><script>'},
            )
        )
    yield scene
    scene.engine.dispose()


def files_of(scene: Scene, *subscriptions: SubscriptionSettings) -> dict[str, bytes]:
    with reading(scene.engine) as session:
        rulings = rulings_of_settings(scene.settings)
        return feed_files(session, scene.settings, subscriptions, rulings, NOW)


def kinds_of(feed: etree._Element) -> list[str]:
    return [category.get("term", "") for category in feed.iter(f"{A}category")]


def test_the_atom_feed_has_the_newest_event_first(scene: Scene) -> None:
    feed = etree.fromstring(files_of(scene)["events.atom"])
    entries = feed.findall(f"{A}entry")
    assert kinds_of(feed) == ["published", "missing"]
    assert feed.findtext(f"{A}updated") == entries[0].findtext(f"{A}updated")
    assert len({entry.findtext(f"{A}id") for entry in entries}) == 2
    assert "img src=x" in str(entries[0].findtext(f"{A}title"))


def test_the_same_event_keeps_its_id(scene: Scene) -> None:
    first, second = (etree.fromstring(files_of(scene)["events.atom"]) for _ in range(2))
    assert [e.findtext(f"{A}id") for e in first] == [e.findtext(f"{A}id") for e in second]


def test_due_days_are_whole_days_of_the_calendar(scene: Scene) -> None:
    calendar = Calendar.from_ical(files_of(scene)["due.ics"].decode())
    events = calendar.events
    assert {event.start for event in events} == {date(YEAR + 1, 1, 31)}
    assert len({event.uid for event in events}) == 2
    assert any("清河县财政局" in str(event.summary) for event in events)


def test_tables_and_lines_hold_the_same_rows(scene: Scene) -> None:
    files = files_of(scene)
    for name, columns in COLUMNS.items():
        lines = [json.loads(line) for line in files[f"{name}.jsonl"].splitlines()]
        text = files[f"{name}.csv"].decode("utf-8-sig")
        table = list(csv.DictReader(io.StringIO(text, newline="")))
        assert lines
        assert len(table) == len(lines)
        assert set(columns) <= set(lines[0])
        assert list(table[0]) == list(columns)


def test_no_cell_is_a_formula() -> None:
    rows = [{"a": text} for text in ("=1+1", "+1", "-1", "@x", "\t=1", "safe")]
    cells = as_csv(rows, ["a"]).decode("utf-8-sig").split("\r\n")[1:-1]
    assert not any(cell.strip('"').startswith(("=", "+", "-", "@", "\t")) for cell in cells)
    assert cells[-1] == "safe"


def test_numbers_stay_numbers_even_below_zero() -> None:
    assert as_csv([{"a": -3}], ["a"]).decode("utf-8-sig") == "a\r\n-3\r\n"


def test_metrics_say_how_many_stand_where(scene: Scene) -> None:
    families = text_string_to_metric_families(files_of(scene)["metrics.prom"].decode())
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }
    states = {
        dict(labels)["state"]: value
        for (name, labels), value in samples.items()
        if name == "nianbao_agencies"
    }
    assert sum(states.values()) == 2
    assert samples["nianbao_portals", (("state", "never_crawled"),)] == 1
    assert samples["nianbao_reports", (("state", "current"),)] == 1


def test_a_subscription_gets_its_own_agencies_and_events(scene: Scene) -> None:
    subscription = SubscriptionSettings(
        to=("a@b.cn",), name="教育 ../口", agencies=("edu",), events=("missing",), language="en"
    )
    files = files_of(scene, subscription)
    [feed, calendar] = [name for name in files if name.startswith("subscriptions/")]
    assert "/" not in feed.removeprefix("subscriptions/")
    assert kinds_of(etree.fromstring(files[feed])) == ["missing"]
    assert len(Calendar.from_ical(files[calendar].decode()).events) == 1


def test_personal_data_in_names_is_masked_in_every_feed(scene: Scene) -> None:
    telephone, identity = "13812345678", "11010519491231002X"
    with transaction(scene.engine) as session:
        session.get_one(Agency, "edu").name = f"教育局 {telephone} {identity} 办"
    named_so = SubscriptionSettings(to=("a@b.cn",), name=f"口 {telephone}", agencies=("edu",))
    for name, content in files_of(scene, named_so).items():
        assert telephone not in name + content.decode(), name
        assert identity not in content.decode(), name


def test_a_calendar_shows_the_time_of_china(scene: Scene) -> None:
    scene.crawl(when=at(2, 3, 4))
    calendar = Calendar.from_ical(files_of(scene)["due.ics"].decode())
    assert any("核查于 2024-02-03 04:0" in str(event["description"]) for event in calendar.events)


def test_subscriptions_of_one_name_do_not_take_each_others_file() -> None:
    many = [SubscriptionSettings(to=("a@b.cn",), name=n, kinds=("township",)) for n in "xXx"]
    assert list(named(many)) == ["x", "X-2", "x-3"]


def test_a_file_that_did_not_change_is_left_alone(scene: Scene, tmp_path: Path) -> None:
    place = tmp_path / "www"
    files = files_of(scene)
    assert write_files(place, files) == len(files)
    assert write_files(place, files) == 0
    (place / "due.ics").write_bytes(b"old")
    assert write_files(place, files) == 1
    assert sorted(path.name for path in place.iterdir()) == sorted(files)


def test_a_file_where_the_directory_should_be_is_refused(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "www").write_text("taken")
    workspace = scene.workspace.directory
    done = nianbao("--lang", "en", "feeds", "write", tmp_path / "www", workspace=workspace)
    assert (done.code, "is no directory" in done.err) == (2, True)


def test_the_command_writes_where_it_is_told(scene: Scene, tmp_path: Path) -> None:
    workspace = scene.workspace.directory
    done = nianbao("--lang", "en", "feeds", "write", tmp_path / "www", workspace=workspace)
    assert (done.code, (tmp_path / "www" / "due.ics").exists()) == (0, True), done.err
    refused = nianbao("--lang", "en", "feeds", "write", workspace=workspace)
    assert (refused.code, "feeds_dir" in refused.err) == (2, True)


def test_metrics_are_served_on_loopback_to_its_own_names_only(scene: Scene) -> None:
    server = metrics_server(scene.workspace, scene.engine, 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        assert server.server_address[0] == "127.0.0.1"
        answers = {}
        for host in ("127.0.0.1", "evil.example"):
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
            connection.request("GET", "/metrics", headers={"Host": f"{host}:{server.server_port}"})
            answer = connection.getresponse()
            answers[host] = (answer.status, b"nianbao_agencies" in answer.read())
            connection.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert answers == {"127.0.0.1": (200, True), "evil.example": (404, False)}


def test_the_feeds_of_a_workspace_are_those_of_its_settings(scene: Scene) -> None:
    assert set(feeds_of(scene.workspace, scene.engine, NOW)) == set(files_of(scene))


def test_feeds_of_a_subscription_that_is_no_more_are_removed_and_nobody_elses(
    scene: Scene, tmp_path: Path
) -> None:
    place = tmp_path / "www"
    mine, other = scene.workspace.directory, tmp_path / "another"
    other.mkdir()
    a = {"subscriptions/a.atom": b"a", "subscriptions/a.ics": b"a", "events.atom": b"e"}
    b = {"subscriptions/b.atom": b"b", "events.atom": b"e"}
    assert publish_feeds(mine, place, a | b).changed == 4
    publish_feeds(other, place, {"subscriptions/c.atom": b"c"})
    (place / "subscriptions/a.ics").write_bytes(b"somebody changed it")
    (place / "subscriptions/notes.txt").write_bytes(b"a person's")
    done = publish_feeds(mine, place, b)
    assert done.removed == ("subscriptions/a.atom",)
    left = {path.name for path in (place / "subscriptions").iterdir()}
    assert left == {"a.ics", "b.atom", "c.atom", "notes.txt"}
    assert publish_feeds(mine, place, b).removed == ()
    assert publish_feeds(mine, tmp_path / "elsewhere", {}).removed == ()


@pytest.mark.parametrize("name", ["subscriptions/../due.ics", "subscriptions/x/y.atom", "due.ics"])
def test_a_ledger_that_somebody_wrote_removes_nothing_outside(tmp_path: Path, name: str) -> None:
    place = tmp_path / "www"
    for path in (place / "due.ics", place / "subscriptions/x/y.atom"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    empty = hashlib.sha256(b"").hexdigest()
    (tmp_path / LEDGER).write_text(json.dumps({str(place.resolve()): {name: [empty]}}))
    assert publish_feeds(tmp_path, place, {}).removed == ()
    assert (place / "due.ics").exists()
    assert (place / "subscriptions/x/y.atom").exists()


def test_the_metric_and_the_digest_count_the_same_agencies_with_errors(scene: Scene) -> None:
    """That a report came late is no error in it; what was dismissed is none either."""
    for number, rule in enumerate(("published-late", "requests-unbalanced", "requests-unbalanced")):
        scene.agency(f"a{number}", f"清河县第{number}局")
        scene.finding(scene.filing(f"a{number}"), rule, fingerprint=f"a{number}" * 16)
    with transaction(scene.engine) as session:
        facts = finding_subject(session, "a2" * 16).facts
        why = Decided(action=TriageAction.DISMISS, author="李明", reason="误报")
        decide(session, TriageKind.FINDING, "a2" * 16, facts, why, NOW)
        matter = load_matter(session, scene.settings, NOW)
        faulty = agencies_with_errors(matter.findings, matter.year)
    assert faulty == {"fin", "a1"}
    families = text_string_to_metric_families(files_of(scene)["metrics.prom"].decode())
    [value] = [s.value for f in families for s in f.samples if "with_errors" in s.name]
    assert value == len(faulty)
