"""A report without a fault, printed and read back, gives no error and no warning."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.judging import Given, facts_of_file
from monitor.reading.entry import read_report
from monitor.rules.catalogue import judge
from monitor.rules.model import Outcome, Severity, Verdict
from monitor.specimens.clean import Counts, clean_report
from monitor.specimens.html import html_body
from monitor.specimens.model import Specimen
from monitor.specimens.pdf import pdf_file
from monitor.specimens.word import docx_file
from storage.models import AgencyKind

WORDINGS = tomllib.loads(
    Path(__file__).with_name("cases").joinpath("wordings.toml").read_text(encoding="utf-8")
)
HEADINGS: Mapping[str, Sequence[str]] = WORDINGS.pop("headings")
SLOTS: Mapping[str, Sequence[str]] = WORDINGS
NOTICE = (
    "《国务院办公厅政府信息与政务公开办公室关于印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知》"
    "（国办公开办函〔2021〕30号）"
)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
YEARS = range(2021, 2026)
GRAVE = (Severity.ERROR, Severity.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """An invented agency."""

    name: str
    kind: AgencyKind
    us: str

    @property
    def is_government(self) -> bool:
        """Whether it is a people's government of any level."""
        return self.kind in (AgencyKind.GOVERNMENT, AgencyKind.TOWNSHIP)


DEPARTMENT = Publisher(name="示范县财政局", kind=AgencyKind.DEPARTMENT, us="我局")
PUBLISHERS = (
    DEPARTMENT,
    Publisher(name="示范县人民政府", kind=AgencyKind.GOVERNMENT, us="全县"),
    Publisher(name="东河镇人民政府", kind=AgencyKind.TOWNSHIP, us="我镇"),
    Publisher(name="示范县人民政府办公室", kind=AgencyKind.GOVERNMENT_OFFICE, us="本机关"),
    Publisher(name="城关街道办事处", kind=AgencyKind.DISPATCHED, us="本街道"),
    Publisher(name="国家税务总局示范县税务局", kind=AgencyKind.VERTICAL, us="我单位"),
)
COUNTS = (
    Counts(),
    Counts(new=0, normative_in_force=0),
    Counts(new=12, carried_in=3, carried_out=2, normative_issued=1, normative_in_force=9,
           licensing=1204, penalties=35, fees="96171.6", items=3640),
    Counts(new=1, carried_out=1, items=19),
)  # fmt: skip
FORMS = {"a.html": None, "a.docx": docx_file, "a.pdf": pdf_file}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("publisher", PUBLISHERS[:3], ids=lambda item: item.kind)
def test_a_clean_report_is_clean_in_every_form(publisher: Publisher, form: str) -> None:
    sweep = [(year, counts) for year in YEARS for counts in COUNTS]
    # Word and PDF files take half a second to make and to read: there the years share the counts
    for year, counts in sweep if form == "a.html" else sweep[:: 2 * len(COUNTS) + 1]:
        report = a_clean_report(publisher, year, counts)
        verdicts = judged(report, publisher, form)

        assert told(verdicts, tuple(Severity)) == [], (year, counts)
        assert not any(item.outcome is Outcome.INDETERMINATE for item in verdicts), (year, counts)


@pytest.mark.parametrize("publisher", PUBLISHERS[:3], ids=lambda item: item.kind)
@pytest.mark.parametrize("slot", SLOTS)
def test_each_usual_wording_is_clean(slot: str, publisher: Publisher) -> None:
    counts = Counts(new=0) if slot == "no_requests" else Counts()
    for wording in SLOTS[slot]:
        report = worded(a_clean_report(publisher, 2023, counts), publisher, {slot: wording}, counts)

        assert told(judged(report, publisher)) == [], wording


@pytest.mark.parametrize("heading", HEADINGS)
def test_each_usual_wording_of_a_heading_is_clean(heading: str) -> None:
    report = a_clean_report(DEPARTMENT, 2023, Counts())
    page = page_of(report)
    assert page.count(f">{heading}<".encode()) == 1
    for wording in HEADINGS[heading]:
        body = page.replace(f">{heading}<".encode(), f">{wording}<".encode())

        assert told(judge(facts_of_file(read_report(body), Given(), as_of=NOW))) == [], wording


