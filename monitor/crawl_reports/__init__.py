"""What a run of the crawler leaves behind for people: a page and JSON Lines in the workspace."""
