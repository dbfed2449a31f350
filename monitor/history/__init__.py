"""What happened to a report: its versions, in what they differ, and when it was there."""
