"""Rules about agency, year and title."""
