"""Rules about the shape of the tables and what their cells hold."""

from monitor.rules.tables import cells, labels, rows, versions

__all__ = ["cells", "labels", "rows", "versions"]
