"""Invented reports of every kind, the same for the same seed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from monitor.formats import TABLE_KEYS, TableSpec, format_due, load_format
from monitor.specimens.agencies import FAULTY_TITLES, KINDS, TITLES, random_agency, random_title
from monitor.specimens.figures import (
    Print,
    agreeing_remedies,
    agreeing_requests,
    differing,
    disclosure,
)
from monitor.specimens.freedoms import varied
from monitor.specimens.model import Cells, Heading, Specimen
from monitor.specimens.prose import LISTINGS, Voice, items, overview, passage, sentence, stock

FIGURES = ("agreeing", "differing")
FORMATS = ("v2021", "v2019", "hybrid", "v2008")
_AMOUNTS = (0, 3, 12, 60, 400, 5_000, 90_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an invented report shall be like; None leaves it to chance."""

    form: str | None = None
    """One of ``FORMATS``; by default that of the year, now and then a hybrid."""
    fiscal_year: int | None = None
    kind: str | None = None
    """One of ``agencies.KINDS``."""
    figures: str = "agreeing"
    """``agreeing``: every hard relation of the format holds; ``differing``: no number twice."""
    plain: bool = False
    """True for official headings and labels, every section, zeros as 0, prose of usual length."""
    digits: int = 5
    zeros: float = 0.0
    """Only ``differing``: the digits of the longest numbers and the share of zeros."""


def random_specimen(seed: int, wish: Wish | None = None) -> Specimen:
    """Return an invented report, the same for the same seed and wish."""
    wish = wish or Wish()
    chance = Random(f"specimen {seed}")  # noqa: S311
    form = wish.form or _form(chance, wish.fiscal_year)
    year = wish.fiscal_year or _year(chance, form)
    agency = random_agency(chance, wish.kind or chance.choice(KINDS))
    sober = wish.plain
    voice = Voice(
        agency=agency,
        year=year,
        listing="paren" if sober else chance.choice(LISTINGS),
        most=1 if sober else chance.choice((1, 2, 4)),
    )
    faulty = not sober and chance.random() < 0.15
    title = random_title(
        chance, agency.name, year, FAULTY_TITLES if faulty else TITLES[:1] if sober else TITLES
    )
    specimen = Specimen(
        agency=agency.name,
        fiscal_year=year,
        format_id="v2008" if form == "v2008" else "v2021",
        title=title,
        preamble=_preamble(chance, voice, title),
        texts={},
        tables={},
        published_on=date(year + 1, 1, 2) + timedelta(days=chance.randrange(88)),
    )
    if form == "v2008":
        return _old(specimen, chance, voice, sober=sober)
    specimen = _with_tables(specimen, chance, form, wish)
    specimen = replace(specimen, texts=_texts(chance, voice, sober=sober))
    return specimen if sober else varied(specimen, chance, voice)


def _form(chance: Random, year: int | None) -> str:
    if year is None:
        return chance.choice(("v2021",) * 6 + ("v2019",) * 3 + ("hybrid", "v2008"))
    due = format_due(year).id
    return "hybrid" if due != "v2008" and chance.random() < 0.1 else due


def _year(chance: Random, form: str) -> int:
    years = {
        "v2021": (2021, 2025),
        "v2019": (2019, 2020),
        "hybrid": (2020, 2023),
        "v2008": (2008, 2018),
    }
    return chance.randint(*years[form])


def _preamble(chance: Random, voice: Voice, title: str) -> str:
    if voice.agency.name not in title:
        # A title that names no agency: the preamble quotes the one that does.
        quoting: str = stock()["preamble"][2]
        return quoting.format(agency=voice.agency.name, year=voice.year)
    return sentence(chance, voice, "preamble_old" if voice.year < 2019 else "preamble")


# Tables


