"""What reading lost, in words for messages."""

from monitor.reading.wording import damage_name

__all__ = ["damage_name"]
