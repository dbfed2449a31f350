"""Finds the Chromium of this machine."""

import shutil
from pathlib import Path

from storage.errors import StorageError

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowserError(StorageError):
    """There is no Chromium, or the configured one is not there."""


def find_browser(configured: str, bundled: str) -> str:
    """Return the path of a Chromium: the configured one, playwright's own, or one on the PATH.

    Raises:
        NoBrowserError: if there is none, or the configured one is not there.
    """
    if configured:
        if not Path(configured).exists():
            raise NoBrowserError(
                f"crawler.browser：没有 {configured}", f"crawler.browser: there is no {configured}"
            )
        return configured
    if Path(bundled).exists():
        return bundled
    for program in _PROGRAMS:
        found = shutil.which(program)
        if found:
            return found
    raise NoBrowserError(
        "没有找到 Chromium：请安装，或设置 crawler.browser",
        "no Chromium: install one, or set crawler.browser",
    )
