"""So what: reading, judging, compliance states, telling people, and the command line."""
