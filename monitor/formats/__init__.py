"""The report formats of the State Council's office, as data; rules name labels by key.

Sources: 国办公开办函〔2021〕30号 (v2021), 国办公开办函〔2019〕60号 (v2019), Order 492 (v2008).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

FORMAT_IDS = ("v2008", "v2019", "v2021")
TABLE_KEYS = ("proactive_disclosure", "requests", "remedies")


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSpec:
    """One required section: its ordinal as printed, its heading and the wordings accepted."""

    key: str
    ordinal: str
    heading: str
    kind: str
    table: str | None
    aliases: tuple[str, ...]
    required_topics: tuple[str, ...]
    must_report: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubpartSpec:
    """One of the aspects that a text section must treat."""

    section: str
    key: str
    label: str
    match: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSpec:
    """A value column. ``type`` is ``count``, ``signed``, ``decimal`` or ``money``."""

    key: str
    label: str
    type: str = "count"
    group: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSpec:
    """A value row; ``path`` is its labels from the outermost to its own."""

    key: str
    path: tuple[str, ...]
    block: str | None = None
    columns: tuple[ColumnSpec, ...]

    @property
    def label(self) -> str:
        """The row's own label."""
        return self.path[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSpec:
    """A block of the first table: caption, header of the label column, columns and rows."""

    key: str
    caption: str
    stub_header: str
    columns: tuple[ColumnSpec, ...]
    rows: tuple[RowSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """One table. Rows are in printed order; for ``remedies`` a "row" is a group of columns."""

    key: str
    rows: tuple[RowSpec, ...]
    blocks: tuple[BlockSpec, ...] = ()
    corner: str | None = None

    def row(self, key: str) -> RowSpec:
        """Return the row with this key.

        Raises:
            KeyError: if the table has no such row.
        """
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A sum that must agree: the terms of ``left`` add up to those of ``right``."""

    id: str
    table: str
    per: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    hard: bool
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: its sections in order, its tables, its relations."""

    id: str
    title: str
    document: str
    distinctive: tuple[str, ...]
    sections: tuple[SectionSpec, ...]
    subparts: tuple[SubpartSpec, ...]
    tables: Mapping[str, TableSpec]
    relations: tuple[Relation, ...]
    contents: tuple[Mapping[str, Any], ...]
    """Only v2008: the topics to be treated, ``key``, ``text``, ``match``, ``optional``."""

    def section(self, key: str) -> SectionSpec:
        """Return the section with this key.

        Raises:
            KeyError: if the format has no such section.
        """
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)


@cache
def load_data(name: str) -> Mapping[str, Any]:
    """Return the parsed data file ``name`` (without ``.toml``) of this package."""
    return tomllib.loads((resources.files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load_format(format_id: str) -> Format:
    """Return one format of ``FORMAT_IDS``, what it shares with another filled in."""
    data = load_data(format_id)
    model = load_format("v2021") if format_id == "v2019" else None
    tables = {table["id"]: _table(table, model) for table in (data.get("table") or ())}
    return Format(
        id=format_id,
        title=data["title"],
        document=data["document"],
        distinctive=tuple(data.get("distinctive", ())),
        sections=tuple(_section(item) for item in data.get("section", ())),
        subparts=tuple(
            SubpartSpec(**{**item, "match": tuple(item["match"])})
            for item in data.get("subpart", ())
        ),
        tables=tables,
        relations=tuple(_relation(item, model) for item in data.get("relation", ())),
        contents=tuple(data.get("contents", ())),
    )


def format_due(fiscal_year: int) -> Format:
    """Return the format that a fiscal year's report must follow.

    Raises:
        ValueError: for fiscal years before the first Regulation (2008).
    """
    for item in load_data("labels")["applies"]:
        first, last = item["fiscal_years"]
        if first <= fiscal_year <= last:
            return load_format(item["format"])
    msg = f"no format for fiscal year {fiscal_year}: the duty to report begins with 2008"
    raise ValueError(msg)


def _section(item: Mapping[str, Any]) -> SectionSpec:
    return SectionSpec(
        key=item["key"],
        ordinal=item["ordinal"],
        heading=item["heading"],
        kind=item["kind"],
        table=item.get("table"),
        aliases=tuple(item.get("aliases", ())),
        required_topics=tuple(item.get("required_topics", ())),
        must_report=tuple(item.get("must_report", ())),
    )


def _table(item: Mapping[str, Any], model: Format | None) -> TableSpec:
    if "same_as" in item:
        assert model is not None
        return model.tables[item["id"]]
    if "block" in item:
        blocks = tuple(_block(block) for block in item["block"])
        return TableSpec(
            key=item["id"], rows=tuple(row for block in blocks for row in block.rows), blocks=blocks
        )
    if "groups" in item:
        columns = tuple(ColumnSpec(**column) for column in item["columns"])
        rows = tuple(
            RowSpec(key=group["key"], path=tuple(group["path"]), columns=columns)
            for group in item["groups"]
        )
        return TableSpec(key=item["id"], rows=rows)
    if "rows_same_as" in item:
        assert model is not None
        return _with_replaced_rows(item, model.tables[item["id"]])
    columns = tuple(ColumnSpec(**column) for column in item["columns"])
    rows = tuple(
        RowSpec(key=row["key"], path=tuple(row["path"]), columns=columns) for row in item["rows"]
    )
    return TableSpec(key=item["id"], rows=rows, corner=item["corner"])


def _with_replaced_rows(item: Mapping[str, Any], model: TableSpec) -> TableSpec:
    change = item["replace_rows"]
    rows = [row for row in model.rows if row.key not in change["remove"]]
    insert = change["insert"]
    row = RowSpec(key=insert["key"], path=tuple(insert["path"]), columns=rows[0].columns)
    rows.insert(insert["n"] - 1, row)
    return TableSpec(key=model.key, rows=tuple(rows), corner=item["corner"])


def _block(item: Mapping[str, Any]) -> BlockSpec:
    columns = tuple(ColumnSpec(**column) for column in item["columns"])
    return BlockSpec(
        key=item["key"],
        caption=item["caption"],
        stub_header=item["stub_header"],
        columns=columns,
        rows=tuple(
            RowSpec(key=row["key"], path=(row["label"],), block=item["key"], columns=columns)
            for row in item["rows"]
        ),
    )


def _relation(item: Mapping[str, Any], model: Format | None) -> Relation:
    if "same_as" in item:
        assert model is not None
        found = next(relation for relation in model.relations if relation.id == item["id"])
        removed = ("other_no_correction", "other_fee_unpaid", "other_other")
        if not set(removed) & set(found.left):
            return found
        left = (*(key for key in found.left if key not in removed), "other_total")
        return Relation(
            id=found.id,
            table=found.table,
            per=found.per,
            left=left,
            right=found.right,
            hard=found.hard,
            data=found.data,
        )
    return Relation(
        id=item["id"],
        table=item["table"],
        per=item["per"],
        left=tuple(item["left"]),
        right=tuple(item["right"]),
        hard=item["kind"] == "hard",
        data=item,
    )