@st.composite
def wordings(draw: st.DrawFn) -> Mapping[str, str]:
    return {slot: draw(st.sampled_from(texts)) for slot, texts in SLOTS.items()}


@settings(max_examples=60, deadline=None)
@given(wordings(), st.sampled_from(PUBLISHERS), st.sampled_from(YEARS), st.sampled_from(COUNTS))
def test_all_usual_wordings_together_are_clean(
    chosen: Mapping[str, str], publisher: Publisher, year: int, counts: Counts
) -> None:
    report = worded(a_clean_report(publisher, year, counts), publisher, chosen, counts)

    assert told(judged(report, publisher)) == []


def test_a_report_that_follows_on_last_years_is_clean() -> None:
    before = Counts(new=9, carried_out=2)
    after = Counts(new=5, carried_in=2, carried_out=0)
    reports = [a_clean_report(DEPARTMENT, year, counts) for year, counts in
               ((2022, before), (2023, after))]  # fmt: skip
    previous, report = (read_report(page_of(item)) for item in reports)
    facts = facts_of_file(report, Given(), as_of=NOW, previous=previous)

    assert told(judge(facts), tuple(Severity)) == []


def a_clean_report(publisher: Publisher, year: int, counts: Counts) -> Specimen:
    published_on = date(year + 1, 1, 20)
    return clean_report(
        publisher.name, year, published_on, counts, government=publisher.is_government
    )


def worded(
    report: Specimen, publisher: Publisher, chosen: Mapping[str, str], counts: Counts
) -> Specimen:
    """Return the report with other words in some slots."""
    texts = {slot: _filled(text, report, publisher, counts) for slot, text in chosen.items()}
    changes: dict[str, Any] = {name: texts[name] for name in ("title", "preamble") if name in texts}
    sections = {**report.texts}
    sections |= {name: texts[name] for name in ("problems", "other_matters") if name in texts}
    sections["overview"] = _overview(report.texts["overview"], texts, any_new=counts.new > 0)
    return replace(report, texts=sections, **changes)


def _overview(usual: str, texts: Mapping[str, str], *, any_new: bool) -> str:
    """Return section one: an opening and its five aspects, those not chosen as usual."""
    requests = "requests" if any_new else "no_requests"
    slots = ("opening", "proactive", requests, "management", "platform", "supervision")
    lines = zip(slots, usual.splitlines(), strict=True)
    return "\n".join(texts.get(slot, line) for slot, line in lines)


def _filled(text: str, report: Specimen, publisher: Publisher, counts: Counts) -> str:
    year = report.fiscal_year
    handled = counts.new + counts.carried_in - counts.carried_out
    return text.format(
        agency=publisher.name, us=publisher.us, notice=NOTICE,
        year=year, last=year - 1, next=year + 1,
        new=counts.new, handled=handled, items=counts.items, documents=counts.normative_in_force,
    )  # fmt: skip


def judged(report: Specimen, publisher: Publisher, form: str = "a.html") -> tuple[Verdict, ...]:
    """Print a report, read it back and judge it."""
    render = FORMS[form]
    body = page_of(report) if render is None else render(report)
    about = Given(agency_kind=publisher.kind, published=report.published_on)
    return judge(facts_of_file(read_report(body, form), about, as_of=NOW))


def told(
    verdicts: Iterable[Verdict], severities: Sequence[Severity] = GRAVE
) -> list[tuple[str, str]]:
    """Return what was found of some severities."""
    return [
        (verdict.rule, verdict.message.zh)
        for verdict in verdicts
        if verdict.outcome is Outcome.FAIL and verdict.severity in severities
    ]


def page_of(report: Specimen) -> bytes:
    """Print a report as the page of a portal."""
    title, day = escape(report.title), report.published_on
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="ArticleTitle" content="{title}">'
        f'<meta name="PubDate" content="{day} 09:00">'
        f'<meta name="ContentSource" content="{escape(report.agency)}"></head><body>'
        f"<h1>{title}</h1><p>发布日期：{day}</p>{html_body(report)}</body></html>"
    ).encode()
