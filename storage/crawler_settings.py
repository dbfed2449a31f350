"""The settings of crawling, and what all sections of the settings have in common."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MIB = 1024 * 1024


class Section(BaseModel):
    """One table of ``nianbao.toml``: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class CrawlerSettings(Section):
    """How portals are visited."""

    user_agent: str = ""
    """Empty means ``nianbao/VERSION (+CONTACT)``."""
    contact: str = ""
    """A URL or mail address where the operator can be reached; sent with every request."""
    delay: float = Field(default=2.0, ge=0)
    """Seconds between two requests to one host; robots.txt may ask for more."""
    concurrency_per_host: int = Field(default=1, ge=1, le=4)
    timeout: float = Field(default=60.0, gt=0)
    """Seconds that one exchange may take."""
    max_bytes: int = Field(default=64 * MIB, ge=1024)
    """Bytes that one body may have."""
    max_pages_per_column: int = Field(default=200, ge=1)
    max_requests_per_portal: int = Field(default=2000, ge=1)
    max_seconds_per_portal: float = Field(default=4 * 3600.0, gt=0)
    """Seconds that one visit of a portal may take, waiting for its turn included."""
    blocked_rest_hours: float = Field(default=24.0, ge=0)
    """A host that refuses us is left alone so long, then asked once a week; 0: always asked."""
    render: Literal["never", "auto"] = "auto"
    browser: str = ""
    """Path of a Chromium; empty means playwright's own, then one on the PATH."""
    allow_private_addresses: bool = False
    official_hosts: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Official hosts outside .gov.cn; ``*.example.cn`` takes in all below it."""
    portals_per_process: int = Field(default=100, ge=1)
    rediscover_days: int = Field(default=90, ge=1)
    """Columns are looked for again after so many days, or as soon as one is lost."""
    max_renders_per_portal: int = Field(default=20, ge=0)
    """Pages that a browser may draw for one portal in one crawl."""
    whole_reading_days: int = Field(default=7, ge=0)
    """Days for which the middle pages of an unchanged list need not be asked for; 0: always ask."""
    reopen_days: int = Field(default=30, ge=0)
    """A report that stands unchanged in its list is opened again after so many days; 0: always."""
    reopen_days_near_due: int = Field(default=7, ge=0)
    """The same for reports of the year that is due, in the weeks around its due days."""
