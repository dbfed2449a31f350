"""Commands that crawl and list what was found."""
