"""How pages are fetched: settings, politeness, address guard, rendering, archiving, platforms."""
