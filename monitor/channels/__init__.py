"""Ways to deliver a message; a new one is one module here."""
