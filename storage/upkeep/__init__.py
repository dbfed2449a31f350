"""Looking after what is archived: hashing it again in turn, a second copy, repairs."""
