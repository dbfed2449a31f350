"""The root of the errors of this package that people must act on."""


class StorageError(Exception):
    """Something an operator must act on, told in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
