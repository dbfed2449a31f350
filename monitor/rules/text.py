"""Rules about the quality of the text."""
