"""Thinning out list pages that prove nothing: planned, decided and logged, then removed."""
