"""Rules about reports that are copies: of last year's, or of another agency's."""

from monitor.rules.similarity import figures, last_year, other_agency, problems

__all__ = ["figures", "last_year", "other_agency", "problems"]
