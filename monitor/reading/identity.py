"""What a report says it is: title, agency, fiscal year, day of publication."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from monitor.reading.model import NOWHERE, Paragraph, Place
from monitor.reading.normalise import collapse_blanks, remove_blanks, strip_residue
from storage.titles import Title, TitleKind, parse_title

_LONGEST_TITLE = 90
_TITLE_LINES = 3
_TITLE_WITHIN = 60
"""Paragraphs from the beginning among which the title is looked for."""
_SUBTITLE = re.compile(
    r"[（(〔\[]?\s*(?:20\d\d|二[〇○零Ｏ0][一二三四五六七八九〇○零]{2})\s*年?度?\s*[）)〕\]]?"
)
_PERIOD = re.compile(r"(20\d\d)年1月1日.{0,8}?(?:20\d\d年)?12月31日")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_QUOTED = re.compile(r"《([^《》]{6,80}?(?:报告|年报))》")
_DATE = re.compile(
    r"(?<!\d)(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d*[-/.月])|(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)"
)
_PLACE = re.compile("[\u4e00-\u9fff]{1,12}(?:省|自治区|市|地区|自治州|州|盟|自治县|县|区|旗)")
_META_AGENCIES = ("contentsource", "sitename", "author")
_AGENCY_ENDING = re.compile(
    "(?:政府|委员会|管委会|办事处|办公[厅室]|[局委办厅署院处]|中心|开发区|新区|街道)$"
)


def find_title(
    stated: str | None, paragraphs: Sequence[Paragraph]
) -> tuple[str | None, Place, int]:
    """Return the title, its place, and how many of the paragraphs before the first section it ends.

    The title that the file states (``stated``) is taken if it is that of an annual report, else
    the first paragraph, or two or three short ones together, that is; else the stated one.
    """
    printed, place, used = _printed_title(paragraphs)
    used = _past_repeats(paragraphs, used, printed) if printed else 0
    if stated and _is_report(stated) and not _says_more(printed, stated):
        return _clean(stated), place, used
    if printed:
        return printed, place, used
    return (_clean(stated) if stated else None), NOWHERE, 0


def _says_more(printed: str | None, stated: str) -> bool:
    """Tell a printed title that names the year which the page's own statement leaves out."""
    if printed is None or parse_title(stated).fiscal_year is not None:
        return False
    title = parse_title(printed)
    return title.fiscal_year is not None and bool(title.agency)


def _past_repeats(paragraphs: Sequence[Paragraph], used: int, title: str) -> int:
    """Return how many paragraphs the title ends, its subtitle and what repeats it included."""
    while used < len(paragraphs):
        line = paragraphs[used].text.strip()
        if _SUBTITLE.fullmatch(line):
            used += 1
            continue
        repeated = _repeated(paragraphs[used : used + _TITLE_LINES], title)
        if not repeated:
            return used
        used += repeated
    return used


def _repeated(paragraphs: Sequence[Paragraph], title: str) -> int:
    """Return how many paragraphs, one to three, say the title again; 0 if they do not."""
    known = parse_title(title)
    for count in range(1, len(paragraphs) + 1):
        joined = "".join(paragraph.text.strip() for paragraph in paragraphs[:count])
        if len(joined) > _LONGEST_TITLE or "。" in joined or "《" in joined:
            return 0
        again = parse_title(joined)
        if again.kind is TitleKind.ANNUAL_REPORT and again.agency in (known.agency, None):
            return count
    return 0


def find_agency(title: Title | None, preamble: str, labels: Mapping[str, str]) -> str | None:
    """Return the agency of the title, else of a title quoted in the preamble, else of the page.

    A title that leaves the place out is completed by the preamble where that quotes the same
    title with the place before the name (兴庆区某局 in 《银川市兴庆区某局…年度报告》).
    """
    quoted = [
        named.agency
        for named in map(parse_title, _QUOTED.findall(collapse_blanks(preamble)))
        if named.kind is TitleKind.ANNUAL_REPORT and named.agency
    ]
    if title is not None and title.agency:
        return next((name for name in quoted if _adds_place(name, title.agency)), title.agency)
    if quoted:
        return quoted[0]
    for label in _META_AGENCIES:
        name = remove_blanks(labels.get(label, ""))
        if _AGENCY_ENDING.search(name):
            return name
    return None


def _adds_place(longer: str, shorter: str) -> bool:
    place = longer.removesuffix(shorter)
    return place != longer and _PLACE.fullmatch(place) is not None


def find_fiscal_year(title: Title | None, text: str) -> int | None:
    """Return the year of the title, else of the statistics period, else the year named most."""
    if title is not None and title.fiscal_year:
        return title.fiscal_year
    flat = remove_blanks(text)
    period = _PERIOD.search(flat)
    if period:
        return int(period[1])
    years = Counter(int(year) for year in _YEAR.findall(flat))
    ranked = years.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def parse_day(text: str) -> date | None:
    """Return the first real day in a text such as 2024-01-31 09:12 or 2024年1月31日."""
    for match in _DATE.finditer(text.replace("\u00a0", " ")):
        year, month, day = (int(part) for part in match.groups() if part)
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None


def find_publication(
    candidates: Sequence[tuple[str, str]],
) -> tuple[date | None, str | None]:
    """Return the first real day among what a file shows as its publication, and its source."""
    for source, text in candidates:
        day = parse_day(text)
        if day is not None:
            return day, source
    return None, None


def is_title(text: str) -> bool:
    """Tell a line that is the title of an annual report and nothing else."""
    return len(text) <= _LONGEST_TITLE and "。" not in text and _is_report(text)


def _printed_title(paragraphs: Sequence[Paragraph]) -> tuple[str | None, Place, int]:
    for start in range(min(len(paragraphs), _TITLE_WITHIN)):
        for count in range(1, _TITLE_LINES + 1):
            lines = paragraphs[start : start + count]
            joined = "".join(strip_residue(line.text).strip() for line in lines)
            if len(lines) < count or len(joined) > _LONGEST_TITLE or "。" in joined:
                break
            if _is_report(joined):
                return _with_agency_before(paragraphs, start, count)
    return None, NOWHERE, 0


def _with_agency_before(
    paragraphs: Sequence[Paragraph], start: int, count: int
) -> tuple[str, Place, int]:
    """Return the title, with the line before it if that is the agency the title leaves out."""
    lines = paragraphs[start : start + count]
    text = _clean("".join(line.text.strip() for line in lines))
    behind = paragraphs[start + count].text.strip() if start + count < len(paragraphs) else ""
    if _SUBTITLE.fullmatch(behind) and parse_title(text).fiscal_year is None:
        text, count = _clean(text + behind), count + 1
    if start and not parse_title(text).agency:
        before = paragraphs[start - 1].text.strip()
        longer = _clean(before + text)
        if len(before) <= 30 and parse_title(longer).agency:
            return longer, paragraphs[start - 1].place, start + count
    return text, lines[0].place, start + count


def _is_report(text: str) -> bool:
    return parse_title(strip_residue(text)).kind is TitleKind.ANNUAL_REPORT


def _clean(text: str) -> str:
    return collapse_blanks(" ".join(strip_residue(text).split()))
