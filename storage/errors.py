"""The root of the errors of this package that people must act on."""

from typing import Any


class StorageError(Exception):
    """Something an operator must act on, told in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def __reduce__(self) -> tuple[Any, ...]:
        """Let an error pass from one process to another, whatever its class is made with."""
        return _made_again, (type(self), self.args, self.__dict__)


def _made_again(
    kind: type[StorageError], arguments: tuple[Any, ...], known: dict[str, Any]
) -> StorageError:
    error = kind.__new__(kind)
    error.args = arguments
    error.__dict__.update(known)
    return error
