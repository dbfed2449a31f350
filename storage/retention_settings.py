"""The settings of what may be thinned out of the archive."""

from pydantic import Field

from storage.crawler_settings import Section


class RetentionSettings(Section):
    """Which list pages may be removed; nothing is, without somebody's decision."""

    thin_list_pages: bool = False
    """Whether ``nianbao retention apply`` may remove anything at all."""
    keep_months: int = Field(default=12, ge=1)
    """Nothing younger is removed."""
    days_around_due: int = Field(default=30, ge=0)
    """Nothing is removed of so many days before and after a due day."""
    newest_readings: int = Field(default=2, ge=1)
    """Of each column the list pages of so many readings are kept."""
