"""Invented filings that a strict expert finds faultless, the same for the same seed.

Headings, labels and citations are the official ones, the figures of tables and prose are those of
one ledger, last year's report goes before it, and it was published in time in the right place.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from random import Random

from monitor.formats import TABLE_KEYS, format_due, load_format
from monitor.specimens.agencies import KINDS, TITLES, Named, random_agency, random_title
from monitor.specimens.filings import Filing
from monitor.specimens.freedoms import other_prints
from monitor.specimens.ledger import GROUPS, Ledger, Size, cells_of, next_ledger
from monitor.specimens.model import Heading, Specimen
from monitor.specimens.prose import ASPECTS, item_number, stock
from monitor.specimens.publishing import agency_facts, neighbours, published
from storage.models import AgencyKind

AGENCY_KINDS = {
    "government": AgencyKind.GOVERNMENT,
    "office": AgencyKind.GOVERNMENT_OFFICE,
    "department": AgencyKind.DEPARTMENT,
    "township": AgencyKind.TOWNSHIP,
    "street": AgencyKind.DISPATCHED,
    "vertical": AgencyKind.VERTICAL,
    "dispatched": AgencyKind.DISPATCHED,
}
FORMATS = ("v2021", "v2019", "v2008")
_YEARS = {"v2021": (2021, 2025), "v2019": (2019, 2020), "v2008": (2009, 2018)}
_TITLES = tuple(shape for shape in TITLES if "年度政府信息公开工作年度" not in shape)
"""Without those that say 年度 twice, which title-year-doubled points out."""
_WHOLE_AREA = ("government", "township")
_NOTED = 0.1
"""The share of tables with a note below them."""
_LISTINGS = ("paren", "paren", "arabic", "words", "none")
_ENFORCING = re.compile(
    r"公安|市场监督|税务|交通运输|城市管理|综合行政执法|自然资源|生态环境|应急|卫生健康|消防|农业农村"
)
_CONDITION = re.compile(r"^(?P<conditions>[!@a-z0-9_ ]+) \| ")
_NOTICES = {
    "v2021": "《国务院办公厅政府信息与政务公开办公室关于印发〈中华人民共和国政府信息公开工作年度"
    "报告格式〉的通知》（国办公开办函〔2021〕30号）",
    "v2019": "《国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知》"
    "（国办公开办函〔2019〕60号）",
    "v2008": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a faultless filing shall be like; None leaves it to chance."""

    format_id: str | None = None
    """One of ``FORMATS``."""
    kind: str | None = None
    """One of ``agencies.KINDS``."""
    fiscal_year: int | None = None


ANY = Asked()


def faultless_filing(seed: int, asked: Asked = ANY) -> Filing:
    """Return an invented filing without a fault."""
    chance = Random(f"faultless {seed}")  # noqa: S311
    format_id = asked.format_id or _format(chance, asked.fiscal_year)
    year = asked.fiscal_year or chance.randint(*_YEARS[format_id])
    agency = random_agency(chance, asked.kind or chance.choice(KINDS))
    size = _size(chance, agency)
    before = next_ledger(chance, size, year - 1, next_ledger(chance, size, year - 2))
    ledger = next_ledger(chance, size, year, before)
    teller = _Teller(chance, agency)
    earlier = teller.report(before, None) if year > _YEARS["v2008"][0] else None
    report = teller.report(ledger, before)
    facts = agency_facts(chance, agency.name, AGENCY_KINDS[agency.kind])
    return Filing(
        seed=seed,
        report=report,
        agency=facts,
        publication=published(chance, report, facts),
        ledger=ledger,
        fiscal_year=year,
        previous=earlier,
        known_agencies=neighbours(chance, agency.name),
    )


def _format(chance: Random, year: int | None) -> str:
    if year is not None:
        return format_due(year).id
    return chance.choice(("v2021",) * 8 + ("v2019",) * 2 + ("v2008",))


