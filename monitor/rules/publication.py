"""Rules about where a report is published."""
