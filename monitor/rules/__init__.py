"""From facts about one filing to verdicts, each with its evidence."""
