"""Web archives of what was captured, for anybody's replay tool (WARC 1.1, WACZ 1.1.1)."""

from storage.wacz.export import NothingCapturedError, WebArchive, export_wacz
from storage.wacz.selection import Wanted

__all__ = ["NothingCapturedError", "Wanted", "WebArchive", "export_wacz"]
