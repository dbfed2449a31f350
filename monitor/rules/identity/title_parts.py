"""Rules about what a title must name: the year and the agency."""

from collections.abc import Iterator

from monitor.rules.answers import fail
from monitor.rules.engine import ALL, rule
from monitor.rules.identity.title import judged_title, parsed_titles
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import quote, title_evidence
from storage.titles import Title, TitleDefect, without_blanks

_PRACTICE = "编制惯例（格式文件对题名的要求未见明文）"
_PRACTICE_2008 = "编制惯例；国务院令第492号第三十一条（年度报告）"


@rule(
    "title-year-missing",
    zh="题名缺年度",
    en="no year in the title",
    severity=Severity.WARNING,
    formats=ALL,
    basis=_PRACTICE,
    basis_2008=_PRACTICE_2008,
)
def title_year_missing(facts: Facts) -> Iterator[Finding]:
    """The title does not say which year the report is about.

    What it does: Looks for a year, in digits or in Chinese, in title and page label.
    Why it matters: Reports of ten years stand in one list; without a year they look the same.
    Legal basis: Custom of the reports; 《政府信息公开条例》第四十九条（上一年度）.
    Example that fails: 某局政府信息公开工作年度报告
    Example that passes: 某局二〇二三年政府信息公开工作年度报告
    How to put it right: Put the fiscal year into the title.
    """
    title = judged_title(facts)
    if isinstance(title, Finding):
        yield title
        return
    report = facts.report
    assert report is not None
    if all(TitleDefect.YEAR_MISSING in item.defects for item in parsed_titles(report)):
        yield fail(
            f"题名“{quote(title.text)}”未标明年度。",
            f"The title 《{quote(title.text)}》 names no year.",
            *title_evidence(report),
        )


@rule(
    "title-agency-missing",
    zh="题名缺机关",
    en="no agency in the title",
    severity=Severity.WARNING,
    formats=ALL,
    basis=_PRACTICE,
    basis_2008=_PRACTICE_2008,
)
def title_agency_missing(facts: Facts) -> Iterator[Finding]:
    """The title does not say whose report it is, or names the agency without its place.

    What it does: Looks for the agency's name or alias in the title, else for any plausible name;
        only noted if the page names the agency elsewhere.
    Why it matters: Out of its column nobody can tell whose report it is.
    Legal basis: Custom of the reports.
    Example that fails: 县人民政府办公室2021年政府信息公开工作年度报告
    Example that passes: 某县人民政府办公室2021年政府信息公开工作年度报告
    How to put it right: Put the agency's full name into the title.
    """
    title = judged_title(facts)
    if isinstance(title, Finding):
        yield title
        return
    report = facts.report
    assert report is not None
    if _names_known_agency(facts, title):
        return
    if TitleDefect.AGENCY_MISSING in title.defects:
        zh, en = "未载明机关名称", "names no agency"
    elif TitleDefect.PLACE_MISSING in title.defects:
        zh, en = f"中的机关“{title.agency}”未写明所在地", f"names {title.agency} without its place"
    else:
        return
    yield fail(
        f"题名“{quote(title.text)}”{zh}。",
        f"The title 《{quote(title.text)}》 {en}.",
        *title_evidence(report),
        severity=Severity.INFO if _named_elsewhere(facts, title) else None,
    )


def _names_known_agency(facts: Facts, title: Title) -> bool:
    agency = facts.agency
    own = () if agency is None else (agency.name, *agency.aliases)
    wanted = {without_blanks(name) for name in (*own, *facts.known_agencies)}
    return any(name and name in title.normalised for name in wanted)


def _named_elsewhere(facts: Facts, title: Title) -> bool:
    report, publication = facts.report, facts.publication
    assert report is not None
    names = (
        report.labels.get("contentsource"),
        publication.source_name if publication else None,
    )
    return any(name and without_blanks(name) != title.agency for name in names)
