"""What a crawl writes down, as functions over a ``Session``; each call is one short transaction."""
