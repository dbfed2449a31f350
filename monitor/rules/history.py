"""Rules across years."""
