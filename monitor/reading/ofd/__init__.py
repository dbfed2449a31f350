"""Reads OFD documents (GB/T 33190)."""

from monitor.reading.ofd.document import read_ofd

__all__ = ["read_ofd"]
