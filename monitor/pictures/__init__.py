"""Draws originals page by page with what was read from them, marked and named.

An auditor sees at a glance what was read where: every heading and cell is framed in the original,
and beside it, at the same height, stands what it was read as.
"""

from monitor.pictures.errors import PictureError
from monitor.pictures.notes import Note, Spot, notes_of
from monitor.pictures.original import draw_original

__all__ = ["Note", "PictureError", "Spot", "draw_original", "notes_of"]
