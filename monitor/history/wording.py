"""What a change, and what happened to a report, is called for people."""

from collections.abc import Iterator

from monitor.formats import FORMAT_IDS, load_format
from monitor.history.cells import STATISTICS
from monitor.history.model import (
    CellChange,
    Change,
    ChangeKind,
    FileChange,
    Happening,
    HappeningKind,
    LabelChange,
    PartChange,
    Turn,
)
from monitor.language import Bilingual
from monitor.rules.masking import mask
from storage.clock import SHANGHAI

KINDS = {
    ChangeKind.HIJACKED: Bilingual("页面疑似被篡改", "page broken into"),
    ChangeKind.SECTION: Bilingual("章节或表格增减", "section or table added or removed"),
    ChangeKind.NUMBER: Bilingual("表格数据改动", "table cell changed"),
    ChangeKind.WORDING: Bilingual("文字改动", "wording changed"),
    ChangeKind.METADATA: Bilingual("题名、标签或日期改动", "title, label or date changed"),
    ChangeKind.ATTACHMENT: Bilingual("附件增减或替换", "attachment added, removed or replaced"),
    ChangeKind.FURNITURE: Bilingual("仅页面版式变化", "page furniture only"),
    ChangeKind.INDETERMINATE: Bilingual("无法判断", "cannot be told"),
}
HAPPENINGS = {
    HappeningKind.LAST_ABSENT: Bilingual("最后一次未见", "last absent"),
    HappeningKind.FIRST_SEEN: Bilingual("首次见到", "first seen"),
    HappeningKind.BACKDATED: Bilingual("疑似倒填日期", "may be backdated"),
    HappeningKind.REDATED: Bilingual("发布日期改动", "dated anew"),
    HappeningKind.CHANGED: Bilingual("内容改动", "changed"),
    HappeningKind.RETOUCHED: Bilingual("文件有变化", "files differ"),
    HappeningKind.GONE: Bilingual("无法打开", "not to be opened"),
    HappeningKind.REMOVED: Bilingual("撤下", "removed"),
    HappeningKind.RETURNED: Bilingual("恢复", "returned"),
}
_TURNS = {
    Turn.ADDED: Bilingual("新增", "added"),
    Turn.REMOVED: Bilingual("删除", "removed"),
    Turn.REPLACED: Bilingual("改动", "changed"),
    Turn.HAD: Bilingual("此前已有链接，现在才取得", "linked before, only now to be had"),
}
_TABLES = {
    "proactive_disclosure": Bilingual("主动公开表", "table of proactive disclosure"),
    "requests": Bilingual("依申请公开表", "table of requests"),
    "remedies": Bilingual("复议诉讼表", "table of reviews and suits"),
    STATISTICS: Bilingual("统计表", "annex of statistics"),
}
_PARTS = {
    "preamble": Bilingual("前言", "the preamble"),
    "section:other": Bilingual("其他章节", "other sections"),
    "text": Bilingual("正文", "the text"),
}
_NOTHING = Bilingual("（无）", "(none)")
_BLANK = Bilingual("（空）", "(blank)")


def said_of_change(change: Change) -> Bilingual:
    """Return in one line in what a version differs, the most serious kind first."""
    if change.kind is ChangeKind.INDETERMINATE:
        why = change.why or KINDS[ChangeKind.INDETERMINATE]
        return Bilingual(f"字节有变化，无法判断内容：{why.zh}", f"bytes differ: {why.en}")
    zh = [KINDS[kind].zh + _count(change, kind) for kind in change.kinds]
    en = [KINDS[kind].en + _count(change, kind) for kind in change.kinds]
    return Bilingual("；".join(zh), "; ".join(en))


def _count(change: Change, kind: ChangeKind) -> str:
    if kind is ChangeKind.NUMBER:
        return f" ({change.cells_in_all})"
    if kind is ChangeKind.WORDING and change.share is not None:
        return f" ({change.share:.2%})"
    return ""


