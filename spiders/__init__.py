"""Where to look: portals to columns (``discovery``), columns to originals (``watch``)."""
