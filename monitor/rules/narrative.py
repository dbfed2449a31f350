"""Rules holding the prose against the tables."""
