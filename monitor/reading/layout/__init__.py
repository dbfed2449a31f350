"""From the marks on pages (characters, lines, pictures) to the blocks of a document."""
