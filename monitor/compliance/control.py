"""The positive control of an agency: was everything read in which its report could stand? Pure.

docs/decisions/0010 says what counts, and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from monitor.compliance.labels import Label
from monitor.compliance.model import Case, ColumnEvidence, CrawlEvidence, Publishers
from monitor.compliance.ownership import Whose, is_left_to_others, is_of_others, whose
from monitor.language import Bilingual
from monitor.reasons import in_both
from storage.models import CrawlState

_FEWEST_SIBLINGS = 2
"""Columns beside an empty one that must show the way in which it would show its reports."""
_EMPTY_FOR = timedelta(days=7)
"""How long a column must have been known before that it is empty says anything."""
_READ = frozenset({CrawlState.COMPLETE, CrawlState.PARTIAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The control of one agency in one crawl."""

    columns: tuple[ColumnEvidence, ...]
    """The standing columns in which its report could stand."""
    doubt: Bilingual | None
    """Why the control did not pass."""
    placeless: bool = False
    """True if that is because nobody knows where it publishes."""

    @property
    def passed(self) -> bool:
        """True if the crawl shows that its report is in none of them."""
        return self.doubt is None


def control_of(case: Case, crawl: CrawlEvidence) -> Control:
    """Return the control of the agency of a case in a crawl.

    Every column counts that is not proved to be another agency's own.
    """
    found = {column.id: whose(column, case) for column in crawl.columns}
    standing = [column for column in crawl.columns if column.lost_at is None]
    concerned = [column for column in standing if found[column.id] is not Whose.OTHER]
    unread = _doubtful_state(crawl, concerned) or _doubtful_columns(case, crawl, concerned)
    lost = None if unread else _doubtful_loss(case, crawl, found)
    unread = unread or (None if lost else _doubtful_rest(case, crawl, concerned))
    lost = lost or (None if unread else _doubtful_place(case, standing, found))
    return Control(columns=tuple(concerned), doubt=unread or lost, placeless=lost is not None)


def with_detail(why: Bilingual, detail: str | None) -> Bilingual:
    """Return a reason with what the crawl says about it."""
    said = in_both(detail)
    return Bilingual(f"{why.zh}：{said.zh}", f"{why.en}: {said.en}") if said else why


def is_blocked_elsewhere(crawl: CrawlEvidence, concerned: Sequence[ColumnEvidence]) -> bool:
    """Tell whether what refused us are hosts with which the columns of an agency have no part."""
    unread = {_host(each.url) for each in crawl.columns if _is_standing_unread(each)}
    return bool(unread) and unread.isdisjoint(_host(each.url) for each in concerned)


def doubtful_column(column: ColumnEvidence) -> Bilingual | None:
    """Return why a reading of a column tells nothing."""
    if column.read_at is None:
        return Bilingual(f"栏目未读：{column.url}", f"column not read: {column.url}")
    if not column.read_to_end:
        return Bilingual(f"栏目未读完：{column.url}", f"column not read to its end: {column.url}")
    if not column.control_passed:
        return Bilingual(
            f"栏目对照检查未通过：{column.url}",
            f"the positive control of the column did not pass: {column.url}",
        )
    return None


def _doubtful_state(crawl: CrawlEvidence, concerned: Sequence[ColumnEvidence]) -> Bilingual | None:
    if crawl.state in _READ:
        return None
    if crawl.state is CrawlState.BLOCKED and is_blocked_elsewhere(crawl, concerned):
        return None
    return _failed(crawl)


def _failed(crawl: CrawlEvidence) -> Bilingual:
    why = Bilingual("对照检查未通过", "the positive control did not pass")
    return with_detail(why, crawl.reason)


def _doubtful_columns(
    case: Case, crawl: CrawlEvidence, concerned: Sequence[ColumnEvidence]
) -> Bilingual | None:
    if all(column.lost_at is not None for column in crawl.columns):
        why = Bilingual("没有找到年报栏目", "no column of annual reports was found")
        return with_detail(why, crawl.reason)
    for column in concerned:
        doubt = doubtful_column(column)
        if doubt is None or _is_read_for(column, case) or is_surely_empty(column, case, crawl):
            continue
        return with_detail(doubt, column.reason)
    return None


def _is_read_for(column: ColumnEvidence, case: Case) -> bool:
    """Tell whether what was not read of a column are the parts of other agencies alone.

    Its own part must have been read to its end, and show its reports.
    """
    if column.read_at is None or column.drifted:
        return False
    own = [part for part in column.parts if _means(part.label, case)]
    others = [part for part in column.parts if part not in own]
    shows = any(part.reports for part in own) and all(part.whole for part in own)
    return shows and all(part.whole or is_of_others(part.label, case) for part in others)


def _means(label: Label, case: Case) -> bool:
    """Tell whether an entry means the agency, or who counts for it, and nobody else."""
    return bool(label.agencies) and label.agencies <= set(case.obligation.counted)


