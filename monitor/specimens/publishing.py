"""How an invented report was published: in time, in the right column, with its labels and files."""

import re
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from monitor.rules.model import (
    Address,
    AgencyFacts,
    ColumnFacts,
    ListedRow,
    OriginalFacts,
    PublicationFacts,
)
from monitor.specimens.agencies import department_names, invented_names
from monitor.specimens.filings import dated
from monitor.specimens.model import Specimen
from storage.models import AgencyKind
from storage.registry.cells import credit_check_character

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
COLUMN = "政府信息公开年报"
_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LETTERS = "abcdeghijklnopqstuwxyz"
_YEARS_SHOWN = 4
_STATE_BODY = re.compile(r"^国家[^县区市旗]*?局")
"""What a body of a vertical system has in front of its place: 国家税务总局."""


def agency_facts(chance: Random, name: str, kind: AgencyKind) -> AgencyFacts:
    """Return what the registry knows of an invented agency."""
    return AgencyFacts(
        id=f"agency-{chance.randrange(10**6):06d}",
        name=name,
        kind=kind.value,
        credit_code=credit_code(chance),
        valid_from=date(2001, 1, 1),
    )


def credit_code(chance: Random) -> str:
    """Return a credit code with a right check character; division 990000 does not exist."""
    organisation = "".join(chance.choice(_CODE_CHARACTERS) for _ in range(9))
    first = f"1199{chance.randrange(10**4):04d}{organisation}"
    return first + credit_check_character(first)


def neighbours(chance: Random, name: str) -> tuple[str, ...]:
    """Return the names of other agencies of the registry: of its place, and of other places."""
    local = _STATE_BODY.sub("", name)
    place = local[: max(local.rfind(level) for level in "县区市旗") + 1]
    here = department_names(chance, place, 8) if place else []
    return tuple(other for other in (*here, *invented_names(chance, 4)) if other != name)


def published(chance: Random, report: Specimen, agency: AgencyFacts) -> PublicationFacts:
    """Return how a report was published."""
    host = f"www.{''.join(chance.choice(_LETTERS) for _ in range(6))}.gov.cn"
    day, title = report.published_on, report.title.replace("\n", "")
    column = f"https://{host}/zwgk/zfxxgk/zfxxgknb/"
    url = f"{column}{day:%Y%m}/t{day:%Y%m%d}_{chance.randrange(10**7):07d}.html"
    seen = _noon(day + timedelta(days=chance.randint(0, 2)))
    return PublicationFacts(
        url=url,
        list_title=title,
        dates=tuple(dated(source, day) for source in ("meta", "page", "list", "url")),
        published_on=day,
        published_on_source="meta",
        first_seen_at=seen,
        last_absent_at=_noon(day - timedelta(days=2)),
        source_name=report.agency,
        attempts=(Address(at=_noon(day + timedelta(days=30)), status=200, final_url=url),),
        labels=_labels(chance, report, host),
        index_number=f"{agency.credit_code}/{day.year}-{chance.randint(1, 400):05d}",
        column=ColumnFacts(
            url=column,
            name=COLUMN,
            proofs=frozenset({"label", "breadcrumb", "heading"}),
            rows=tuple(_rows(report, url, column)),
        ),
        originals=_originals(report, url),
        absences=tuple(_noon(day - timedelta(days=ago)) for ago in (16, 9, 2)),
        years_published=tuple(range(report.fiscal_year - _YEARS_SHOWN, report.fiscal_year + 1)),
        years_certain=True,
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(4), tzinfo=UTC)


def _labels(chance: Random, report: Specimen, host: str) -> dict[str, str]:
    return {
        "sitename": f"{report.agency}网站",
        "sitedomain": host,
        "siteidcode": f"99{chance.randrange(10**8):08d}",
        "columnname": COLUMN,
        "articletitle": report.title.replace("\n", ""),
        "pubdate": f"{report.published_on} 09:12",
        "contentsource": report.agency,
    }


def _rows(report: Specimen, url: str, column: str) -> list[ListedRow]:
    title = report.title.replace("\n", "")
    rows = [ListedRow(url=url, title=title, day=report.published_on)]
    for back in range(1, _YEARS_SHOWN + 1):
        year = report.fiscal_year - back
        rows.append(
            ListedRow(
                url=f"{column}{year + 1}/{back}.html",
                title=f"{report.agency}{year}年政府信息公开工作年度报告",
                day=date(year + 1, 1, 20),
            )
        )
    return rows


def _originals(report: Specimen, url: str) -> tuple[OriginalFacts, ...]:
    characters = 900 + sum(len(text) for text in report.texts.values())
    name = f"{report.agency}{report.fiscal_year}年政府信息公开工作年度报告.docx"
    page = OriginalFacts(
        url=url, role="page", media_type="text/html", size=48_000, sha256="a" * 64,
        method="html", prose=characters, holds_report=True,
    )  # fmt: skip
    file = OriginalFacts(
        url=url.replace(".html", ".docx"), role="attachment", media_type=DOCX, size=31_000,
        name=name, sha256="b" * 64, method="docx", prose=characters, holds_report=True,
    )  # fmt: skip
    return page, file