def _size(chance: Random, agency: Named) -> Size:
    enforcing = bool(_ENFORCING.search(agency.name)) or chance.random() < 0.4
    if agency.kind == "government":
        return Size(
            requests=chance.choice((40, 200, 700)), decisions=chance.choice((2_000, 40_000)),
            documents=chance.randint(10, 90), items=chance.choice((3_000, 12_000)), fees=True,
        )  # fmt: skip
    return Size(
        requests=chance.choice((0, 0, 1, 4, 15, 60)),
        decisions=chance.choice((60, 900)) if enforcing else 0,
        documents=chance.choice((0, 0, 3, 12)),
        items=chance.choice((90, 400, 1_500)),
        fees=enforcing and chance.random() < 0.3,
    )


@cache
def _stock() -> Mapping[str, Sequence[str]]:
    text = (resources.files(__package__) / "faultless.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class _Teller:
    """Writes the reports of one agency, no two years in the same words."""

    def __init__(self, chance: Random, agency: Named) -> None:
        self.chance, self.agency = chance, _speaking(agency)
        self._used: set[str] = set()

    def report(self, ledger: Ledger, before: Ledger | None) -> Specimen:
        """Return the report of a year; ``before`` is the year before it."""
        year, format_id = ledger.fiscal_year, format_due(ledger.fiscal_year).id
        values = self._values(ledger, before, format_id)
        specimen = Specimen(
            agency=self.agency.name,
            fiscal_year=year,
            format_id="v2008" if format_id == "v2008" else "v2021",
            title=random_title(self.chance, self.agency.name, year, _TITLES),
            preamble=self._pick("old_preamble" if format_id == "v2008" else "preamble", values),
            texts={},
            tables={},
            published_on=self._day(year, format_id),
        )
        if format_id == "v2008":
            return self._old(specimen, values)
        specimen = replace(
            specimen,
            format_id=format_id,
            table_formats=dict.fromkeys(TABLE_KEYS, format_id),
            texts=self._texts(values, format_id),
        )
        specs = {key: specimen.table(key) for key in TABLE_KEYS}
        notes = [key for key in TABLE_KEYS if self.chance.random() < _NOTED]
        return replace(
            specimen,
            tables=cells_of(ledger, specs),
            wordings=other_prints(specimen, self.chance),
            below={key: self._pick("note", values) for key in notes},
        )

    def _day(self, year: int, format_id: str) -> date:
        late = format_id == "v2008" or self.agency.kind == "government"
        return date(year + 1, 1, 5) + timedelta(days=self.chance.randrange(80 if late else 26))

    # ---- prose

    def _texts(self, values: Mapping[str, object], format_id: str) -> dict[str, str]:
        listing = self.chance.choice(_LISTINGS)
        governs = self.agency.kind in _WHOLE_AREA
        fees = self._pick("fees", values) if format_id == "v2021" else ""
        other = [fees, self._pick("other", values)] if fees else [_stock()["other"][0]]
        number = _numbered(listing) if all(other) and fees else "none"
        return {
            "overview": "\n".join(self._overview(values, listing, governs=governs)),
            "problems": self._problems(values, listing),
            "other_matters": "\n".join(
                item_number(place, number) + text
                for place, text in enumerate(filter(None, other), start=1)
            ),
        }

    def _overview(self, values: Mapping[str, object], listing: str, *, governs: bool) -> list[str]:
        lines = [self._pick("opening", values)]
        apart = self.chance.random() < 0.25 and listing != "words"
        ending = "方面" if listing == "words" else self.chance.choice(("", "情况"))
        for number, (label, topic) in enumerate(ASPECTS, start=1):
            slot = "supervision_government" if governs and topic == "supervision" else topic
            title, text = item_number(number, listing) + label + ending, self._pick(slot, values)
            lines += [title, text] if apart else [f"{title}。{text}"]
        return lines

    def _problems(self, values: Mapping[str, object], listing: str) -> str:
        problems, remedies = (self._some(slot, 2) for slot in ("problem", "remedy"))
        number = _numbered(listing)
        return (
            f"{item_number(1, number)}存在的主要问题。一是{problems[0]}；二是{problems[1]}。\n"
            f"{item_number(2, number)}改进情况。{values['next']}年，{values['us']}将采取以下措施："
            f"一是{remedies[0]}；二是{remedies[1]}。"
        )

    def _old(self, specimen: Specimen, values: Mapping[str, object]) -> Specimen:
        outline, texts = [], {}
        for number, line in enumerate(stock()["outlines"]["usual"], start=1):
            text, _, topic = line.partition(":")
            slot = f"{topic}-{number}"
            outline.append(Heading(text=text, number=number, slot=slot))
            texts[slot] = self._pick(f"old_{topic}", values)
        return replace(specimen, outline=tuple(outline), texts=texts)

    # ---- words and numbers

    def _pick(self, slot: str, values: Mapping[str, object]) -> str:
        """Return a sentence that is true of the year, not last year's again if there is another."""
        true = [text for line in _stock()[slot] if (text := _if_true(line, values)) is not None]
        fresh = [text for text in true if text not in self._used]
        chosen = self.chance.choice(fresh or true)
        self._used.add(chosen)
        return chosen.format_map(values)

    def _some(self, slot: str, count: int) -> list[str]:
        fresh = [text for text in _stock()[slot] if text not in self._used]
        chosen = self.chance.sample(fresh, count)
        self._used |= set(chosen)
        return chosen

    def _values(
        self, ledger: Ledger, before: Ledger | None, format_id: str
    ) -> Mapping[str, object]:
        chance, agency, year = self.chance, self.agency, ledger.fiscal_year
        last = before.items if before else ledger.items
        wechat, weibo = ledger.items // 4, ledger.items // 10
        sections = load_format("v2021" if format_id == "v2008" else format_id).sections
        return {
            **_counts(ledger),
            "agency": agency.name,
            "us": agency.us,
            "whole": agency.area if agency.kind in _WHOLE_AREA else agency.us,
            "year": year, "last": year - 1, "next": year + 1,
            "notice": _NOTICES[format_id],
            "parts": "、".join(section.heading for section in sections),
            "items": ledger.items, "items_last": last,
            "items_change": "增长" if ledger.items >= last else "下降",
            "items_percent": f"{abs(ledger.items - last) / last * 100:.2f}",
            "wechat": wechat, "weibo": weibo, "site": ledger.items - wechat - weibo,
            "a": chance.randint(8, 19), "b": chance.randint(1, 2), "c": chance.randint(2, 5),
            "d": chance.randint(20, 180),
            "phone": f"0{chance.randint(310, 998)}-{chance.randint(2_000_000, 8_999_999)}",
            "post": f"{chance.randint(10, 85)}{chance.randint(1000, 9999)}",
            "v2021": int(format_id == "v2021"),
        }  # fmt: skip


def _numbered(listing: str) -> str:
    """Return how items that are no sentences of 一是 are numbered."""
    return listing if listing in ("paren", "arabic") else "none"


def _counts(ledger: Ledger) -> dict[str, int]:
    new, carried_in = ledger.row("new"), ledger.row("carried_in")
    natural = ledger.requests["new"]["natural"]
    reviews, suits = ledger.cases("review"), ledger.cases("suit_direct", "suit_after")
    return {
        "new": new, "carried_in": carried_in, "received": new + carried_in,
        "handled": ledger.row("handled_total"), "carried_out": ledger.row("carried_out"),
        "granted": ledger.row("granted"), "partial": ledger.row("partial"),
        "denied": ledger.rows("deny_"), "unable": ledger.rows("unable_"),
        "refused": ledger.rows("refuse_"), "other": ledger.rows("other_"),
        "natural": natural, "organisations": new - natural,
        "reviews": reviews, "suits": suits, "remedies": ledger.cases(*GROUPS),
        **ledger.documents, **ledger.decisions,
        "notices": ledger.notices, "charged": ledger.charged,
    }  # fmt: skip


def _if_true(line: str, values: Mapping[str, object]) -> str | None:
    """Return the text of a line of the stock if its conditions hold."""
    match = _CONDITION.match(line)
    if match is None:
        return line
    for condition in match["conditions"].split():
        wanted = not condition.startswith("!")
        if bool(values[condition.lstrip("!@")]) != wanted:
            return None
    return line[match.end() :]


def _speaking(agency: Named) -> Named:
    """Return the agency as it speaks of itself, a 乡 as 我乡."""
    if agency.kind == "township" and "乡人民政府" in agency.name:
        return replace(agency, us="我乡", area="全乡")
    return agency
