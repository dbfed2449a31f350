"""One adapter per family of content management systems, as pure functions over pages."""
