"""Rules about personal data in a published report."""

from monitor.rules.privacy import applicants, numbers

__all__ = ["applicants", "numbers"]
