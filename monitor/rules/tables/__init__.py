"""Rules about the shape of the tables and what their cells hold."""

from monitor.rules.tables import (
    amounts,
    cells,
    competence,
    documents,
    enforcement,
    labels,
    money,
    pictures,
    rows,
    sequence,
    versions,
)

__all__ = [
    "amounts",
    "cells",
    "competence",
    "documents",
    "enforcement",
    "labels",
    "money",
    "pictures",
    "rows",
    "sequence",
    "versions",
]