def change_lines(change: Change) -> Iterator[Bilingual]:
    """Yield a line for each section, cell, label and file that differs."""
    if change.why is not None:
        yield change.why
    for part in change.parts:
        yield from _part_lines(part)
    for cell in change.cells:
        yield cell_line(cell)
    if change.cells_in_all > len(change.cells):
        more = change.cells_in_all - len(change.cells)
        yield Bilingual(f"另有 {more} 个单元格不同", f"and {more} more cells")
    for label in change.labels:
        yield _label_line(label)
    for file in change.files:
        yield _file_line(file)


def cell_line(cell: CellChange) -> Bilingual:
    """Return which cell changed, from what to what."""
    name = cell_name(cell)
    before, after = _shown(cell.before), _shown(cell.after)
    return Bilingual(f"{name.zh}：{before.zh} → {after.zh}", f"{name.en}: {before.en} → {after.en}")


def cell_name(cell: CellChange) -> Bilingual:
    """Return the place of a cell in words: table, row and column as the format labels them."""
    table = _TABLES.get(cell.table, Bilingual(cell.table, cell.table))
    row, column = _labels(cell.table, cell.row, cell.column)
    return Bilingual(f"{table.zh}“{row}”“{column}”", f"{table.en}, {row}, {column}")


def _labels(table: str, row: str, column: str) -> tuple[str, str]:
    for format_id in reversed(FORMAT_IDS):
        spec = load_format(format_id).tables.get(table)
        found = next((each for each in spec.rows if each.key == row), None) if spec else None
        if found is not None:
            labels = {each.key: each.label for each in found.columns}
            return "/".join(found.path), labels.get(column, column)
    return mask(row), column


def part_name(part: str, heading: str = "") -> Bilingual:
    """Return what a section or table is called."""
    if part in _PARTS:
        return _PARTS[part]
    kind, _, key = part.partition(":")
    if kind == "table":
        return _TABLES.get(key, Bilingual(key, key))
    title = heading or _heading(key)
    return Bilingual(f"“{title}”", f"section {title}")


def _heading(key: str) -> str:
    specs = load_format("v2021").sections
    return next((spec.heading for spec in specs if spec.key == key), key)


def _part_lines(part: PartChange) -> Iterator[Bilingual]:
    name, turn = part_name(part.part, part.heading), _TURNS[part.turn]
    share = f" ({part.share:.2%})" if part.turn is Turn.REPLACED else ""
    yield Bilingual(f"{name.zh}：{turn.zh}{share}", f"{name.en}: {turn.en}{share}")
    for passage in part.passages:
        if passage.before:
            yield Bilingual(f"- {passage.before}", f"- {passage.before}")
        if passage.after:
            yield Bilingual(f"+ {passage.after}", f"+ {passage.after}")


def _label_line(label: LabelChange) -> Bilingual:
    before, after = _shown(label.before), _shown(label.after)
    return Bilingual(
        f"{label.name}：{before.zh} → {after.zh}", f"{label.name}: {before.en} → {after.en}"
    )


def _file_line(file: FileChange) -> Bilingual:
    turn = _TURNS[file.turn]
    hashes = " → ".join(each or "-" for each in (file.before, file.after))
    return Bilingual(f"{turn.zh}：{file.url} {hashes}", f"{turn.en}: {file.url} {hashes}")


def _shown(text: str | None) -> Bilingual:
    if text is None:
        return _NOTHING
    return Bilingual(text, text) if text.strip() else _BLANK


def happening_line(happening: Happening) -> Bilingual:
    """Return what happened, when, in one line; times as in China."""
    name, message = HAPPENINGS[happening.kind], happening.message
    moment = f"{happening.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    since = happening.after
    after = f"{since.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if since is not None else None
    zh = f"（此前最后一次见到原状：{after}）" if after else ""
    en = f" (as it was before, last seen {after})" if after else ""
    doubt = Bilingual("", "") if happening.certain else Bilingual("【不能认定】", "[not proved] ")
    return Bilingual(
        f"{moment}  {doubt.zh}{name.zh}：{message.zh}{zh}",
        f"{moment}  {doubt.en}{name.en}: {message.en}{en}",
    )
