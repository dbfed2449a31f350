"""Reads Word documents of the DOCX kind."""

from monitor.reading.word.document import read_docx

__all__ = ["read_docx"]