def _doubtful_rest(
    case: Case, crawl: CrawlEvidence, concerned: Sequence[ColumnEvidence]
) -> Bilingual | None:
    """Ask for whatever else took the control from the crawl: nothing may stay unexplained."""
    if crawl.control_passed:
        return None
    if crawl.unsearched is None:
        return Bilingual(
            "寻找栏目时有线索未查完，不知属于哪个机关",
            "the search for columns left ways of which it is not known where they lead",
        )
    for label in crawl.unsearched:
        if not is_left_to_others(label, case):
            return Bilingual(
                f"尚未找到“{label.text}”的年报栏目", f"no column was found of {label.text}"
            )
    if not concerned or not (crawl.unsearched or _unresolved(crawl) or _explained(crawl)):
        return _failed(crawl)
    return None


def _explained(crawl: CrawlEvidence) -> bool:
    """Tell whether a column of the crawl is known to have failed, or was lost in it."""
    return any(
        column.lost_at >= crawl.started_at if column.lost_at else doubtful_column(column)
        for column in crawl.columns
    )


def _doubtful_loss(
    case: Case, crawl: CrawlEvidence, found: Mapping[int, Whose]
) -> Bilingual | None:
    """Of lost columns those count that may have been the agency's.

    A column found afterwards took the place of what was for all; not of where its own reports
    stood, unless they are seen elsewhere now.
    """
    unresolved = [] if crawl.control_passed else _unresolved(crawl)
    elsewhere = any(c.lost_at is None and found[c.id] is Whose.OWN for c in crawl.columns)
    for column in crawl.columns:
        if column.lost_at is None or column.replaced:
            continue
        is_own = column.id in case.known_columns and not elsewhere
        if is_own or (column in unresolved and found[column.id] is not Whose.OTHER):
            return Bilingual(
                f"年报栏目已不在原址，尚未找到新址：{column.url}",
                f"the column is no longer where it was and was not found again: {column.url}",
            )
    return None


def _unresolved(crawl: CrawlEvidence) -> list[ColumnEvidence]:
    found = max((each.found_at for each in crawl.columns if each.lost_at is None), default=None)
    return [
        each
        for each in crawl.columns
        if each.lost_at is not None
        and not each.replaced
        and (found is None or found < each.lost_at)
    ]


def _doubtful_place(
    case: Case, standing: Sequence[ColumnEvidence], found: Mapping[int, Whose]
) -> Bilingual | None:
    """Of an agency never seen there, columns of others tell nothing: its own was not found.

    One report alone does not yet make a column that of its agency, but its entry in a hub does,
    and so does another kind: where a government publishes, its departments need not.
    """
    own = [column for column in standing if found[column.id] is Whose.OWN]
    if any(column.named for column in own):
        return None
    if own:
        return _unnamed(own[0])
    seen = [(each, case.publishers[each.id]) for each in standing if each.id in case.publishers]
    if any(
        publishers.covers(case.group)
        and column.named
        and found[column.id] is Whose.OPEN
        and _is_for_many(column, case)
        for column, publishers in seen
    ):
        return None
    others = [
        column
        for column, publishers in seen
        if publishers.owners and (publishers.reports > 1 or _is_of_another_kind(publishers, case))
    ]
    others += [column for column in standing if column.label is not None]
    return _place_unknown(others[0]) if others else None


def _is_of_another_kind(publishers: Publishers, case: Case) -> bool:
    return bool(publishers.groups) and case.group not in publishers.groups


def _unnamed(column: ColumnEvidence) -> Bilingual:
    return Bilingual(
        f"网站并未把这个列表称为年报栏目，它可能只是转载：{column.url}",
        f"the portal does not call this list its annual reports; it may only repost: {column.url}",
    )


def _is_for_many(column: ColumnEvidence, case: Case) -> bool:
    """Tell whether its hub does not call it one agency's; a government's may be everybody's."""
    label = column.label
    return label is None or (bool(label.agencies) and label.agencies <= case.governments)


def _place_unknown(column: ColumnEvidence) -> Bilingual:
    return Bilingual(
        f"已知栏目只有其他机关的年报，尚未找到本机关公布年报之处：{column.url}",
        "the columns known show reports of other agencies only, and where this one "
        f"publishes was not found: {column.url}",
    )


def is_surely_empty(column: ColumnEvidence, case: Case, crawl: CrawlEvidence) -> bool:
    """Tell whether a column never had a row, and its siblings show that one would have been seen.

    Siblings are columns of the same hub, host and system, read in the same crawl, in which known
    reports were found again. Either its page has the room in which theirs have their rows, or it
    says itself that it has none, as theirs say how many they have.
    """
    if column.read_at is None or column.drifted or column.found or column.known_before:
        return False
    if column.label is None or column.found_at > column.read_at - _EMPTY_FOR:
        return False
    if column.id in case.publishers:
        return False
    siblings = [each for each in crawl.columns if _is_sibling(each, column)]
    alike = [each for each in siblings if each.holders & column.vacant]
    says_none = column.read_to_end and column.announced == 0
    telling = [each for each in siblings if each.announced] if says_none else []
    return max(len(alike), len(telling)) >= _FEWEST_SIBLINGS


def _is_sibling(other: ColumnEvidence, column: ColumnEvidence) -> bool:
    assert column.label is not None
    return (
        other.id != column.id
        and other.lost_at is None
        and other.label is not None
        and other.label.hub == column.label.hub
        and other.platform == column.platform
        and _host(other.url) == _host(column.url)
        and doubtful_column(other) is None
        and other.known_before > 0
    )


def _is_standing_unread(column: ColumnEvidence) -> bool:
    return column.lost_at is None and not column.read_to_end


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()
