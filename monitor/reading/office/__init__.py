"""Reads DOC, WPS, RTF and ODT documents: LibreOffice converts them, a second reader checks it."""

from monitor.reading.office.reader import pictures_of, print_to_pdf, read_office

__all__ = ["pictures_of", "print_to_pdf", "read_office"]
