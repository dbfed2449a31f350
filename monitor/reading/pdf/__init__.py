"""Reads PDF documents."""

from monitor.reading.pdf.document import read_pdf

__all__ = ["read_pdf"]
