"""Reports in the wrong place, in the wrong form, under wrong labels."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from monitor.rules.model import Address, AgencyFacts, FailedFile, ListedRow, OriginalFacts
from monitor.specimens.defects.model import ALL, defect
from monitor.specimens.filings import AS_OF, Filing
from monitor.specimens.publishing import credit_code

_NOT_FOUND = 404


def _crawls(count: int) -> list[int]:
    return [7 * back for back in range(count, 0, -1)]


@defect("host-not-official", "error", formats=ALL)
def on_a_mirror(filing: Filing, chance: Random) -> Filing:
    """The report stands on a site that is none of the state's."""
    url = filing.publication.url
    assert url
    host = chance.choice(("www.xxgkw.com", "example-gov.cn", "www.example.org.cn"))
    return filing.telling(url=f"https://{host}/{url.rpartition('/')[2]}")


@defect("wrong-column", "warning", formats=ALL, may="column-disorder")
def in_a_column_of_news(filing: Filing, chance: Random) -> Filing:
    """The report stands among the news."""
    publication = filing.publication
    column = publication.column
    assert column is not None
    assert publication.url
    name = chance.choice(("部门动态", "通知公告", "工作信息"))
    url = publication.url.replace("/zwgk/zfxxgk/zfxxgknb/", "/xwyw/bmdt/")
    labels = dict(publication.labels or {}) | {"columnname": name}
    moved = replace(
        column, url=column.url.replace("/zwgk/zfxxgk/zfxxgknb/", "/xwyw/bmdt/"), name=name,
        proofs=frozenset(), rows=(),
    )  # fmt: skip
    return filing.telling(url=url, labels=labels, column=moved)


@defect("column-disorder", "info", formats=ALL)
def out_of_its_place_in_the_list(filing: Filing, _chance: Random) -> Filing | None:
    """The report's row stands where neither day nor year puts it."""
    column = filing.publication.column
    assert column is not None
    own, *others = column.rows
    rows = (*others, *_older(others[-1]), own)
    return filing.telling(column=replace(column, rows=rows))


def _older(last: ListedRow) -> list[ListedRow]:
    assert last.day is not None
    return [
        ListedRow(
            url=f"{last.url}-{back}",
            title=last.title.replace(str(last.day.year - 1), str(last.day.year - 1 - back)),
            day=last.day - timedelta(days=366 * back),
        )
        for back in (1, 2)
    ]


@defect("link-title-mismatch", "warning", formats=ALL)
def link_of_another_year(filing: Filing, _chance: Random) -> Filing:
    """The list gives another year than the page."""
    year = filing.fiscal_year - 1
    return filing.telling(list_title=f"{filing.agency.name}{year}年政府信息公开工作年度报告")


@defect("link-title-mismatch", "warning", formats=ALL)
def link_of_another_agency(filing: Filing, _chance: Random) -> Filing | None:
    """The list names another agency than the page."""
    others = [name for name in filing.known_agencies if name[-3:] != filing.agency.name[-3:]]
    if not others:
        return None
    title = f"{others[0]}{filing.fiscal_year}年政府信息公开工作年度报告"
    return filing.telling(list_title=title)


@defect("page-unreachable", "error", formats=ALL)
def server_error_for_weeks(filing: Filing, chance: Random) -> Filing:
    """The page answers with a server's error in three crawls."""
    status = chance.choice((500, 502, 504))
    failures = tuple(
        Address(at=AS_OF - timedelta(days=days), status=status, final_url=filing.publication.url,
                host_fine=True)
        for days in _crawls(3)
    )  # fmt: skip
    return filing.telling(failures=failures)


@defect("attachment-broken", "error", formats=ALL)
def attachment_gone(filing: Filing, _chance: Random) -> Filing:
    """The attached file answers 404."""
    page, file = filing.publication.originals
    failed = FailedFile(
        url=file.url, name=file.name or "", outcome="gone", status=_NOT_FOUND,
        at=tuple(AS_OF - timedelta(days=days) for days in _crawls(3)),
    )  # fmt: skip
    return filing.telling(originals=(page,), failed_files=(failed,))


