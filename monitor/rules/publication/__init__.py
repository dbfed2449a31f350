"""Rules about where a report is published, and whether people can find, open and keep it."""

from monitor.rules.publication import (
    attachments,
    columns,
    differences,
    forms,
    hosts,
    index_numbers,
    labels,
    menus,
    reach,
    rows,
)

__all__ = [
    "attachments",
    "columns",
    "differences",
    "forms",
    "hosts",
    "index_numbers",
    "labels",
    "menus",
    "reach",
    "rows",
]
