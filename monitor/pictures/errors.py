"""What drawing may fail of."""

from monitor.language import Bilingual


class PictureError(Exception):
    """An original could not be drawn; ``message`` says why and what to do."""

    def __init__(self, message: Bilingual) -> None:
        super().__init__(message.en)
        self.message = message