@defect("attachment-broken", "error", formats=ALL)
def attachment_of_another_kind(filing: Filing, _chance: Random) -> Filing:
    """The attached file is not of the kind that its name says."""
    page, file = filing.publication.originals
    return filing.telling(originals=(page, replace(file, media_type="application/pdf")))


@defect("attachment-only", "warning", formats=ALL)
def text_in_the_attachment_only(filing: Filing, _chance: Random) -> Filing:
    """The page has no text; the attached file has it."""
    page, file = filing.publication.originals
    bare = replace(page, prose=len(file.name or "") + 20, holds_report=False)
    return replace(filing.telling(originals=(bare, file)), read_from=file.sha256)


@defect("no-download", "info")
def nothing_to_download(filing: Filing, _chance: Random) -> Filing:
    """No file is attached."""
    return filing.telling(originals=filing.publication.originals[:1])


@defect("scan-only", "error", formats=ALL, may="attachment-only no-download", forms="scan png")
def a_scan(filing: Filing, _chance: Random) -> Filing:
    """The report is a scan, and there is no other form of it."""
    url = filing.publication.url or ""
    scan = OriginalFacts(
        url=url.replace(".html", ".pdf"), role="page", sha256="c" * 64,
        media_type="application/pdf", method="pdf-scan", holds_report=True,
    )  # fmt: skip
    return replace(filing.telling(originals=(scan,), labels=None), read_from=scan.sha256)


@defect("attachment-differs", "warning")
def another_figure_in_the_attachment(filing: Filing, _chance: Random) -> Filing:
    """The attached file has another figure than the page."""
    tables = {key: {row: dict(cells) for row, cells in rows.items()}
              for key, rows in filing.report.tables.items()}  # fmt: skip
    cells = tables["proactive_disclosure"]["licensing"]
    cells["decisions"] = str(int(cells["decisions"]) + 9)
    return replace(filing, attached=replace(filing.report, tables=tables))


@defect("meta-missing", "info", formats=ALL)
def a_label_missing(filing: Filing, chance: Random) -> Filing:
    """A page label is missing."""
    missing = chance.choice(("articletitle", "pubdate", "contentsource"))
    labels = {key: text for key, text in (filing.publication.labels or {}).items()
              if key != missing}  # fmt: skip
    return filing.telling(labels=labels)


@defect("site-id-invalid", "info", formats=ALL)
def site_id_too_long(filing: Filing, _chance: Random) -> Filing:
    """The site's code has twelve digits."""
    labels = dict(filing.publication.labels or {}) | {"siteidcode": "990102000212"}
    return filing.telling(labels=labels)


@defect("index-number-agency", "info", formats=ALL)
def index_number_mistyped(filing: Filing, _chance: Random) -> Filing:
    """The credit code in the index number fails its check."""
    code = filing.agency.credit_code
    assert code
    wrong = "A" if code[17] != "A" else "B"
    number = f"{code[:17]}{wrong}/{filing.fiscal_year + 1}-00013"
    return filing.telling(index_number=number)


@defect("index-number-agency", "info", formats=ALL)
def index_number_of_another(filing: Filing, chance: Random) -> Filing:
    """The index number begins with another agency's credit code."""
    code = credit_code(chance)
    owner = AgencyFacts(id="other", name=filing.known_agencies[0], kind="department")
    return filing.telling(index_number=f"{code}/{filing.fiscal_year + 1}-00013", index_owner=owner)


@defect("render-required", "info", formats=ALL)
def list_drawn_by_scripts(filing: Filing, _chance: Random) -> Filing:
    """The list is empty until its scripts have run."""
    column = filing.publication.column
    assert column is not None
    return filing.telling(column=replace(column, rendered=True))


@defect("column-year-mismatch", "info", formats=ALL)
def in_the_folder_of_another_year(filing: Filing, _chance: Random) -> Filing:
    """The report stands in the folder of a year long before."""
    url = filing.publication.url
    assert url
    folder = f"/zfxxgknb/{filing.fiscal_year - 2}n/"
    return filing.telling(url=url.replace("/zfxxgknb/", folder))