def _with_tables(specimen: Specimen, chance: Random, form: str, wish: Wish) -> Specimen:
    if form == "hybrid":
        specimen = _mixed(specimen, chance)
    elif form == "v2019":
        formats = dict.fromkeys(TABLE_KEYS, "v2019")
        if specimen.fiscal_year == 2020 and not wish.plain and chance.random() < 0.3:
            formats["requests"] = (
                "v2021"  # three rows under （六） before the format asked for them
            )
        specimen = replace(specimen, format_id="v2019", table_formats=formats)
    return replace(specimen, tables=_figures(specimen, chance, wish))


def _mixed(specimen: Specimen, chance: Random) -> Specimen:
    """Return the specimen with old tables under new headings, or with old blocks among new."""
    if chance.random() < 0.5:
        return replace(specimen, table_formats=dict.fromkeys(TABLE_KEYS, "v2019"))
    shared = [block.key for block in load_format("v2021").tables["proactive_disclosure"].blocks]
    old = chance.sample(shared, chance.randint(1, len(shared) - 1))
    return replace(specimen, table_formats=dict.fromkeys(old, "v2019"))


def _figures(specimen: Specimen, chance: Random, wish: Wish) -> Mapping[str, Cells]:
    specs = {key: specimen.table(key) for key in TABLE_KEYS}
    if wish.figures == "differing":
        return differing(specs, chance, zeros=wish.zeros, digits=wish.digits)
    most = chance.choice(_AMOUNTS)
    show = Print() if wish.plain else random_print(chance)
    return {
        "proactive_disclosure": _disclosed(specs["proactive_disclosure"], chance, most, show),
        "requests": agreeing_requests(specs["requests"], chance, most=most, show=show),
        "remedies": agreeing_remedies(specs["remedies"], chance, most=most // 40 + 1, show=show),
    }


def _disclosed(spec: TableSpec, chance: Random, most: int, show: Print) -> Cells:
    def number() -> int:
        return 0 if chance.random() < 0.5 else chance.randint(0, most * chance.choice((1, 10, 100)))

    return disclosure(spec, chance, number=number, show=show)


def random_print(chance: Random) -> Print:
    """Return a way of printing numbers; most agencies print plain ones."""
    if chance.random() < 0.6:
        return Print(sign=chance.choice("+增") if chance.random() < 0.5 else "")
    zero = chance.choice(("0", "0", "", "/", "-", "—"))
    return Print(
        zero=zero,
        zeros_shown=chance.choice((0.0, 0.5, 0.9)) if zero != "0" else 1.0,
        thousands=chance.random() < 0.3,
        full_width=chance.random() < 0.15,
        unit="件" if chance.random() < 0.1 else "",
        sign=chance.choice(("+", "增", "")),
    )


# Prose and headings


def _texts(chance: Random, voice: Voice, *, sober: bool) -> dict[str, str]:
    texts = {
        "overview": overview(chance, voice),
        "problems": items(chance, voice, "problems", chance.randint(2, 6)),
        "other_matters": items(
            chance, voice, "other_matters", 1 if sober else chance.randint(1, 5)
        ),
    }
    if not sober:
        for key in TABLE_KEYS:
            if chance.random() < 0.25:
                texts[key] = passage(chance, voice, "tables")
    return texts


def _old(specimen: Specimen, chance: Random, voice: Voice, *, sober: bool) -> Specimen:
    """Return a report of the years before 2019: topics in an outline of the agency's own."""
    outlines: Mapping[str, list[str]] = stock()["outlines"]
    lines = outlines["usual"] if sober else chance.choice(list(outlines.values()))
    outline, texts = [], {}
    for number, line in enumerate(lines, start=1):
        text, _, topic = line.partition(":")
        slot = f"{topic}-{number}"
        outline.append(Heading(text=text, number=number, slot=slot))
        count = chance.randint(1, 3)
        texts[slot] = (
            items(chance, voice, topic, count) if count > 1 else passage(chance, voice, topic)
        )
    numbering = "han" if sober else chance.choice(("han", "han", "han", "arabic", "part"))
    numbering = "han" if voice.listing == "dots" else numbering
    return replace(specimen, outline=tuple(outline), texts=texts, numbering=numbering)
