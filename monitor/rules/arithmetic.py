"""Rules about sums within the tables."""
