"""What a crawl process tells the program that started it: one JSON object per line."""

import json
import sys
from typing import Any


def tell(event: dict[str, Any]) -> None:
    """Write an event to standard output at once; logs go to standard error."""
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class ProgressPipeline:
    """Tells what came of each portal."""

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Pass an item on to the parent."""
        tell(item)
        return item
