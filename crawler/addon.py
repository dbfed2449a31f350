"""Brings the workspace's settings into Scrapy's."""

import os
from importlib import metadata
from pathlib import Path

from scrapy.settings import BaseSettings

from storage.crawler_settings import CrawlerSettings
from storage.workspace import Workspace, open_workspace

WORKSPACE = "NIANBAO_WORKSPACE"
"""The environment variable that names the workspace; the current directory without it."""
TURNS = "NIANBAO_TURNS"
"""The environment variable that names the directory of ``crawler.turns``, if it is another one."""
TURNS_DIRECTORY = ".turns"


def current_workspace() -> Workspace:
    """Open the workspace this process works in.

    Raises:
        SettingsError: if its settings are wrong.
    """
    return open_workspace(Path(os.environ.get(WORKSPACE) or "."))


def user_agent(settings: CrawlerSettings) -> str:
    """Return the honest name we give: product, version and where the operator can be reached."""
    if settings.user_agent:
        return settings.user_agent
    contact = f" (+{settings.contact})" if settings.contact else ""
    return f"nianbao/{metadata.version('nianbao')}{contact}"


def product_of(agent: str) -> str:
    """Return the product token of a User-Agent: what robots.txt may name (RFC 9309 2.2.1)."""
    return agent.partition("/")[0].partition(" ")[0] or "nianbao"


class WorkspaceAddon:
    """A Scrapy add-on, so that ``scrapy crawl`` by hand runs with the same settings."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set what the workspace says; Scrapy's command line still goes first."""
        workspace = current_workspace()
        ours = workspace.settings.crawler
        agent = user_agent(ours)
        for name, value in {
            "USER_AGENT": agent,
            "ROBOTSTXT_USER_AGENT": product_of(agent),
            "NIANBAO_DELAY": ours.delay,
            "NIANBAO_TURNS": os.environ.get(TURNS) or str(workspace.directory / TURNS_DIRECTORY),
            "CONCURRENT_REQUESTS_PER_DOMAIN": ours.concurrency_per_host,
            "DOWNLOAD_TIMEOUT": ours.timeout,
            "DOWNLOAD_MAXSIZE": ours.max_bytes,
            "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": ours.browser},
            "NIANBAO_ALLOW_PRIVATE_ADDRESSES": ours.allow_private_addresses,
        }.items():
            settings.set(name, value, priority="project")  # as settings.py, which it completes
