"""Reads Word documents of the DOCX kind."""

from monitor.reading.word.document import read_docx
from monitor.reading.word.pictures import pictures_of

__all__ = ["pictures_of", "read_docx"]
