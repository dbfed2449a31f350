"""Rules about the shape of the tables."""
